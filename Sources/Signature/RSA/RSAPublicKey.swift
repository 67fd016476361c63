// Verification of RSA signatures (RFC 8017 §8.1.2, §8.2.2). A signature is raised to the public exponent, and the block that comes out is
// not read: the one that a right signature has is built, or for PSS checked whole (fault J7).

package import Digest

/// Which RSA keys are taken.
package enum RSALimits {
    /// Bits of a modulus; fewer can be factored (RFC 7518 §3.3).
    package static let modulusBitsMin = 2048
    /// More cost too much time for each token: twice the bits are eight times as much work.
    package static let modulusBitsMax = 4096
    /// Public exponents are 3 or 65537 in practice; 32 bits bound the time.
    package static let exponentMax = UInt64(UInt32.max)
}

/// How a digest becomes a block that is signed.
package enum RSAPadding: Equatable, Sendable {
    /// RSASSA-PKCS1-v1_5.
    case pkcs1
    /// RSASSA-PSS with a salt as long as the digest, and MGF1 with the same function (RFC 7518 §3.5).
    case pss
}

/// A modulus and an exponent that signatures are verified with.
package struct RSAPublicKey: Sendable {
    private let modulus: WideModulus
    private let exponent: UInt64
    /// Bits of the modulus.
    package let bitCount: Int

    /// From numbers with the most significant byte first; zeros in front do not count.
    package init(modulus: Span<UInt8>, exponent: Span<UInt8>) throws(PublicKeyError) {
        let limbs = RSAPublicKey.limbs(modulus)
        bitCount = limbs.isEmpty ? 0 : limbs.count * 64 - limbs[limbs.count - 1].leadingZeroBitCount
        guard (RSALimits.modulusBitsMin...RSALimits.modulusBitsMax).contains(bitCount) else {
            throw .modulusSize(bits: bitCount)
        }
        guard limbs[0] & 1 == 1 else { throw .evenModulus }
        let exponentLimbs = RSAPublicKey.limbs(exponent)
        guard exponentLimbs.count == 1, exponentLimbs[0] & 1 == 1, exponentLimbs[0] >= 3,
            exponentLimbs[0] <= RSALimits.exponentMax
        else { throw .exponent }
        self.modulus = WideModulus(limbs)
        self.exponent = exponentLimbs[0]
    }

    /// Bytes of the modulus, and of each signature; k in RFC 8017.
    package var byteCount: Int { (bitCount + 7) / 8 }

    /// Whether `signature` is one of this key for a message whose digest by `function` is `digest`.
    package func isValid(
        _ signature: Span<UInt8>, digest: Span<UInt8>, _ function: SHA2, _ padding: RSAPadding
    ) -> Bool {
        guard digest.count == function.digestByteCount, let block = encodedMessage(of: signature) else { return false }
        switch padding {
        case .pkcs1:
            let expected = PKCS1.block(digest, function, byteCount: byteCount)
            return ConstantTime.areEqual(block.span, expected.span)
        case .pss: return PSS.isValid(block.span, bitCount: bitCount - 1, digest, function)
        }
    }

    /// RFC 8017 §8.1.2 steps 1 and 2: exactly k bytes, a number below the modulus, raised to the exponent, as k bytes.
    private func encodedMessage(of signature: Span<UInt8>) -> [UInt8]? {
        guard signature.count == byteCount else { return nil }
        var number = RSAPublicKey.limbs(signature)
        number.append(contentsOf: repeatElement(0, count: modulus.limbs.count - number.count))
        guard WideModulus.isLess(number, modulus.limbs) else { return nil }
        let message = modulus.power(number, exponent)
        return (0..<byteCount).map { index in
            let place = byteCount - 1 - index
            return UInt8(truncatingIfNeeded: message[place / 8] >> UInt64(8 * (place % 8)))
        }
    }

    /// The lowest limb first, none of zeros at the end.
    private static func limbs(_ bytes: Span<UInt8>) -> [UInt64] {
        var limbs = [UInt64](repeating: 0, count: (bytes.count + 7) / 8)
        for index in bytes.indices {
            let place = bytes.count - 1 - index
            limbs[place / 8] |= UInt64(bytes[index]) << UInt64(8 * (place % 8))
        }
        while limbs.last == 0 { limbs.removeLast() }
        return limbs
    }
}
