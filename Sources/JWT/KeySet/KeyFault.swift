// Why a key, or a file of keys, is not taken. Whoever configured us can mend it, so the sentences say how; no byte of a key is in them.

package import Signature

/// What is wrong with a key or a set of keys.
package enum KeyFault: Error, Equatable, Sendable {
    /// An empty secret signs for everybody: refused whatever is allowed.
    case emptySecret
    case weakSecret(byteCount: Int)
    case wrongAlgorithm(TokenAlgorithm, KeyKind)
    case publicKey(PublicKeyError)

    // PEM and DER.

    case noPEM
    /// The label of a PEM block that is no public key.
    case label(ShownValue)
    case pemEnd
    case pemBase64
    /// A rule of DER or of the structure in it, broken at this byte.
    case der(String, offset: Int)
    /// An object identifier that stands for no kind of key here, as its bytes in hexadecimal.
    case unknownKeyType(String)

    // JWK.

    case tooLong(byteCount: Int)
    /// At which byte; what stands there is not told, it may belong to a secret.
    case json(offset: Int)
    case notAKeySet
    case tooManyKeys(count: Int)
    /// All keys of a set were passed over, for these reasons.
    case noUsableKey([String])
    case missingMember(String)
    case memberType(String)
    case memberBase64(String)
    case unsupported(member: String, ShownValue)
    case notForVerifying(member: String)
}

extension KeyFault: CustomStringConvertible {
    /// A part of a sentence: what is wrong and what to do.
    package var description: String {
        switch self {
        case .emptySecret: "the secret is empty: give it at least \(KeyLimits.secretBytesMin) random bytes"
        case .weakSecret(let count):
            "the secret has \(count) bytes, fewer than \(KeyLimits.secretBytesMin): take a longer one, or allow weak keys"
        case .wrongAlgorithm(let algorithm, let kind):
            "\(algorithm.name) does not work with \(kind): it wants \(algorithm.keyKind)"
        case .publicKey(let error): "the key is \(error)"
        case .noPEM: "there is no line -----BEGIN PUBLIC KEY-----"
        case .label(let label):
            "the block \(label) is no public key: make one with openssl pkey -pubout (from a certificate: openssl x509 -pubkey)"
        case .pemEnd: "the block has no line -----END PUBLIC KEY-----"
        case .pemBase64: "what stands between the lines BEGIN and END is not Base64"
        case .der(let rule, let offset): "the key's DER is broken at byte \(offset): \(rule)"
        case .unknownKeyType(let identifier):
            "the key's type, the object identifier with the bytes \(identifier), is none of RSA, P-256, P-384 and Ed25519"
        case .tooLong(let count): "the keys have \(count) bytes, \(KeyLimits.textBytesMax) are taken"
        case .json(let offset): "the keys are not JSON, or have a name twice: see byte \(offset)"
        case .notAKeySet: "the JSON is neither a key set, with a list \"keys\", nor a key, with \"kty\""
        case .tooManyKeys(let count): "the set has \(count) keys, \(KeyLimits.keyCountMax) are taken"
        case .noUsableKey(let reasons):
            reasons.isEmpty
                ? "the set has no key" : "the set has no usable key: \(reasons.joined(separator: "; "))"
        case .missingMember(let member): "the member \(member) is missing"
        case .memberType(let member): "the member \(member) is of the wrong type"
        case .memberBase64(let member): "the member \(member) is not Base64url without padding"
        case .unsupported(let member, let value): "the \(member) \(value) is not known here"
        case .notForVerifying(let member): "its \(member) says that it is not for verifying signatures"
        }
    }
}
