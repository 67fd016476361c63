// One key and its one algorithm (RFC 8725 §3.1). The algorithm comes with the key; what a token's header says can only agree with it. So a
// public key never serves as an HMAC secret (fault J2).

import Digest
package import Signature

/// A key that verifies signatures of exactly one algorithm.
package struct VerificationKey: Sendable {
    private enum Material: Sendable {
        case secret(HMAC)
        case rsa(RSAPublicKey)
        case elliptic(ECPublicKey)
        case ed25519(Ed25519PublicKey)
    }

    /// The only algorithm.
    package let algorithm: TokenAlgorithm
    /// What a token's `kid` must be to mean this key; nil: the key has no name.
    package let identifier: [UInt8]?
    /// Whether it is a secret of fewer bytes than `KeyLimits.secretBytesMin`, which was allowed.
    package let isWeak: Bool
    private let material: Material

    private init(_ material: Material, _ algorithm: TokenAlgorithm, _ identifier: [UInt8]?, isWeak: Bool = false) {
        (self.material, self.algorithm, self.identifier, self.isWeak) = (material, algorithm, identifier, isWeak)
    }

    /// A secret that issuer and server share, for HS256, HS384 or HS512 (fault J8). An empty one is never taken.
    package static func secret(
        _ secret: Span<UInt8>, _ algorithm: TokenAlgorithm, identifier: [UInt8]? = nil, allowsWeak: Bool = false
    ) throws(KeyFault) -> VerificationKey {
        try checkSecret(secret, algorithm, allowsWeak: allowsWeak)
        return VerificationKey(
            .secret(HMAC(algorithm.function, key: secret)), algorithm, identifier,
            isWeak: secret.count < KeyLimits.secretBytesMin)
    }

    /// What must hold of a secret that signs or verifies.
    static func checkSecret(
        _ secret: Span<UInt8>, _ algorithm: TokenAlgorithm, allowsWeak: Bool
    ) throws(KeyFault) {
        guard algorithm.keyKind == .secret else { throw .wrongAlgorithm(algorithm, .secret) }
        guard !secret.isEmpty else { throw .emptySecret }
        guard allowsWeak || secret.count >= KeyLimits.secretBytesMin else { throw .weakSecret(byteCount: secret.count) }
    }

    /// An RSA key, for RS256, RS384, RS512 or PS256.
    package static func rsa(
        modulus: Span<UInt8>, exponent: Span<UInt8>, _ algorithm: TokenAlgorithm, identifier: [UInt8]? = nil
    ) throws(KeyFault) -> VerificationKey {
        guard algorithm.keyKind == .rsa else { throw .wrongAlgorithm(algorithm, .rsa) }
        do throws(PublicKeyError) {
            return VerificationKey(.rsa(try RSAPublicKey(modulus: modulus, exponent: exponent)), algorithm, identifier)
        } catch {
            throw .publicKey(error)
        }
    }

    /// A point of P-256, for ES256, or of P-384, for ES384.
    package static func elliptic(
        _ curve: EllipticCurve, x: Span<UInt8>, y: Span<UInt8>, identifier: [UInt8]? = nil
    ) throws(KeyFault) -> VerificationKey {
        let kind: KeyKind =
            switch curve {
            case .p256: .p256
            case .p384: .p384
            }
        do throws(PublicKeyError) {
            return VerificationKey(
                .elliptic(try ECPublicKey(curve, x: x, y: y)), kind.usualAlgorithm, identifier)
        } catch {
            throw .publicKey(error)
        }
    }

    /// A point of Ed25519, for EdDSA.
    package static func ed25519(_ bytes: Span<UInt8>, identifier: [UInt8]? = nil) throws(KeyFault) -> VerificationKey {
        do throws(PublicKeyError) {
            return VerificationKey(.ed25519(try Ed25519PublicKey(bytes)), .edDSA, identifier)
        } catch {
            throw .publicKey(error)
        }
    }

    /// Whether `signature` is one of this key for the bytes that are signed.
    package func isValid(_ signature: Span<UInt8>, _ signed: Span<UInt8>) -> Bool {
        switch material {
        case .secret(let hmac): return hmac.isValid(signature, of: signed)
        case .rsa(let key):
            let digest = algorithm.function.hash(signed)
            return key.isValid(
                signature, digest: digest.span, algorithm.function, algorithm == .ps256 ? .pss : .pkcs1)
        case .elliptic(let key):
            let digest = algorithm.function.hash(signed)
            return key.isValid(signature, digest: digest.span)
        case .ed25519(let key): return key.isValid(signature, message: signed)
        }
    }
}

extension VerificationKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Algorithm and name, never the key: what a log may say.
    package var description: String {
        let name = identifier.map { "kid \(ShownValue($0))" } ?? "without a kid"
        return "\(algorithm.name), \(name)\(isWeak ? ", weak" : "")"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
