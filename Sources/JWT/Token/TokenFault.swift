// Why a token is refused: the claim, its value, and what to do. A fault never holds the token, a key or a signature, so that it can go to a log
// as it is; values of claims are cut short and escaped (`ShownValue`).

package import JSON

/// What is wrong with a token. One case for each rule.
package enum TokenFault: Error, Equatable, Sendable {
    /// The three parts of a token.
    package enum Part: Equatable, Sendable {
        case header, claims, signature
    }

    // RFC 7515 §7.1: the form.

    case tooLong(byteCount: Int)
    /// How many parts there are instead of three.
    case parts(Int)
    case emptyPart(Part)
    case base64(Part)
    case json(Part, JSONError)
    case notAnObject(Part)

    // RFC 7515 §4.1, RFC 8725: the header.

    case headerTooLong(byteCount: Int)
    case noAlgorithm
    case headerType(member: String, found: String)
    case keyIdentifierTooLong(byteCount: Int)
    /// `alg` is "none".
    case unsecured
    case unknownAlgorithm(ShownValue)
    /// `crit` is there, whatever it lists: no extension is understood.
    case critical

    // Keys.

    /// No key at all: the server runs without tokens.
    case noKeys
    case noKey(TokenAlgorithm)
    case unknownKey(ShownValue)
    /// The key that `kid` names is for another algorithm.
    case wrongAlgorithm(TokenAlgorithm, key: TokenAlgorithm)
    /// No `kid`, and more keys than `TokenLimits.keyTriesMax` would fit.
    case ambiguousKey(count: Int)
    case wrongSignature(TokenAlgorithm)

    // RFC 7519 §4.1 and the claims of the protocol.

    case missing(claim: String)
    /// `found` is the JSON type that stands there, with its value where that is short.
    case claimType(claim: String, expected: String, found: String)
    case date(claim: String, ShownValue)
    case claimBase64(claim: String)
    case expired(at: Int64, now: Int64, leeway: Int64)
    case notBefore(Int64, now: Int64, leeway: Int64)
    case livesTooLong(until: Int64, now: Int64, limit: Int64)
    case wrongIssuer(ShownValue, expected: String)
    case wrongAudience(ShownValue, expected: String)
    /// A subscription token where one for a connection is wanted.
    case channelInConnectionToken(ShownValue)
    case emptyChannel
    /// A subscription token of somebody or something else.
    case otherUser(ShownValue, expected: ShownValue)
    case otherChannel(ShownValue, expected: ShownValue)
    case otherClient(ShownValue)

    /// Whether a newer token may help: then clients are told "token expired", else "invalid token".
    package var isExpired: Bool {
        switch self {
        case .expired, .notBefore: true
        default: false
        }
    }

    /// Whether the keys may be too old to know the token's: worth asking the issuer once more.
    package var mayBeNewKey: Bool {
        switch self {
        case .unknownKey, .noKey: true
        default: false
        }
    }
}

/// A value from a token as it may stand in a log: at most `TokenLimits.shownBytesMax` bytes of it, quoted, nothing that moves a cursor.
package struct ShownValue: Equatable, Sendable, CustomStringConvertible {
    /// With its quotation marks.
    package let description: String

    /// `bytes` are UTF-8, or shown as if they were.
    package init(_ bytes: [UInt8]) {
        let isCut = bytes.count > TokenLimits.shownBytesMax
        var text = "\""
        for scalar in String(decoding: bytes.prefix(TokenLimits.shownBytesMax), as: UTF8.self).unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C: text += "\\\(scalar)"
            case 0x20...0x7E: text.unicodeScalars.append(scalar)
            default: text += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        description = text + (isCut ? "…\"" : "\"")
    }

    /// The same of a text.
    package init(_ text: String) { self.init([UInt8](text.utf8)) }
}
