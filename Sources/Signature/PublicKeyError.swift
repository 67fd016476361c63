// Why bytes are no key that signatures may be verified with. Whoever gave us the key broke it; nothing of the key is in the error.

/// What is wrong with a public key.
package enum PublicKeyError: Error, Equatable, Sendable {
    /// RSA: bits of the modulus, outside of `RSALimits`.
    case modulusSize(bits: Int)
    /// RSA: the modulus is even, so it is no product of two large primes.
    case evenModulus
    /// RSA: the exponent is even, below 3 or above `RSALimits.exponentMax`.
    case exponent
    /// Bytes of a coordinate, of a key of a curve.
    case coordinateLength(Int, expected: Int)
    /// A coordinate is not below the field's prime.
    case coordinateRange
    /// The coordinates are of no point of the curve.
    case notOnCurve
    /// Ed25519: a point whose order is 8 or less, for which signatures prove nothing.
    case smallOrder
}

extension PublicKeyError: CustomStringConvertible {
    /// A part of a sentence: for example `an RSA modulus of 1024 bits, where 2048 to 4096 are taken`.
    package var description: String {
        switch self {
        case .modulusSize(let bits):
            "an RSA modulus of \(bits) bits, where \(RSALimits.modulusBitsMin) to \(RSALimits.modulusBitsMax) are taken"
        case .evenModulus: "an RSA modulus that is even"
        case .exponent: "an RSA exponent that is even, below 3 or above \(RSALimits.exponentMax)"
        case .coordinateLength(let count, let expected):
            "a coordinate of \(count) bytes, where the curve has \(expected)"
        case .coordinateRange: "a coordinate that is not below the prime of the curve"
        case .notOnCurve: "a point that is not on the curve"
        case .smallOrder: "a point of small order, for which signatures prove nothing"
        }
    }
}
