// Requests on a connection: read in order, answered in order, a bounded number per turn (row H8). After a refusal nothing more is read: where
// the next request would begin is not certain any more.

import EventLoop
import WSProtocol

extension Sessions {
    /// Requests of one connection answered in one turn; the rest waits until these have left.
    static let requestsPerTurn = 32
    /// Bytes of answers that may be ready for one connection before its next request is looked at.
    static let answerBytesPerTurn = 64 << 10

    func receivedHTTP(_ bytes: inout MutableSpan<UInt8>, from slot: UInt32) {
        guard let exchange = table[slot].exchange else { return }
        guard exchange.pending == nil else { return keepBehindPending(bytes.span, exchange, from: slot) }
        if !exchange.hasBegun {
            exchange.hasBegun = true
            setDeadline(of: slot, milliseconds: live.handshakeMilliseconds)
        }
        guard !exchange.received.isEmpty else {
            let served = serve(&bytes, from: slot)
            if table[slot].phase == .http { exchange.received.append(copying: bytes.span.extracting(served...)) }
            return
        }
        exchange.received.append(copying: bytes.span)
        serveReceived(slot, exchange)
    }

    private func serveReceived(_ slot: UInt32, _ exchange: HTTPExchange) {
        var bytes = exchange.received
        exchange.received = []
        var span = bytes.mutableSpan
        let served = serve(&span, from: slot)
        guard table[slot].phase == .http else { return }
        if served > 0 { bytes.removeSubrange(..<served) }
        exchange.received = bytes
    }

    /// Serves the requests in `bytes`, which start at the start of one. Returns how many bytes are done with.
    private func serve(_ bytes: inout MutableSpan<UInt8>, from slot: UInt32) -> Int {
        var offset = 0
        var requests = 0
        while offset < bytes.count {
            guard table[slot].phase == .http, let exchange = table[slot].exchange else { return bytes.count }
            guard exchange.pending == nil else {
                stopReading(slot)
                return offset
            }
            do throws(HTTPRefusal) {
                if exchange.body != nil {
                    offset += try readBody(bytes.span.extracting(offset...), exchange, from: slot)
                    continue
                }
                guard requests < Sessions.requestsPerTurn, table[slot].backlog == nil,
                    table[slot].output.count < Sessions.answerBytesPerTurn
                else {
                    pauseReading(slot)
                    return offset
                }
                guard let (head, consumed) = try nextHead(bytes.span.extracting(offset...), exchange) else {
                    return offset
                }
                exchange.search = HeadSearch()
                offset += consumed
                requests += 1
                if try answer(head, exchange, from: slot) {
                    // A message in the segment of the handshake is as good as any other.
                    receivedFrames(&bytes, from: slot, offset: offset)
                    return bytes.count
                }
            } catch {
                refuse(slot, error)
                return bytes.count
            }
        }
        return offset
    }

    private func nextHead(
        _ bytes: Span<UInt8>, _ exchange: HTTPExchange
    ) throws(HTTPRefusal) -> (head: RequestHead, consumed: Int)? {
        do throws(HTTPRefusal) {
            return try RequestHead.parse(bytes, search: &exchange.search, limits: httpLimits)
        } catch {
            // A request all the same: a proxy in front counts it, too (rows H1 to H4).
            metrics.requests.add()
            // RFC 9110 §9.3.2 — no content to HEAD, whatever is wrong with the rest.
            exchange.isHead = exchange.search.method == .head
            throw error
        }
    }

    /// Returns true when the connection is a WebSocket from here on.
    private func answer(
        _ head: RequestHead, _ exchange: HTTPExchange, from slot: UInt32
    ) throws(HTTPRefusal) -> Bool {
        metrics.requests.add()
        exchange.isHead = head.method == .head
        try admit(head, slot)
        return try follow(route(head), AnswerTerms(head), exchange, from: slot)
    }

    /// A document that is not there is an answer like any other: the request was whole and the next one begins behind it.
    private func route(_ head: RequestHead) throws(HTTPRefusal) -> Route {
        do {
            return try router.route(head, live)
        } catch {
            guard error.status == .notFound || error.status == .methodNotAllowed, !head.asksForWebSocket else {
                throw error
            }
            metrics.refusals.add()
            return .answer(error.document)
        }
    }

