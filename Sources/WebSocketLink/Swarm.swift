// Many WebSocket clients on one loop: what load generators and drills need. Clients are slots of one array; while one waits it owns no
// buffer, so that ten thousand of them measure the server and not themselves.

package import EventLoop
package import WSProtocol

/// What the clients of a swarm experience.
package protocol SwarmDelegate: AnyObject {
    func opened(_ client: Int)
    /// A message, text or binary; the bytes are borrowed.
    func received(_ message: Span<UInt8>, by client: Int)
    /// What came, from the border of a frame on, before anybody else reads it: whoever counts millions of messages a second takes
    /// whole frames from the front at its own price and tells how many bytes they are. What is left is read with all the rules.
    func receivedFrames(_ bytes: Span<UInt8>, by client: Int) -> Int
    /// The connection ended or never came to be, for this reason in words.
    func ended(_ client: Int, _ reason: String)
}

extension SwarmDelegate {
    package func receivedFrames(_ bytes: Span<UInt8>, by client: Int) -> Int { 0 }
}

/// Where clients connect to.
package struct SwarmTarget: Hashable, Sendable {
    package var address: SocketAddress
    /// Sent as `Host`.
    package var host: String

    package init(address: SocketAddress, host: String) {
        self.address = address
        self.host = host
    }
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
        var hasOpened = false
        var isDirty = false
        /// The number of its target.
        var target: UInt16 = 0
    }

    /// Hears of every client; set it before the first `connect`.
    package weak var delegate: (any SwarmDelegate)?
    /// Connections that are open now.
    package private(set) var openCount = 0

    /// Compressions that connections begun from now on offer; what they send stays uncompressed.
    package var deflateOffers: [DeflateOffer] = []

    private let scratch = InflateScratch()
    private let loop: EventLoop
    private let targets: [SwarmTarget]
    private var source: UInt16 = 0
    private var clients: [Client] = []
    private var limits = WSLimits()
    private var keys = MaskingKeys()
    private var dirty: [Int] = []

    /// `host` is sent as `Host`.
    package convenience init(loop: EventLoop, address: SocketAddress, host: String) {
        self.init(loop: loop, targets: [SwarmTarget(address: address, host: host)])
    }

    /// At least one target, at most 65,535.
    package init(loop: EventLoop, targets: [SwarmTarget]) {
        self.loop = loop
        self.targets = targets
        limits.messageBytesMax = 64 << 20
        source = loop.add(source: self)
    }

    /// Connections begun, the ended ones too.
    package var count: Int { clients.count }

    /// Begins one more connection to `path` of a target, with these headers more than needed; `from` binds its near end. Returns its
    /// number.
    package func connect(
        path: String, target: Int = 0, headers: [HTTPField] = [], from local: IPAddress? = nil
    ) throws(SystemError) -> Int {
        let client = clients.count
        let descriptor = try Socket.connect(to: targets[target].address, from: local)
        clients.append(Client(descriptor: descriptor, phase: .connecting, target: UInt16(clamping: target)))
        clients[client].handshake = ClientHandshake(
            host: targets[target].host, path: path, headers: headers, deflateOffers: deflateOffers,
            nonce: Random.bytes(16))
        clients[client].awaitsWritable = true
        try loop.watch(descriptor, token(client), .both)
        return client
    }

    /// Sends one text message in this turn.
    package func send(_ text: Span<UInt8>, from client: Int) {
        guard clients[client].phase == .open else { return }
        queue(text, from: client)
        flushQueued()
    }

    /// Queues one text message for `flushQueued`: many leave in one system call.
    package func queue(_ text: Span<UInt8>, from client: Int) {
        guard clients[client].phase == .open else { return }
        let key = keys.next()
        clients[client].unsent.appendInPlace {
            FrameEncoder.appendMasked(.text, payload: text, maskingKey: key, to: &$0)
        }
        guard !clients[client].isDirty else { return }
        clients[client].isDirty = true
        dirty.append(client)
    }

    /// Sends what was queued, one call for each client that has something and whose socket is not known to be full.
    package func flushQueued() {
        while let client = dirty.popLast() {
            clients[client].isDirty = false
            if clients[client].phase == .open, !clients[client].awaitsWritable { flush(client) }
        }
    }

    /// Bytes of a client that the kernel has not taken.
    package func unsentBytes(_ client: Int) -> Int { clients[client].unsent.count }

    /// Gives a number to a client that could not even be begun, so that numbers stay those of the attempts.
    package func skip() { clients.append(Client(phase: .ended)) }

    /// Whether a client was ever open.
    package func hasOpened(_ client: Int) -> Bool { clients[client].hasOpened }

    /// Whether a client's handshake is done and its connection not ended.
    package func isOpen(_ client: Int) -> Bool { clients[client].phase == .open }

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
        clients[client] = Client(phase: .ended, hasOpened: clients[client].hasOpened)
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
            if let error = Socket.connectResult(
                clients[client].descriptor, to: targets[Int(clients[client].target)].address)
            {
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
                clients[client].hasOpened = true
                clients[client].handshake = nil
                openCount += 1
                delegate?.opened(client)
            }
        }
        while clients[client].phase == .open {
            if offset < bytes.count, !clients[client].webSocket.isMidMessage {
                offset += delegate?.receivedFrames(bytes.span.extracting(offset...), by: client) ?? 0
                guard clients[client].phase == .open, offset < bytes.count else { return }
            }
            switch clients[client].webSocket.nextEvent(
                in: &bytes, offset: &offset, limits: limits, scratch: scratch)
            {
            case .needsMoreBytes: return
            case .text(.input(let range)), .binary(.input(let range)):
                delegate?.received(bytes.span.extracting(range), by: client)
            case .text(.assembled), .binary(.assembled):
                let assembled = clients[client].webSocket.assembled
                delegate?.received(assembled.span, by: client)
            case .ping(.input(let range)): pong(bytes.span.extracting(range), client)
            case .ping(.assembled):
                let assembled = clients[client].webSocket.assembled
                pong(assembled.span, client)
            case .pong: break
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
