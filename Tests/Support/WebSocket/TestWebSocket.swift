// A blocking WebSocket client with a deadline on everything. What it receives goes through WSProtocol in the client's
// role; what it sends may be as wrong as a test wants (`sendRaw`, `WireFrame`). One thread at a time.

package import WSProtocol

package final class TestWebSocket: @unchecked Sendable {
    package enum Event: Equatable, Sendable {
        case text(String)
        case binary([UInt8])
        case ping([UInt8])
        case pong([UInt8])
        /// A Close frame; the code is nil when its payload was empty.
        case close(Int?, String)
        /// The stream ended (or was reset) without another frame.
        case end
        /// The server broke the protocol.
        case failed(String)
    }

    /// The server answered something else than 101.
    package struct Refused: Error, CustomStringConvertible {
        package let response: RawHTTP.Response
        package var description: String { "refused with \(response.status): \(response.text)" }
    }

    package let socket: StreamSocket
    package let responseHead: String
    private var engine: ClientEngine
    private var pending: [Event] = []

    /// Connects to `ws://host:port/path?query` and shakes hands. `followedBy` leaves in the same segment as the request.
    /// `deflate`: compressions that are offered. What the server compresses is shown inflated; what is sent compressed, a test makes by
    /// itself: `WireFrame` with `reserved` 4.
    /// `path` of `unix:` URLs is separate: use the other initializer.
    package convenience init(
        _ url: String, headers: [String] = [], followedBy extra: [UInt8] = [], receiveBufferBytes: Int? = nil,
        messageBytesMax: Int = 1 << 26, deflate: [DeflateOffer] = [], seconds: Double = 10
    ) throws {
        guard url.hasPrefix("ws://") else { throw KitError("not a ws: URL: \(url)") }
        let rest = url.dropFirst(5)
        let authority = rest.prefix { $0 != "/" }
        let path = String(rest.dropFirst(authority.count))
        guard let colon = authority.lastIndex(of: ":"), let port = Int(authority[authority.index(after: colon)...])
        else {
            throw KitError("a port is needed: \(url)")
        }
        let host = authority[..<colon].filter { $0 != "[" && $0 != "]" }
        let socket = try StreamSocket(port: port, host: host, receiveBufferBytes: receiveBufferBytes, seconds: seconds)
        try self.init(
            over: socket, host: String(authority), path: path.isEmpty ? "/" : path, headers: headers, followedBy: extra,
            messageBytesMax: messageBytesMax, deflate: deflate, seconds: seconds)
    }

    /// Shakes hands over an open stream.
    package init(
        over socket: StreamSocket, host: String, path: String, headers: [String] = [], followedBy extra: [UInt8] = [],
        messageBytesMax: Int = 1 << 26, deflate: [DeflateOffer] = [], seconds: Double = 10
    ) throws {
        self.socket = socket
        engine = ClientEngine(messageBytesMax: messageBytesMax)
        let deadline = Deadline(seconds: seconds)
        try socket.send(
            engine.request(host: host, path: path, headers: headers, deflate: deflate) + extra, seconds: seconds)
        while true {
            let bytes = try socket.receive(seconds: deadline.remainingSeconds)
            if bytes.isEmpty { throw KitError("the stream ended inside the handshake") }
            switch try engine.receiveHandshake(bytes) {
            case .incomplete: continue
            case .accepted(let head):
                responseHead = head
                pending = engine.receive([])
                return
            case .refused(let received):
                let http = RawHTTP(over: socket, received: received)
                throw Refused(response: try http.response(seconds: deadline.remainingSeconds))
            }
        }
    }

    // MARK: sending

    package func sendText(_ text: String) throws { try send(.text(text)) }
    package func sendBinary(_ bytes: [UInt8]) throws { try send(.binary(bytes)) }
    package func sendPing(_ bytes: [UInt8] = []) throws { try send(.ping(bytes)) }
    package func sendClose(_ code: Int? = 1000, _ reason: String = "") throws { try send(.close(code, reason)) }
    package func send(_ frame: WireFrame) throws { try socket.send(frame.bytes, seconds: 30) }
    package func sendRaw(_ bytes: [UInt8]) throws { try socket.send(bytes, seconds: 30) }

    // MARK: receiving

    /// The next event. Pings are answered at once and, unless `showPings`, not shown. Throws when nothing comes in time.
    package func receive(seconds: Double = 10, showPings: Bool = false) throws -> Event {
        guard let event = try receiveIfAny(seconds: seconds, showPings: showPings) else {
            throw KitError("nothing was received for \(seconds) s")
        }
        return event
    }

    /// As `receive`, but nil when nothing comes in time.
    package func receiveIfAny(seconds: Double, showPings: Bool = false) throws -> Event? {
        let deadline = Deadline(seconds: seconds)
        while true {
            while !pending.isEmpty {
                let event = pending.removeFirst()
                if case .ping(let payload) = event {
                    try? send(.pong(payload))
                    if !showPings { continue }
                }
                return event
            }
            let bytes: [UInt8]?
            do { bytes = try socket.receiveIfAny(seconds: deadline.remainingSeconds) } catch { return .end }
            guard let bytes else { return nil }
            if bytes.isEmpty { return .end }
            pending = engine.receive(bytes)
        }
    }

    /// The next text message; throws on any other event.
    package func receiveText(seconds: Double = 10) throws -> String {
        let event = try receive(seconds: seconds)
        guard case .text(let text) = event else { throw KitError("expected a text message, got \(event)") }
        return text
    }

    /// The next `count` text messages.
    package func receiveTexts(_ count: Int, seconds: Double = 10) throws -> [String] {
        let deadline = Deadline(seconds: seconds)
        return try (0..<count).map { _ in try receiveText(seconds: deadline.remainingSeconds) }
    }

    /// Reads on until the server closes; the code of its Close frame (1005 when that was empty), 1006 without one.
    package func receiveCloseCode(seconds: Double = 10) throws -> Int {
        let deadline = Deadline(seconds: seconds)
        while true {
            switch try receive(seconds: deadline.remainingSeconds) {
            case .close(let code, _): return code ?? 1005
            case .end: return 1006
            case .failed(let reason): throw KitError("the server broke the protocol: \(reason)")
            case .text, .binary, .ping, .pong: continue
            }
        }
    }

    // MARK: ending

    /// The closing handshake, begun by us, and the end of the stream. Throws when the server does not play its part.
    package func close(_ code: Int = 1000, seconds: Double = 10) throws {
        try sendClose(code)
        let answer = try receiveCloseCode(seconds: seconds)
        if answer != code { throw KitError("sent Close \(code), was answered \(answer)") }
        _ = try socket.receiveToEnd(seconds: seconds)
        socket.close()
    }

    /// FIN without a word.
    package func vanish() { socket.close() }

    /// RST without a word.
    package func reset() { socket.reset() }
}
