// Faults in words, for logs and people: what is wrong, with which value, and what to do about it.

extension TokenFault.Part: CustomStringConvertible {
    /// `header`, `claims` or `signature`.
    package var description: String {
        switch self {
        case .header: "header"
        case .claims: "claims"
        case .signature: "signature"
        }
    }
}

extension TokenFault: CustomStringConvertible {
    /// One sentence without its full stop.
    package var description: String {
        switch self {
        case .tooLong(let count):
            "the token has \(count) bytes, \(TokenLimits.tokenBytesMax) are taken: put less into its claims"
        case .parts(5): "the token has five parts, so it is encrypted: send one that is only signed"
        case .parts(let count):
            "the token has \(count) parts, not three: send the whole compact form, header.claims.signature"
        case .emptyPart(.signature): "the token has no signature: sign it"
        case .emptyPart(let part): "the token's \(part) is empty: send the whole compact form"
        case .base64(let part):
            "the token's \(part) is not Base64url without padding: send it as it was issued, without spaces or line breaks"
        case .json(let part, let error): "the token's \(part) is not JSON: \(error)"
        case .notAnObject(let part): "the token's \(part) is JSON but no object"
        case .headerTooLong(let count):
            "the token's header has \(count) bytes, \(TokenLimits.headerBytesMax) are taken: leave certificates out of it"
        case .noAlgorithm: "the token's header has no alg: name the algorithm it is signed with"
        case .headerType(let member, let found): "the header's \(member) is \(found), not a string"
        case .keyIdentifierTooLong(let count):
            "the header's kid has \(count) bytes, \(TokenLimits.keyIdentifierBytesMax) are taken"
        case .unsecured: "the header's alg is \"none\": sign the token"
        case .unknownAlgorithm(let name):
            "the header's alg is \(name): sign with one of \(TokenFault.algorithmNames)"
        case .critical: "the header has crit, and no extension is known here: issue tokens without it"
        case .noKeys: "this server has no key for tokens: connect without one, or give it a key"
        case .noKey(let algorithm):
            "no key here is for \(algorithm.name): sign with another algorithm, or give the server \(algorithm.keyKind)"
        case .unknownKey(let identifier):
            "no key here has the kid \(identifier): sign with a key of the server's set, or add this one to it"
        case .wrongAlgorithm(let algorithm, let key):
            "the header's alg is \(algorithm.name), but the key of this kid is for \(key.name) alone: sign with \(key.name)"
        case .ambiguousKey(let count):
            "the header has no kid, and \(count) keys could be meant, of which \(TokenLimits.keyTriesMax) would be tried: name one"
        case .wrongSignature(let algorithm):
            "the \(algorithm.name) signature is not one of our key: look whether issuer and server have the same key"
        case .missing(let claim): "the claim \(claim) is missing, and this server requires it: put it into the token"
        case .claimType(let claim, let expected, let found): "the claim \(claim) is \(found), not \(expected)"
        case .date(let claim, let value):
            "the claim \(claim) is \(value), not seconds from 1970 to the year 9999 (not milliseconds)"
        case .claimBase64(let claim): "the claim \(claim) is not Base64 with padding (RFC 4648 §4)"
        case .expired(let at, let now, let leeway):
            "the claim exp is \(at), and it is \(now) now\(TokenFault.text(leeway)): get a new token"
        case .notBefore(let from, let now, let leeway):
            "the claim nbf is \(from), and it is only \(now) now\(TokenFault.text(leeway)): wait, or set the clocks right"
        case .livesTooLong(let until, let now, let limit):
            "the claim exp is \(until), \(until - now) seconds ahead, where at most \(limit) are taken: issue a shorter token"
        case .wrongIssuer(let value, let expected): "the claim iss is \(value), not \(ShownValue(expected))"
        case .wrongAudience(let value, let expected): "the claim aud is \(value), without \(ShownValue(expected))"
        case .channelInConnectionToken(let channel):
            "the claim channel is \(channel), so this token is for a subscription: connect with one that has no channel"
        case .emptyChannel: "the claim channel is \"\": name the channel of the subscription"
        case .otherUser(let user, let expected):
            "the claim sub is \(user), but the connection is of the user \(expected)"
        case .otherChannel(let channel, let expected):
            "the claim channel is \(channel), but the subscription is to \(expected)"
        case .otherClient(let client): "the claim client is \(client), which is another connection"
        }
    }

    private static func text(_ leeway: Int64) -> String { leeway == 0 ? "" : ", \(leeway) s of leeway included" }

    private static let algorithmNames = TokenAlgorithm.allCases.map(\.name).joined(separator: ", ")
}
