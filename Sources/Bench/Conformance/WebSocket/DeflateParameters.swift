// permessage-deflate in a handshake, offer or answer (RFC 7692 §7.1), read as a case needs it. Written apart from WSProtocol, which may be under test itself.

/// One element of Sec-WebSocket-Extensions.
struct DeflateParameters: Equatable, Sendable {
    var name = "permessage-deflate"
    var serverNoContextTakeover = false
    var clientNoContextTakeover = false
    var serverMaxWindowBits: Int?
    /// nil: absent; 0: without a value.
    var clientMaxWindowBits: Int?
    /// What RFC 7692 §7.1 does not allow in it; nil: nothing.
    var problem: String?

    /// The elements of all fields. Quotation marks around a value are taken off (RFC 6455 §9.1).
    static func read(_ fields: [String]) -> [DeflateParameters] {
        fields.flatMap { field in
            field.utf8.split(separator: UInt8(ascii: ",")).compactMap { element -> DeflateParameters? in
                let parts = element.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map {
                    trimmed($0)
                }
                guard let name = parts.first, !name.isEmpty else { return nil }
                var read = DeflateParameters()
                read.name = name
                var seen: [String] = []
                for part in parts.dropFirst() { read.take(part, &seen) }
                return read
            }
        }
    }

    private mutating func take(_ part: String, _ seen: inout [String]) {
        let pair = part.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1).map { DeflateParameters.trimmed($0) }
        let key = pair.first ?? ""
        var value = pair.count == 2 ? pair[1] : nil
        if let text = value, text.utf8.count >= 2, text.utf8.first == 0x22, text.utf8.last == 0x22 {
            value = String(
                text.utf8.dropFirst().dropLast().filter { $0 != UInt8(ascii: "\\") }.map {
                    Character(Unicode.Scalar($0))
                })
        }
        if seen.contains(key) { problem = "\(key) twice" }
        seen.append(key)
        switch key {
        case "server_no_context_takeover", "client_no_context_takeover":
            if value != nil { problem = "\(key) with a value" }
            if key.utf8.first == UInt8(ascii: "s") {
                serverNoContextTakeover = true
            } else {
                clientNoContextTakeover = true
            }
        case "server_max_window_bits", "client_max_window_bits":
            let bits = value.flatMap { text in (8...15).first { "\($0)" == text } }
            if key.utf8.first == UInt8(ascii: "s") {
                if bits == nil { problem = "\(part): a value from 8 to 15 is expected" }
                serverMaxWindowBits = bits
            } else {
                if bits == nil, value != nil { problem = "\(part): a value from 8 to 15 is expected" }
                clientMaxWindowBits = bits ?? 0
            }
        default: problem = "the parameter \(key)"
        }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        var rest = text
        while let first = rest.first, first == 0x20 || first == 9 { rest = rest.dropFirst() }
        while let last = rest.last, last == 0x20 || last == 9 { rest = rest.dropLast() }
        return String(Substring(rest))
    }

    /// As it stands in a handshake.
    var text: String {
        var text = name
        if serverNoContextTakeover { text += "; server_no_context_takeover" }
        if clientNoContextTakeover { text += "; client_no_context_takeover" }
        if let bits = serverMaxWindowBits { text += "; server_max_window_bits=\(bits)" }
        if let bits = clientMaxWindowBits { text += "; client_max_window_bits" + (bits > 0 ? "=\(bits)" : "") }
        return text
    }

    /// Why this, as an answer, does not fit `offer`; nil: it does.
    func misfit(to offer: DeflateParameters) -> (came: String, why: String)? {
        if let problem {
            return (
                "an answer with \(problem)",
                "RFC 7692 §7.1: an answer has known parameters, once each, with valid values"
            )
        }
        if offer.serverNoContextTakeover, !serverNoContextTakeover {
            return (
                "an answer without server_no_context_takeover",
                "RFC 7692 §7.1.1.1: a server accepts an offer with server_no_context_takeover by including it in the answer"
            )
        }
        // An answer without it says 15, too.
        if let wanted = offer.serverMaxWindowBits, (serverMaxWindowBits ?? 15) > wanted {
            return (
                "an answer with \(serverMaxWindowBits.map { "server_max_window_bits=\($0)" } ?? "no server_max_window_bits")",
                "RFC 7692 §7.1.2.1: a server accepts server_max_window_bits=\(wanted) by answering the same or a smaller value"
            )
        }
        if let bits = clientMaxWindowBits {
            guard let wanted = offer.clientMaxWindowBits else {
                return (
                    "an answer with client_max_window_bits",
                    "RFC 7692 §7.1.2.2: it must not be answered where it was not offered"
                )
            }
            if bits == 0 {
                return ("client_max_window_bits without a value", "RFC 7692 §7.1.2.2: in an answer it has a value")
            }
            if wanted > 0, bits > wanted {
                return (
                    "an answer with client_max_window_bits=\(bits)",
                    "RFC 7692 §7.1.2.2: the answer's value is at most the offered one"
                )
            }
        }
        return nil
    }
}
