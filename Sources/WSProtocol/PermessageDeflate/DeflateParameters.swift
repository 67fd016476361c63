// The four parameters as they stand in one element of Sec-WebSocket-Extensions (RFC 7692 §7.1). Offer and answer share names and
// most rules; where they differ, only in an offer may `client_max_window_bits` stand without a value.

/// A permessage-deflate element whose parameters are all known, valued as they must be, and there once.
struct DeflateParameters: Hashable {
    var serverNoContextTakeover = false
    var clientNoContextTakeover = false
    var serverMaxWindowBits: UInt8?
    var clientMaxWindowBits: WindowBits?

    enum WindowBits: Hashable {
        /// Without a value: the client can keep to any window the server names.
        case any
        case most(UInt8)
    }

    enum Message { case offer, answer }

    /// Nil for another extension. Throws the reason why the element is invalid.
    static func read(_ element: ExtensionElement, in message: Message) throws(Problem) -> DeflateParameters? {
        guard element.name == PermessageDeflate.name else { return nil }
        var parameters = DeflateParameters()
        var seen: Set<String> = []
        for parameter in element.parameters {
            // RFC 7692 §7.1 — declined, or failed: a name that is not defined, or twice the same.
            guard seen.insert(parameter.name).inserted else { throw Problem(parameter, "stands there twice") }
            try parameters.set(parameter, in: message)
        }
        return parameters
    }

    private mutating func set(_ parameter: ExtensionElement.Parameter, in message: Message) throws(Problem) {
        switch parameter.name {
        case "server_no_context_takeover":
            guard parameter.value == nil else { throw Problem(parameter, "takes no value") }
            serverNoContextTakeover = true
        case "client_no_context_takeover":
            guard parameter.value == nil else { throw Problem(parameter, "takes no value") }
            clientNoContextTakeover = true
        case "server_max_window_bits":
            serverMaxWindowBits = try DeflateParameters.bits(parameter)
        case "client_max_window_bits":
            // §7.1.2.2 — in an offer the value may be left out, in an answer not.
            let isAny = parameter.value == nil && message == .offer
            clientMaxWindowBits = isAny ? .any : .most(try DeflateParameters.bits(parameter))
        default: throw Problem(parameter, "is not defined")
        }
    }

    /// §7.1.2 — a decimal integer without leading zeros, 8–15.
    private static func bits(_ parameter: ExtensionElement.Parameter) throws(Problem) -> UInt8 {
        switch parameter.value {
        case "8": 8
        case "9": 9
        case "10": 10
        case "11": 11
        case "12": 12
        case "13": 13
        case "14": 14
        case "15": 15
        default: throw Problem(parameter, "takes a number from 8 to 15 without leading zeros")
        }
    }

    /// Why an element is invalid.
    struct Problem: Error {
        let reason: String

        init(_ parameter: ExtensionElement.Parameter, _ what: String) {
            let value = parameter.value.map { "=" + $0 } ?? ""
            reason = "the parameter \(Quoted.text(parameter.name + value)) \(what)"
        }
    }

    /// The element as it is sent, parameters in the order of RFC 7692 §7.1.
    var text: String {
        var text = PermessageDeflate.name
        if serverNoContextTakeover { text += "; server_no_context_takeover" }
        if clientNoContextTakeover { text += "; client_no_context_takeover" }
        if let serverMaxWindowBits { text += "; server_max_window_bits=\(serverMaxWindowBits)" }
        switch clientMaxWindowBits {
        case nil: break
        case .any: text += "; client_max_window_bits"
        case .most(let bits): text += "; client_max_window_bits=\(bits)"
        }
        return text
    }
}
