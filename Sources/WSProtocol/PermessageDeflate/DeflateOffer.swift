// The client's side of the negotiation (RFC 7692 §5.1, §7.1): offers in order of preference, and the judgement of the answer. An
// answer that fits no offer fails the connection.

/// One way in which a client would like to compress.
package struct DeflateOffer: Hashable, Sendable {
    /// §7.1.1.1 — the server must not take its context over.
    package var serverNoContextTakeover = false
    /// §7.1.1.2 — we will not take ours over.
    package var clientNoContextTakeover = false
    /// §7.1.2.1 — the server's window must not be larger, 8–15.
    package var serverMaxWindowBits: UInt8?
    /// §7.1.2.2 — whether the server may limit our window, and to what we limit it ourselves.
    package var clientWindow = ClientWindow.any

    /// What is said about the window that this client compresses with.
    package enum ClientWindow: Hashable, Sendable {
        /// The server may not say.
        case notOffered
        /// Whatever the server says; without a word of it the largest.
        case any
        /// At most this, 8–15, or less when the server says so.
        case most(UInt8)
    }

    /// Whatever the server likes: context takeover both ways, the largest windows, ours limited as it asks.
    package init() {}

    /// The value of the request's Sec-WebSocket-Extensions.
    package static func text(of offers: [DeflateOffer]) -> String {
        offers.map(\.parameters.text).joined(separator: ", ")
    }

    private var parameters: DeflateParameters {
        var parameters = DeflateParameters()
        parameters.serverNoContextTakeover = serverNoContextTakeover
        parameters.clientNoContextTakeover = clientNoContextTakeover
        parameters.serverMaxWindowBits = serverMaxWindowBits
        switch clientWindow {
        case .notOffered: break
        case .any: parameters.clientMaxWindowBits = .any
        case .most(let bits): parameters.clientMaxWindowBits = .most(bits)
        }
        return parameters
    }

    /// What is agreed on when the server answers with the fields `answer`; nil when it chose no compression. Throws why the
    /// connection fails.
    package static func judge(
        _ answer: [String], to offers: [DeflateOffer]
    ) throws(DeflateRefusal) -> PermessageDeflate? {
        guard let elements = ExtensionList.parse(answer) else {
            throw DeflateRefusal("The answer's Sec-WebSocket-Extensions is malformed: \(shown(answer)).")
        }
        guard let element = elements.first else {
            // RFC 6455 §9.1 — a list has at least one element.
            guard answer.isEmpty else {
                throw DeflateRefusal("The answer's Sec-WebSocket-Extensions is malformed: \(shown(answer)).")
            }
            return nil
        }
        // RFC 6455 §4.1, RFC 7692 §5.1 — nothing that was not offered, and at most one configuration of it.
        guard element.name == PermessageDeflate.name, !offers.isEmpty else {
            throw DeflateRefusal("The server chose the extension \(Quoted.text(element.name)), which was not offered.")
        }
        guard elements.count == 1 else {
            throw DeflateRefusal("The server chose more than one extension, one was offered: \(shown(answer)).")
        }
        let chosen: DeflateParameters?
        do {
            chosen = try DeflateParameters.read(element, in: .answer)
        } catch {
            throw DeflateRefusal("The server's answer about permessage-deflate is invalid: \(error.reason).")
        }
        for offer in offers {
            if let chosen, let agreed = offer.agreed(chosen) { return agreed }
        }
        throw DeflateRefusal("The server chose \(shown(answer)), which answers no offer.")
    }

    /// What is in force if `answer` answers this offer; nil when it cannot.
    private func agreed(_ answer: DeflateParameters) -> PermessageDeflate? {
        // §7.1.1.1 — accepted by repeating it.
        if serverNoContextTakeover && !answer.serverNoContextTakeover { return nil }
        // §7.1.2.1 — accepted by the same value or a smaller one.
        if let most = serverMaxWindowBits {
            guard let bits = answer.serverMaxWindowBits, bits <= most else { return nil }
        }
        var own = PermessageDeflate.windowBitsMax
        if case .most(let bits) = clientWindow { own = bits }
        if case .most(let bits) = answer.clientMaxWindowBits {
            // §7.1.2.2 — only when it was offered, and no more than was offered.
            guard clientWindow != .notOffered, bits <= own else { return nil }
            own = bits
        }
        return PermessageDeflate(
            serverNoContextTakeover: answer.serverNoContextTakeover,
            // What we promised holds without the server's word.
            clientNoContextTakeover: clientNoContextTakeover || answer.clientNoContextTakeover,
            serverMaxWindowBits: answer.serverMaxWindowBits ?? PermessageDeflate.windowBitsMax,
            clientMaxWindowBits: own)
    }

    private static func shown(_ fields: [String]) -> String { Quoted.text(fields.joined(separator: ", "), limit: 120) }
}

/// Why a client fails the connection over the answer's extensions.
package struct DeflateRefusal: Error, Hashable, Sendable {
    /// A sentence.
    package let reason: String

    init(_ reason: String) { self.reason = reason }
}