    func send(_ response: HTTPResponse, _ terms: AnswerTerms, _ exchange: HTTPExchange, to slot: UInt32) {
        let keepsAlive = terms.keepsAlive && !isStopping
        let bytes = response.encode(omitBody: terms.omitsBody, keepAlive: keepsAlive)
        writer.append(to: slot) { $0.append(contentsOf: bytes) }
        guard keepsAlive else { return finish(slot) }
        exchange.hasBegun = false
        exchange.isHead = false
        setDeadline(of: slot, milliseconds: live.idleMilliseconds)
    }

    func refuse(_ slot: UInt32, _ refusal: HTTPRefusal) {
        metrics.refusals.add()
        countEnd(slot, .requestRefused)
        let bytes = refusal.response(omitBody: table[slot].exchange?.isHead ?? false)
        writer.append(to: slot) { $0.append(contentsOf: bytes) }
        finish(slot)
    }

    // MARK: Who may stay

    private func admit(_ head: RequestHead, _ slot: UInt32) throws(HTTPRefusal) {
        countClient(head, slot)
        switch table[slot].turnedAway {
        case .no: break
        case .full:
            throw HTTPRefusal(
                .serviceUnavailable, "This server has as many connections as it may; try again later.",
                headers: [HTTPField("Retry-After", "5")])
        case .tooManyOfAddress:
            throw HTTPRefusal(
                .tooManyRequests, "There are too many connections from your address; close one.",
                headers: [HTTPField("Retry-After", "5")])
        case .tooOften:
            throw HTTPRefusal(
                .tooManyRequests, "Connections from your address come too often; wait a moment.",
                headers: [HTTPField("Retry-After", "5")])
        }
    }

    /// A proxy's connection counts for the client of the request it carries now, not for the first it ever carried (row H11).
    private func countClient(_ head: RequestHead, _ slot: UInt32) {
        guard live.access.hasTrustedProxies else { return }
        // Asked for again instead of kept: sixteen bytes of every connection, for the few that come through a proxy.
        let peer = Socket.peerAddress(table[slot].descriptor)?.ip ?? .loopback
        guard live.access.isTrustedProxy(peer) else { return }
        let client = live.access.clientAddress(peer: peer, head)
        // Other requests of many clients share a proxy's connections; a WebSocket has one for itself.
        if head.asksForWebSocket, client != peer { admitConnection(of: client, slot) }
        guard client != table[slot].address else { return }
        if table[slot].countsForAddress { node.admission.leave(table[slot].address) }
        table[slot].countsForAddress = false
        table[slot].address = client
        if client != peer { count(client, for: slot) }
    }

    // MARK: Waiting

    /// Stops reading until the answers so far have left.
    private func pauseReading(_ slot: UInt32) {
        waitingRequests.append(token(slot))
        stopReading(slot)
    }

    func continueWaitingRequests() {
        guard !waitingRequests.isEmpty else { return }
        let tokens = waitingRequests
        waitingRequests = []
        for token in tokens where table.isCurrent(token.slot, token.generation) {
            let slot = token.slot
            guard table[slot].phase == .http, let exchange = table[slot].exchange else { continue }
            // A peer that does not read its answers is not answered further; its deadline goes on.
            guard table[slot].backlog == nil else {
                waitingRequests.append(token)
                continue
            }
            resumeReading(slot)
            serveReceived(slot, exchange)
            if table[slot].phase == .http, table[slot].isReadEnded, !table[slot].isReadPaused { endOfRequests(slot) }
        }
    }

    /// The peer sends nothing more; what it asked is still answered (row E4).
    func endOfRequests(_ slot: UInt32) {
        guard !table[slot].isReadPaused, table[slot].exchange?.pending == nil else {
            return writer.updateInterest(slot)
        }
        finish(slot)
        if table.isInUse(slot) { writer.updateInterest(slot) }
    }

    func requestTimedOut(_ slot: UInt32) {
        guard let exchange = table[slot].exchange else { return }
        guard exchange.pending == nil else { return decisionTimedOut(slot, exchange) }
        let isBegun = exchange.hasBegun && (!exchange.received.isEmpty || exchange.body != nil)
        guard isBegun else {
            // Nothing was asked: there is nothing to answer.
            countEnd(slot, .requestTimeout)
            return end(slot, reset: false)
        }
        countEnd(slot, .requestTimeout)
        writer.append(to: slot) {
            let seconds = live.handshakeMilliseconds / 1_000
            let refusal = HTTPRefusal(.requestTimeout, "The request was not whole after \(seconds) s; send it faster.")
            $0.append(contentsOf: refusal.response())
        }
        finish(slot)
    }
}
