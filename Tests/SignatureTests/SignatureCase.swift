// A key, what is signed, and a signature, from a fixture or from the peer; judged by the room.
import Digest
import Signature
import Synchronization
import TestSupport

struct SignatureCase {
    /// The members of Fixtures/jwt/signatures.jsonl.
    let member: (String) -> String?

    private func bytes(_ name: String) -> [UInt8] { member(name).flatMap(Fixture.decodeHex) ?? [] }

    private var function: SHA2 {
        switch member("hash") {
        case "sha384": .sha384
        case "sha512": .sha512
        default: .sha256
        }
    }

    /// Keys that were made already: a modulus takes a while in a build for debugging.
    private static let keys = Keys()

    private final class Keys: Sendable {
        private let made = Mutex<[[UInt8]: RSAPublicKey]>([:])

        func rsa(_ modulus: [UInt8], _ exponent: [UInt8]) throws(PublicKeyError) -> RSAPublicKey {
            if let key = made.withLock({ $0[modulus + exponent] }) { return key }
            let key = try RSAPublicKey(modulus: modulus.span, exponent: exponent.span)
            made.withLock { $0[modulus + exponent] = key }
            return key
        }
    }

    /// Whether the signature is one; throws when the key is none.
    func isValid() throws(PublicKeyError) -> Bool {
        let signature = bytes("signature")
        switch member("kind") {
        case "RSA":
            let (modulus, exponent, digest) = (bytes("modulus"), bytes("exponent"), bytes("digest"))
            let key = try SignatureCase.keys.rsa(modulus, exponent)
            return key.isValid(
                signature.span, digest: digest.span, function, member("padding") == "pss" ? .pss : .pkcs1)
        case "EC":
            let (x, y, digest) = (bytes("x"), bytes("y"), bytes("digest"))
            let key = try ECPublicKey(member("curve") == "P-384" ? .p384 : .p256, x: x.span, y: y.span)
            return key.isValid(signature.span, digest: digest.span)
        default:
            let (x, message) = (bytes("x"), bytes("message"))
            return try Ed25519PublicKey(x.span).isValid(signature.span, message: message.span)
        }
    }
}
