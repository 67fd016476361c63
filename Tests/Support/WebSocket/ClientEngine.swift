// The protocol of TestWebSocket: WSProtocol in the client's role, with bytes copied out so that a test can keep them.
internal import WSProtocol

struct ClientEngine {
    enum Handshake {
        case incomplete
        /// The head of the answer.
        case accepted(String)
        /// Everything received of an answer that is no 101.
        case refused([UInt8])
    }

    private var handshake: ClientHandshake?
    private var received: [UInt8] = []
    private var connection = WSConnection(role: .client)
    private var limits = WSLimits()

    init(messageBytesMax: Int) { limits.messageBytesMax = messageBytesMax }

    /// `headers` are lines as in `Origin: null`.
    mutating func request(host: String, path: String, headers: [String], deflate: [DeflateOffer]) -> [UInt8] {
        let fields = headers.map { line in
            let parts = line.split(separator: ":" as Character, maxSplits: 1, omittingEmptySubsequences: false)
            return HTTPField(String(parts[0]), parts.count > 1 ? trimmed(parts[1]) : "")
        }
        let nonce = (0..<16).map { _ in UInt8.random(in: 0...255) }
        let handshake = ClientHandshake(host: host, path: path, headers: fields, deflateOffers: deflate, nonce: nonce)
        self.handshake = handshake
        return handshake.request
    }

    mutating func receiveHandshake(_ bytes: [UInt8]) throws -> Handshake {
        let before = received.count
        received += bytes
        guard let progress = handshake?.receive(bytes.span) else { throw KitError("no handshake has begun") }
        switch progress {
        case .incomplete: return .incomplete
        case .accepted(let consumed, _):
            connection = WSConnection(role: .client, deflate: handshake?.deflate)
            let head = String(decoding: received[..<(before + consumed)], as: UTF8.self)
            received.removeFirst(before + consumed)
            return .accepted(head)
        case .failed(let failure):
            guard failure.status != nil, failure.status != 101 else { throw KitError("handshake: \(failure)") }
            return .refused(received)
        }
    }

    /// What came in the same segment as the handshake's answer, then `bytes`: all events in them.
    mutating func receive(_ bytes: [UInt8]) -> [TestWebSocket.Event] {
        var input = received + bytes
        received = []
        var offset = 0
        var events: [TestWebSocket.Event] = []
        while true {
            var span = input.mutableSpan
            let event = connection.nextEvent(in: &span, offset: &offset, limits: limits)
            switch event {
            case .needsMoreBytes: return events
            case .text(let location): events.append(.text(text(location, input)))
            case .binary(let location): events.append(.binary(payload(location, input)))
            case .ping(let location): events.append(.ping(payload(location, input)))
            case .pong(let location): events.append(.pong(payload(location, input)))
            case .close(let frame):
                events.append(.close(frame.code.map { Int($0.rawValue) }, text(frame.reason, input)))
            case .failed(let failure):
                events.append(.failed("\(failure)"))
                return events
            }
        }
    }

    private func payload(_ location: PayloadLocation, _ input: [UInt8]) -> [UInt8] {
        switch location {
        case .input(let range): Array(input[range])
        case .assembled: connection.assembled
        }
    }

    private func text(_ location: PayloadLocation, _ input: [UInt8]) -> String {
        String(decoding: payload(location, input), as: UTF8.self)
    }
}
