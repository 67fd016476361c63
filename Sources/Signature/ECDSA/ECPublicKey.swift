// Verification of ECDSA (FIPS 186-5 §6.4.2) as tokens use it: a signature is r and s, each as long as the order (RFC 7518 §3.4), never DER.
// A key is one point, checked when it is read (fault J6): in its field, on the curve, not at infinity. Both groups have a prime order, so
// there is no smaller group to be lured into.

/// The curve of a key, which says the algorithm, too.
package enum EllipticCurve: Equatable, Sendable {
    /// P-256, which goes with SHA-256.
    case p256
    /// P-384, which goes with SHA-384.
    case p384

    /// Bytes of a coordinate, and of each half of a signature.
    package var byteCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        }
    }
}

/// A point of P-256 or P-384 that signatures are verified with.
package struct ECPublicKey: Sendable {
    private enum Key: Sendable {
        case p256(CurveKey<4>)
        case p384(CurveKey<6>)
    }

    private let key: Key

    /// The point with these coordinates, each `curve.byteCount` bytes, the most significant first (RFC 7518 §6.2.1.2).
    package init(_ curve: EllipticCurve, x: Span<UInt8>, y: Span<UInt8>) throws(PublicKeyError) {
        for coordinate in [x.count, y.count] where coordinate != curve.byteCount {
            throw .coordinateLength(coordinate, expected: curve.byteCount)
        }
        switch curve {
        case .p256: key = .p256(try CurveKey(Curves.p256, x, y))
        case .p384: key = .p384(try CurveKey(Curves.p384, x, y))
        }
    }

    /// The curve that was chosen when the key was made.
    package var curve: EllipticCurve {
        switch key {
        case .p256: .p256
        case .p384: .p384
        }
    }

    /// Whether `signature` is one of this key for a message whose digest, by the curve's hash function, is `digest`. Any other length of
    /// either is no signature (faults J5, J6).
    package func isValid(_ signature: Span<UInt8>, digest: Span<UInt8>) -> Bool {
        switch key {
        case .p256(let key): key.isValid(signature, digest, Curves.p256)
        case .p384(let key): key.isValid(signature, digest, Curves.p384)
        }
    }
}

/// A key whose size the compiler knows.
private struct CurveKey<let limbCount: Int>: Sendable {
    /// Bits of a digit of the key's multiplier: eight points for each key.
    static var width: Int { 5 }

    let multiples: [AffinePoint<limbCount>]

    init(_ curve: Curve<limbCount>, _ x: Span<UInt8>, _ y: Span<UInt8>) throws(PublicKeyError) {
        guard let x = FixedInteger<limbCount>(bigEndian: x, at: 0),
            let y = FixedInteger<limbCount>(bigEndian: y, at: 0),
            x < curve.field.value, y < curve.field.value
        else { throw .coordinateRange }
        let point = AffinePoint(x: curve.field.entering(x), y: curve.field.entering(y))
        guard curve.contains(point) else { throw .notOnCurve }
        multiples = curve.oddMultiples(of: point, width: CurveKey.width)
    }

    func isValid(_ signature: Span<UInt8>, _ digest: Span<UInt8>, _ curve: Curve<limbCount>) -> Bool {
        typealias Integer = FixedInteger<limbCount>
        let order = curve.order
        guard signature.count == 2 * Integer.byteCount, digest.count == Integer.byteCount,
            let r = Integer(bigEndian: signature, at: 0),
            let s = Integer(bigEndian: signature, at: Integer.byteCount),
            let e = Integer(bigEndian: digest, at: 0)
        else { return false }
        // FIPS 186-5 §6.4.2 step 1 — both between 1 and the order less 1 (fault J5).
        guard !r.isZero, !s.isZero, r < order.value, s < order.value else { return false }
        // Steps 3 to 5. A product of one number that looks as it is with one that does not is a number as it is.
        let inverse = order.inverse(order.entering(s))
        let u = order.multiply(e, inverse)
        let v = order.multiply(r, inverse)
        let point = curve.sum(u, v, multiples, width: CurveKey.width)
        guard !point.z.isZero else { return false }
        // Steps 6 to 8: x modulo the order is r. So x is r, or r and the order when that is in the field; compared without a division.
        let square = curve.field.square(point.z)
        if curve.field.multiply(curve.field.entering(r), square) == point.x { return true }
        let (second, carry) = r.adding(order.value)
        guard carry == 0, second < curve.field.value else { return false }
        return curve.field.multiply(curve.field.entering(second), square) == point.x
    }
}
