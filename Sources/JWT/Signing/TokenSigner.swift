// Makes tokens, with a shared secret only (RFC 7515 §5.1): a server that signs with a private key would have to keep one.

import Digest
import JSON

/// Signs claims with one secret.
package struct TokenSigner: Sendable {
    private let hmac: HMAC
    /// The header in Base64url, with the dot behind it.
    private let header: [UInt8]

    /// `algorithm` is HS256, HS384 or HS512; a name of the key goes into the header as `kid`.
    package init(
        secret: Span<UInt8>, _ algorithm: TokenAlgorithm = .hs256, identifier: String? = nil, allowsWeak: Bool = false
    ) throws(KeyFault) {
        try VerificationKey.checkSecret(secret, algorithm, allowsWeak: allowsWeak)
        hmac = HMAC(algorithm.function, key: secret)
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("alg", algorithm.name)
        writer.member("typ", "JWT")
        if let identifier { writer.member("kid", identifier) }
        writer.endObject()
        let json = writer.bytes
        header = Base64URL.encode(json.span) + [UInt8(ascii: ".")]
    }

    /// The compact form of these claims, which are one JSON object.
    package func token(claims: Span<UInt8>) -> [UInt8] {
        var token = header
        Base64URL.append(claims, to: &token)
        let code = hmac.code(of: token.span)
        token.append(UInt8(ascii: "."))
        Base64URL.append(code.span, to: &token)
        return token
    }

    /// The same for claims by name.
    package func token(_ claims: NewClaims) -> [UInt8] {
        let text = claims.json
        return token(claims: text.span)
    }
}

extension TokenSigner: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Nothing of the secret.
    package var description: String { "a signer of tokens" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The claims of a new token. What is nil or empty is left out.
package struct NewClaims: Sendable {
    /// `sub`; "" is anonymous and left out.
    package var user = ""
    /// Of a subscription token; a connection token has none.
    package var channel: String?
    package var issuer: String?
    package var audience: String?
    package var tokenIdentifier: String?
    /// Seconds since 1970.
    package var issuedAt: Int64?
    package var expiresAt: Int64?
    /// Channels that the server subscribes the connection to.
    package var channels: [String] = []
    /// Channels and `prefix*` that the token gives rights in.
    package var rooms: [String]?
    /// One JSON value.
    package var info: [UInt8]?

    /// No claim at all.
    package init() {}

    /// The object, in the order of RFC 7519 §4.1.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, text) in [("iss", issuer), ("sub", user.isEmpty ? nil : user), ("aud", audience)] {
            if let text { writer.member(name, text) }
        }
        for (name, seconds) in [("exp", expiresAt), ("iat", issuedAt)] {
            guard let seconds else { continue }
            writer.name(name)
            writer.integer(seconds)
        }
        for (name, text) in [("jti", tokenIdentifier), ("channel", channel)] {
            if let text { writer.member(name, text) }
        }
        for (name, list) in [("channels", channels.isEmpty ? nil : channels), ("rooms", rooms)] {
            guard let list else { continue }
            writer.name(name)
            writer.beginArray()
            for text in list { writer.string(text) }
            writer.endArray()
        }
        if let info {
            writer.name("info")
            writer.raw(info.span)
        }
        writer.endObject()
        return writer.bytes
    }
}
