// Many WebSocket clients on one loop: what load generators and drills need. Clients are slots of one array; while one waits it owns no
// buffer, so that ten thousand of them measure the server and not themselves.

package import EventLoop
package import WSProtocol

/// What the clients of a swarm experience.
package protocol SwarmDelegate: AnyObject {
    func opened(_ client: Int)
    /// A text message; the bytes are borrowed.
    func received(_ text: Span<UInt8>, by client: Int)
    /// The connection ended or never came to be, for this reason in words.
    func ended(_ client: Int, _ reason: String)
}

/// The clients. They belong to their loop's thread; numbers are given in order and never again.
package final class Swarm: EventSource {
    private enum Phase { case idle, connecting, shaking, open, ended }

    private struct Client {
        var descriptor: Int32 = -1
        var phase = Phase.idle
        var handshake: ClientHandshake?
        var webSocket = WSConnection(role: .client)
        var unsent = SendQueue()
        var awaitsWritable = false
    }

    /// Hears of every client; set it before the first `connect`.
    package weak var delegate: (any SwarmDelegate)?
    /// Connections that are open now.
    package private(set) var openCount = 0

    /// Compressions that connections begun from now on offer; what they send stays uncompressed.
    package var deflateOffers: [DeflateOffer] = []

    private let scratch = InflateScratch()
    private let loop: EventLoop
    private let address: SocketAddress
    private let host: String
    private var source: UInt16 = 0
    private var clients: [Client] = []
    private var limits = WSLimits()
    private var keys = MaskingKeys()
    private var dirty: [Int] = []

    /// `host` is sent as `Host`.
    package init(loop: EventLoop, address: SocketAddress, host: String) {
        self.loop = loop
        self.address = address
        self.host = host
        limits.messageBytesMax = 64 << 20
        source = loop.add(source: self)
    }

    /// Connections begun, the ended ones too.
    package var count: Int { clients.count }

    /// Begins one more connection to `path`. Returns its number.
    package func connect(path: String) throws(SystemError) -> Int {
        let client = clients.count
        let descriptor = try Socket.connect(to: address)
        clients.append(Client(descriptor: descriptor, phase: .connecting))
        clients[client].handshake = ClientHandshake(
            host: host, path: path, deflateOffers: deflateOffers, nonce: Random.bytes(16))
        clients[client].awaitsWritable = true
        try loop.watch(descriptor, token(client), .both)
        return client
    }

    /// Sends one text message in this turn.
    package func send(_ text: Span<UInt8>, from client: Int) {
        guard clients[client].phase == .open else { return }
        let key = keys.next()
        clients[client].unsent.appendInPlace {
            FrameEncoder.appendMasked(.text, payload: text, maskingKey: key, to: &$0)
        }
        flush(client)
    }

    /// Ends a connection without a word, as a machine that lost its network: a reset.
    package func vanish(_ client: Int) {
        guard clients[client].descriptor >= 0 else { return }
        Socket.resetOnClose(clients[client].descriptor)
        close(client)
    }

    private func token(_ client: Int) -> Token { Token(slot: UInt32(client), generation: 0, source: source) }

    private func close(_ client: Int) {
        if clients[client].phase == .open { openCount -= 1 }
        loop.unwatch(clients[client].descriptor)
        Socket.close(clients[client].descriptor)
        clients[client] = Client(phase: .ended)
    }

    private func end(_ client: Int, _ reason: String) {
        close(client)
        delegate?.ended(client, reason)
    }

    // MARK: What the loop tells

    /// What the kernel has for a client: reads at most one buffer of the loop in a turn.
    package func ready(_ token: Token, _ readiness: Readiness) {
        let client = Int(token.slot)
        guard clients[client].descriptor >= 0 else { return }
        if readiness.contains(.writable) || clients[client].phase == .connecting { writable(client) }
        guard clients[client].descriptor >= 0, !readiness.isDisjoint(with: .mustReceive) else { return }
        let result = loop.receive(clients[client].descriptor) { bytes in received(&bytes, client) }
        switch result {
        case .bytes, .wouldBlock: break
        case .endOfStream: if clients[client].descriptor >= 0 { end(client, "the server ended the connection") }
        case .failed(let error): if clients[client].descriptor >= 0 { end(client, "\(error)") }
        }
    }

    private func writable(_ client: Int) {
        if clients[client].phase == .connecting {
            if let error = Socket.connectResult(clients[client].descriptor, to: address) {
                return end(client, "\(error)")
            }
            clients[client].phase = .shaking
            if let request = clients[client].handshake?.request { clients[client].unsent.append(request) }
        }
        flush(client)
    }

    private func flush(_ client: Int) {
        switch clients[client].unsent.flush(to: clients[client].descriptor) {
        case .drained: awaitWritable(client, false)
        case .blocked: awaitWritable(client, true)
        case .failed(let error): end(client, "\(error)")
        }
    }

    private func awaitWritable(_ client: Int, _ isAwaited: Bool) {
        guard clients[client].awaitsWritable != isAwaited else { return }
        clients[client].awaitsWritable = isAwaited
        loop.change(clients[client].descriptor, token(client), isAwaited ? .both : .read)
    }

    private func received(_ bytes: inout MutableSpan<UInt8>, _ client: Int) {
        var offset = 0
        if clients[client].phase == .shaking {
            switch clients[client].handshake?.receive(bytes.span) {
            case .incomplete, nil: return
            case .failed(let failure): return end(client, "\(failure)")
            case .accepted(let consumed, _):
                offset = consumed
                clients[client].webSocket = WSConnection(role: .client, deflate: clients[client].handshake?.deflate)
                clients[client].phase = .open
                clients[client].handshake = nil
                openCount += 1
                delegate?.opened(client)
            }
        }
        while clients[client].phase == .open {
            switch clients[client].webSocket.nextEvent(
                in: &bytes, offset: &offset, limits: limits, scratch: scratch)
            {
            case .needsMoreBytes: return
            case .text(.input(let range)): delegate?.received(bytes.span.extracting(range), by: client)
            case .text(.assembled):
                let assembled = clients[client].webSocket.assembled
                delegate?.received(assembled.span, by: client)
            case .ping(.input(let range)): pong(bytes.span.extracting(range), client)
            case .ping(.assembled):
                let assembled = clients[client].webSocket.assembled
                pong(assembled.span, client)
            case .binary, .pong: break
            case .close(let frame):
                sayClose(frame.code, client)
                return end(client, "closed with \(frame.code.map { "\($0)" } ?? "no code")")
            case .failed(let failure):
                sayClose(failure.closeCode, client)
                return end(client, "the server broke a rule: \(failure)")
            }
        }
    }

    private func pong(_ payload: Span<UInt8>, _ client: Int) {
        let key = keys.next()
        clients[client].unsent.appendInPlace {
            FrameEncoder.appendMasked(.pong, payload: payload, maskingKey: key, to: &$0)
        }
        flush(client)
    }

    /// RFC 6455 §5.5.1, §7.1.7 — a Close is answered, a broken rule told; then TCP may end. What the socket does not take now is lost.
    private func sayClose(_ code: CloseCode?, _ client: Int) {
        let key = keys.next()
        clients[client].unsent.appendInPlace { FrameEncoder.appendMaskedClose(code, maskingKey: key, to: &$0) }
        _ = clients[client].unsent.flush(to: clients[client].descriptor)
    }
}
