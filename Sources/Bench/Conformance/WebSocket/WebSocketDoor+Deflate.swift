// Connections with permessage-deflate: what is offered for a case, and what may be answered (RFC 7692 §7.1).

extension WebSocketDoor {
    /// A connection on which the wish was agreed on. A server that declines is not at fault: the case is skipped.
    func open(_ attempt: CaseAttempt, _ wish: DeflateWish) throws(CaseStop) -> WebSocketPeer {
        var offer = DeflateParameters()
        offer.serverNoContextTakeover = wish.theirNoContextTakeover
        offer.clientNoContextTakeover = wish.ourNoContextTakeover
        offer.serverMaxWindowBits = wish.theirWindowBits
        offer.clientMaxWindowBits = wish.ourWindowBits ?? 0
        let request = OpeningRequest().adding("Sec-WebSocket-Extensions", offer.text)
        let (socket, head) = try ask(request, attempt)
        guard let head, head.status == 101 else {
            throw .failed(
                expected: "HTTP/1.1 101, with permessage-deflate or without", came: head?.firstLine ?? "no answer",
                why: "RFC 6455 §4.2.2: a valid opening handshake is answered with 101; an offer may be declined")
        }
        let answers = DeflateParameters.read(head.values("sec-websocket-extensions"))
        guard let answer = answers.first else {
            throw .skipped("the server declined \(offer.text)")
        }
        if answers.count > 1 || answer.name != offer.name {
            throw .failed(
                expected: "permessage-deflate, once",
                came: head.values("sec-websocket-extensions").joined(separator: ", "),
                why: "RFC 6455 §9.1: a server must not accept an extension that was not offered")
        }
        if let (came, why) = answer.misfit(to: offer) {
            throw .failed(expected: "an answer to \(offer.text)", came: came, why: why)
        }
        if wish.needsOurContext, answer.clientNoContextTakeover {
            throw .skipped("the server wants client_no_context_takeover")
        }
        if wish.needsOurNoContext, !answer.clientNoContextTakeover {
            throw .skipped("the server does not want client_no_context_takeover")
        }
        if let exactly = wish.ourWindowBitsExactly, answer.clientMaxWindowBits ?? 15 != exactly {
            throw .skipped("the server does not want client_max_window_bits=\(exactly)")
        }
        let ours = min(answer.clientMaxWindowBits ?? 15, wish.ourWindowBits ?? 15)
        if let least = wish.ourWindowBitsAtLeast, ours < least {
            throw .skipped("the server wants client_max_window_bits=\(ours)")
        }
        attempt.begin(
            after: "an opening handshake that agreed on "
                + head.values("sec-websocket-extensions").joined(separator: ", "))
        let peer = WebSocketPeer(socket, attempt, isClient: true, comparesKinds: isEcho)
        peer.deflate = PeerDeflate(
            theirWindowBits: answer.serverMaxWindowBits ?? 15, theirNoContextTakeover: answer.serverNoContextTakeover,
            ourWindowBits: ours, ourNoContextTakeover: answer.clientNoContextTakeover || wish.ourNoContextTakeover,
            level: wish.level)
        return peer
    }
}
