// The algorithms of RFC 7518 §3.1 and RFC 8037 §3.1 that tokens may be signed with. "none" is not among them.

import Digest

/// A signature algorithm of a token, and of exactly one kind of key.
package enum TokenAlgorithm: CaseIterable, Equatable, Sendable {
    case hs256, hs384, hs512
    case rs256, rs384, rs512
    case ps256
    case es256, es384
    case edDSA

    /// The value of `alg`.
    package var name: String {
        switch self {
        case .hs256: "HS256"
        case .hs384: "HS384"
        case .hs512: "HS512"
        case .rs256: "RS256"
        case .rs384: "RS384"
        case .rs512: "RS512"
        case .ps256: "PS256"
        case .es256: "ES256"
        case .es384: "ES384"
        case .edDSA: "EdDSA"
        }
    }

    /// The algorithm of this name, byte by byte; RFC 9864 §2.2 calls EdDSA with its only curve here "Ed25519".
    package init?(name: [UInt8]) {
        if name.elementsEqual("Ed25519".utf8) {
            self = .edDSA
            return
        }
        guard let found = TokenAlgorithm.allCases.first(where: { name.elementsEqual($0.name.utf8) }) else { return nil }
        self = found
    }

    /// What is signed with it, for texts: "a secret", "an RSA key" …
    package var keyKind: KeyKind {
        switch self {
        case .hs256, .hs384, .hs512: .secret
        case .rs256, .rs384, .rs512, .ps256: .rsa
        case .es256: .p256
        case .es384: .p384
        case .edDSA: .ed25519
        }
    }

    /// The hash function; EdDSA has its own inside.
    var function: SHA2 {
        switch self {
        case .hs256, .rs256, .ps256, .es256: .sha256
        case .hs384, .rs384, .es384: .sha384
        case .hs512, .rs512, .edDSA: .sha512
        }
    }
}

/// What a key is made of. Each algorithm works with one kind.
package enum KeyKind: Equatable, Sendable {
    case secret, rsa, p256, p384, ed25519

    /// The one algorithm of the kind, or the usual one where a key does not say.
    package var usualAlgorithm: TokenAlgorithm {
        switch self {
        case .secret: .hs256
        case .rsa: .rs256
        case .p256: .es256
        case .p384: .es384
        case .ed25519: .edDSA
        }
    }
}

extension KeyKind: CustomStringConvertible {
    /// With its article: `an RSA key`.
    package var description: String {
        switch self {
        case .secret: "a shared secret"
        case .rsa: "an RSA key"
        case .p256: "a P-256 key"
        case .p384: "a P-384 key"
        case .ed25519: "an Ed25519 key"
        }
    }
}
