// The server's side of the negotiation (RFC 7692 §5.1, §7.1): the first offer that is valid is accepted, in the client's order; what
// is invalid is declined, and the next one counts. Without an acceptable offer the connection goes on uncompressed.

/// What a server asks for when it accepts an offer.
package struct DeflatePolicy: Hashable, Sendable {
    /// We begin each message with an empty window, whether asked to or not: one compressed message then serves all
    /// connections, and none has a window to keep.
    package var serverNoContextTakeover = true
    /// The client must: else each connection keeps a window to inflate with.
    package var clientNoContextTakeover = true
    /// The largest window we compress with.
    package var serverMaxWindowBits = PermessageDeflate.windowBitsMax
    /// The largest window the client should compress with, where it lets us say so. 15: it is not told, and may use what it likes.
    package var clientMaxWindowBits = PermessageDeflate.windowBitsMax

    /// No context takeover either way, the largest windows: what costs a server of many connections least memory.
    package init() {}

    /// What was agreed on and the value of the answer's Sec-WebSocket-Extensions; nil when no offer can be accepted.
    package func accept(_ offers: [ExtensionElement]) -> (agreed: PermessageDeflate, answer: String)? {
        for element in offers {
            guard let offer = try? DeflateParameters.read(element, in: .offer) else { continue }
            let answer = answer(to: offer)
            let bits: UInt8? =
                if case .most(let bits) = answer.clientMaxWindowBits { bits } else { nil }
            let agreed = PermessageDeflate(
                serverNoContextTakeover: answer.serverNoContextTakeover,
                clientNoContextTakeover: answer.clientNoContextTakeover,
                serverMaxWindowBits: answer.serverMaxWindowBits ?? PermessageDeflate.windowBitsMax,
                clientMaxWindowBits: bits ?? PermessageDeflate.windowBitsMax)
            return (agreed, answer.text)
        }
        return nil
    }

    private func answer(to offer: DeflateParameters) -> DeflateParameters {
        var answer = DeflateParameters()
        // §7.1.1 — what the client asks of us is accepted by saying it; what we ask of it, it must obey.
        answer.serverNoContextTakeover = offer.serverNoContextTakeover || serverNoContextTakeover
        answer.clientNoContextTakeover = offer.clientNoContextTakeover || clientNoContextTakeover
        // §7.1.2.1 — the same value or a smaller one; without being asked only when we use less than the whole window.
        let serverBits = min(offer.serverMaxWindowBits ?? PermessageDeflate.windowBitsMax, serverMaxWindowBits)
        if offer.serverMaxWindowBits != nil || serverBits < PermessageDeflate.windowBitsMax {
            answer.serverMaxWindowBits = serverBits
        }
        // §7.1.2.2 — only when it was offered, and no more than was offered.
        let isNarrow = clientMaxWindowBits < PermessageDeflate.windowBitsMax
        switch offer.clientMaxWindowBits {
        case .any where isNarrow: answer.clientMaxWindowBits = .most(clientMaxWindowBits)
        case .most(let bits) where isNarrow: answer.clientMaxWindowBits = .most(min(bits, clientMaxWindowBits))
        case .any, .most, nil: break
        }
        return answer
    }
}
