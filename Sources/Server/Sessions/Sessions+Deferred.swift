// Requests that are answered in a later turn, and those that wait for their body. Meanwhile nothing further of their connection is served,
// and what it sends is left to the kernel: answers leave in the order of the requests (row H8), and memory is bounded.

import EventLoop
import WSProtocol

/// A request of which nobody has said yet what it comes to.
final class PendingDecision {
    let terms: AnswerTerms
    /// The call that asks has not returned.
    var isAsking = true
    /// What was said before it returned.
    var early: Result<Route, HTTPRefusal>?

    init(_ terms: AnswerTerms) { self.terms = terms }
}

extension Sessions {
    /// What a decision may take, in milliseconds; then the answer is 503.
    static let decisionMilliseconds = 30_000

    /// Takes the next step of a request. Returns true when the connection is a WebSocket from here on.
    func follow(
        _ route: Route, _ terms: AnswerTerms, _ exchange: HTTPExchange, from slot: UInt32
    ) throws(HTTPRefusal) -> Bool {
        switch route {
        case .open(let request):
            open(slot, request)
            return true
        case .admit(let request, let token):
            return try wait(terms, exchange, from: slot) { decide in
                admit(request, token, from: table[slot].address, decide)
            }
        case .answer(let response): try readPast(terms, exchange, from: slot, answering: response)
        case .take(let request): try take(request, terms, exchange, from: slot)
        case .logIn: try take(LoginEndpoint.request(logins, from: table[slot].address), terms, exchange, from: slot)
        case .later(let ask): return try wait(terms, exchange, from: slot, ask)
        }
        return false
    }

    private func readPast(
        _ terms: AnswerTerms, _ exchange: HTTPExchange, from slot: UInt32, answering response: HTTPResponse
    ) throws(HTTPRefusal) {
        var terms = terms
        let body: BodyReader
        do throws(HTTPRefusal) {
            body = try BodyReader(terms.body, limits: httpLimits)
        } catch {
            // What is refused anyway hears its own reason, not that it was too long.
            guard response.status.rawValue >= HTTPStatus.badRequest.rawValue else { throw error }
            terms.keepsAlive = false
            return send(response, terms, exchange, to: slot)
        }
        // Who asks before sending a body that nobody reads is answered at once instead.
        if body.isComplete || terms.expectsContinue {
            if !body.isComplete { terms.keepsAlive = false }
            return send(response, terms, exchange, to: slot)
        }
        exchange.body = body
        exchange.afterBody = .answer(response, terms)
    }

    private func take(
        _ request: BodyRequest, _ terms: AnswerTerms, _ exchange: HTTPExchange, from slot: UInt32
    ) throws(HTTPRefusal) {
        var limits = httpLimits
        limits.bodyBytesMax = request.bytesMax
        let body = try BodyReader(terms.body, limits: limits)
        guard !body.isComplete else { return try use([], request, terms, exchange, from: slot) }
        exchange.body = body
        exchange.afterBody = .use(request, terms)
        if terms.expectsContinue {
            // RFC 9110 §10.1.1 — the head alone was enough to let it in.
            writer.append(to: slot) { $0.append(contentsOf: "HTTP/1.1 100 Continue\r\n\r\n".utf8) }
        }
    }

    /// Reads the body of the request being served; when it is over, the request goes on. Returns how many bytes were the body's.
    func readBody(
        _ bytes: Span<UInt8>, _ exchange: HTTPExchange, from slot: UInt32
    ) throws(HTTPRefusal) -> Int {
        guard var body = exchange.body, let after = exchange.afterBody else { return 0 }
        let consumed: Int
        switch after {
        case .answer:
            var ignored: [UInt8] = []
            consumed = try body.receive(bytes, into: &ignored)
        case .use: consumed = try body.receive(bytes, into: &exchange.content)
        }
        exchange.body = body.isComplete ? nil : body
        guard body.isComplete else { return consumed }
        exchange.afterBody = nil
        switch after {
        case .answer(let response, let terms): send(response, terms, exchange, to: slot)
        case .use(let request, let terms):
            let content = exchange.content
            exchange.content = []
            try use(content, request, terms, exchange, from: slot)
        }
        return consumed
    }

    private func use(
        _ content: [UInt8], _ request: BodyRequest, _ terms: AnswerTerms, _ exchange: HTTPExchange, from slot: UInt32
    ) throws(HTTPRefusal) {
        _ = try wait(terms.withoutBody, exchange, from: slot) { decide in
            request.use(content) { decide(.success(.answer($0))) }
        }
    }

    // MARK: Waiting for a decision

    private func wait(
        _ terms: AnswerTerms, _ exchange: HTTPExchange, from slot: UInt32, _ ask: (@escaping RouteDecision) -> Void
    ) throws(HTTPRefusal) -> Bool {
        let pending = PendingDecision(terms)
        let token = token(slot)
        exchange.pending = pending
        ask { [unowned self] result in decided(result, pending, token) }
        pending.isAsking = false
        guard let early = pending.early else {
            setDeadline(of: slot, milliseconds: Sessions.decisionMilliseconds)
            return false
        }
        exchange.pending = nil
        return try follow(early.get(), terms, exchange, from: slot)
    }

    private func decided(_ result: Result<Route, HTTPRefusal>, _ pending: PendingDecision, _ token: Token) {
        guard !pending.isAsking else {
            if pending.early == nil { pending.early = result }
            return
        }
        let slot = token.slot
        guard table.isCurrent(slot, token.generation), table[slot].phase == .http,
            let exchange = table[slot].exchange, exchange.pending === pending
        else { return }
        exchange.pending = nil
        do throws(HTTPRefusal) {
            let route = try stillPossible(result.get())
            if try follow(route, pending.terms, exchange, from: slot) {
                openedLate(slot, exchange)
            } else if table[slot].phase == .http, exchange.pending == nil {
                waitingRequests.append(token)
            }
        } catch {
            refuse(slot, error)
        }
    }

    /// The node may have begun to stop since the door was asked for.
    private func stillPossible(_ route: Route) throws(HTTPRefusal) -> Route {
        if case .open = route, isStopping || node.isStopping { throw Router.stopping }
        return route
    }

    /// What came behind the handshake meanwhile is read in one of the next turns, as if it came then.
    private func openedLate(_ slot: UInt32, _ exchange: HTTPExchange) {
        // RFC 6455 §7.1.5 — the peer ended its direction without a Close.
        guard !table[slot].isReadEnded else { return vanish(slot, .vanished) }
        resumeReading(slot)
        let received = exchange.received
        if !received.isEmpty { waitForTurn(slot, with: received.span) }
    }

    /// Bytes behind a request that is not decided: they are kept, and no more are taken.
    func keepBehindPending(_ bytes: Span<UInt8>, _ exchange: HTTPExchange, from slot: UInt32) {
        exchange.received.append(copying: bytes)
        stopReading(slot)
    }

    func stopReading(_ slot: UInt32) {
        guard !table[slot].isReadPaused else { return }
        table[slot].isReadPaused = true
        writer.updateInterest(slot)
    }

    func resumeReading(_ slot: UInt32) {
        guard table[slot].isReadPaused else { return }
        table[slot].isReadPaused = false
        writer.updateInterest(slot)
    }

    func decisionTimedOut(_ slot: UInt32, _ exchange: HTTPExchange) {
        exchange.pending = nil
        refuse(
            slot,
            HTTPRefusal(
                .serviceUnavailable,
                "Nobody has decided about the request for \(Sessions.decisionMilliseconds / 1_000) s; try again later.",
                headers: [HTTPField("Retry-After", "1")]))
    }
}
