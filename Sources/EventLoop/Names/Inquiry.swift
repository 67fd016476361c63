// Runs one `NameLookup` on a loop: a datagram socket for each server it asks. A fresh socket has a fresh port, which an
// attacker has to guess besides the id, and being connected it takes datagrams from that server alone (RFC 5452 §9).

final class Inquiry: EventSource {
    private var lookup: NameLookup
    private let loop: EventLoop
    private let done: (Result<[IPAddress], ResolveFailure>) -> Void
    private var token = Token(slot: 0, generation: 0, source: 0)
    private var descriptor: Int32 = -1
    private var deadline: Instant?

    init(_ lookup: NameLookup, on loop: EventLoop, done: @escaping (Result<[IPAddress], ResolveFailure>) -> Void) {
        self.lookup = lookup
        self.loop = loop
        self.done = done
    }

    /// The loop keeps the inquiry until it is done.
    func start() {
        token.source = loop.add(source: self)
        obey(lookup.start(now: loop.now, ids: Inquiry.ids()))
    }

    func ready(_ token: Token, _ readiness: Readiness) {
        guard token == self.token, descriptor >= 0 else { return }
        var action: NameLookup.Action?
        let result = loop.receive(descriptor) { bytes in
            action = lookup.receive(bytes.span, now: loop.now, ids: Inquiry.ids())
        }
        switch result {
        case .bytes: break
        case .wouldBlock: return
        case .endOfStream: return  // an empty datagram
        case .failed: action = lookup.serverFailed(now: loop.now, ids: Inquiry.ids())  // nobody listens there
        }
        if let action { obey(action) }
    }

    func timerFired(_ token: Token) {
        guard token == self.token, let deadline, deadline <= loop.now else { return }
        obey(lookup.serverFailed(now: loop.now, ids: Inquiry.ids()))
    }

    private func obey(_ first: NameLookup.Action) {
        var action = first
        while case .ask(let server, let queries, let deadline) = action {
            closeSocket()
            guard let error = ask(server, queries) else {
                self.deadline = deadline
                loop.schedule(token, at: deadline)
                return
            }
            _ = error  // a server without a route; the next one
            action = lookup.serverFailed(now: loop.now, ids: Inquiry.ids())
        }
        switch action {
        case .ask, .wait: break
        case .found(let addresses): finish(.success(addresses))
        case .failed(let failure): finish(.failure(failure))
        }
    }

    private func ask(_ server: SocketAddress, _ queries: [[UInt8]]) -> SystemError? {
        do throws(SystemError) {
            descriptor = try Socket.datagram(to: server)
            try loop.watch(descriptor, token, .read)
        } catch {
            return error
        }
        for query in queries {
            if case .failed(let error) = Socket.send(descriptor, query.span) { return error }
        }
        return nil
    }

    private func finish(_ result: Result<[IPAddress], ResolveFailure>) {
        closeSocket()
        deadline = nil
        loop.remove(source: token.source)
        done(result)
    }

    private func closeSocket() {
        guard descriptor >= 0 else { return }
        loop.unwatch(descriptor)
        Socket.close(descriptor)
        descriptor = -1
    }

    private static func ids() -> UInt32 { UInt32(truncatingIfNeeded: Random.word()) }
}
