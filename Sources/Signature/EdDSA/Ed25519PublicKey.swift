// Verification of Ed25519 (RFC 8032 §5.1.7). The section allows two equations. Ours is the one without the cofactor, [S]B = R + [k]A, with R
// compared as bytes: it takes the fewest signatures, and the same ones as OpenSSL and Go. For keys and signatures that were made as the
// document says, both equations give the same.
//
// Refused as well: S that is not below the order (§5.1.7 step 1; else each signature has a second form), a key whose y is not below
// the prime (§5.1.3 step 1), and a key of small order, for which one signature would fit many messages.

import Digest

/// A point of edwards25519 that signatures are verified with.
package struct Ed25519PublicKey: Sendable {
    /// Bytes of a key.
    package static let byteCount = 32
    /// Bytes of a signature: R and S.
    package static let signatureByteCount = 64

    private static let width = 5

    private let bytes: [UInt8]
    /// Odd multiples of the point, negated.
    private let negatedMultiples: [EdwardsMultiple]

    /// The point that these 32 bytes encode.
    package init(_ bytes: Span<UInt8>) throws(PublicKeyError) {
        guard bytes.count == Ed25519PublicKey.byteCount else {
            throw .coordinateLength(bytes.count, expected: Ed25519PublicKey.byteCount)
        }
        let point = try EdwardsPoint(decoding: bytes)
        let field = Edwards.field
        let eightfold = point.doubled(field).doubled(field).doubled(field)
        guard !(eightfold.x.isZero && eightfold.y == eightfold.z) else { throw .smallOrder }
        self.bytes = [UInt8](capacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
        negatedMultiples = point.oddMultiples(width: Ed25519PublicKey.width).map { $0.negated(field) }
    }

    /// Whether `signature` is one of this key for `message`.
    package func isValid(_ signature: Span<UInt8>, message: Span<UInt8>) -> Bool {
        guard signature.count == Ed25519PublicKey.signatureByteCount,
            let s = FixedInteger<4>(littleEndian: signature, at: 32), s < Edwards.order.value
        else { return false }
        var hasher = SHA2Hasher(.sha512)
        hasher.update(signature.extracting(0..<32))
        hasher.update(bytes.span)
        hasher.update(message)
        let digest = hasher.finalize()
        guard let k = Ed25519PublicKey.reduced(digest.span) else { return false }
        let encoded = difference(s, k).encoded()
        for index in 0..<32 where encoded[index] != signature[index] { return false }
        return true
    }

    /// 64 bytes, the least significant first, modulo the order.
    private static func reduced(_ digest: Span<UInt8>) -> FixedInteger<4>? {
        guard let low = FixedInteger<4>(littleEndian: digest, at: 0),
            let high = FixedInteger<4>(littleEndian: digest, at: 32)
        else { return nil }
        // What `high` looks like in the field is `high` times 2^256.
        return Edwards.order.add(Edwards.order.leaving(Edwards.order.entering(low)), Edwards.order.entering(high))
    }

    /// [s]B - [k]A.
    private func difference(_ s: FixedInteger<4>, _ k: FixedInteger<4>) -> EdwardsPoint {
        let field = Edwards.field
        let baseMultiples = Edwards.baseMultiples
        let ofBase = SignedDigits(s, width: Edwards.baseWidth)
        let ofKey = SignedDigits(k, width: Ed25519PublicKey.width)
        var sum = EdwardsPoint()
        var index = max(ofBase.count, ofKey.count)
        while index > 0 {
            index &-= 1
            sum = sum.doubled(field)
            Ed25519PublicKey.add(ofBase[index], of: baseMultiples, to: &sum, field)
            Ed25519PublicKey.add(ofKey[index], of: negatedMultiples, to: &sum, field)
        }
        return sum
    }

    @inline(__always)
    private static func add(
        _ digit: Int, of multiples: [EdwardsMultiple], to sum: inout EdwardsPoint, _ field: Modulus<4>
    ) {
        if digit > 0 {
            sum = sum.adding(multiples[digit / 2], field)
        } else if digit < 0 {
            sum = sum.adding(multiples[-digit / 2].negated(field), field)
        }
    }
}

extension EdwardsPoint {
    /// RFC 8032 §5.1.3; `bytes` are 32.
    fileprivate init(decoding bytes: Span<UInt8>) throws(PublicKeyError) {
        let field = Edwards.field
        // Step 1: y, and above it the lowest bit of x.
        guard var plainY = FixedInteger<4>(littleEndian: bytes, at: 0) else { throw .coordinateRange }
        let isOdd = plainY.bit(255)
        plainY.limbs[3] &= UInt64.max >> 1
        guard plainY < field.value else { throw .coordinateRange }
        // Steps 2 and 3: a root of u/v = (y² - 1) / (d y² + 1), or of its negative.
        let y = field.entering(plainY)
        let square = field.square(y)
        let u = field.subtract(square, field.one)
        let v = field.add(field.multiply(Edwards.d, square), field.one)
        let cube = field.multiply(field.square(v), v)
        let seventh = field.multiply(field.square(cube), v)
        let exponent = FixedInteger<4>(limbs: [
            0xFFFF_FFFF_FFFF_FFFD, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x0FFF_FFFF_FFFF_FFFF,
        ])
        var x = field.multiply(
            field.multiply(u, cube), field.power(field.multiply(u, seventh), exponent))
        let check = field.multiply(v, field.square(x))
        if !(check == u) {
            guard check == field.negate(u) else { throw .notOnCurve }
            x = field.multiply(x, EdwardsPoint.rootOfMinusOne)
        }
        // Step 4: the root whose lowest bit was sent; zero has one only.
        if x.isZero && isOdd { throw .notOnCurve }
        if field.leaving(x).bit(0) != isOdd { x = field.negate(x) }
        self.init(x: x, y: y)
    }

    /// 2^((p - 1) / 4).
    private static let rootOfMinusOne = Edwards.field.power(
        Edwards.field.entering(FixedInteger(2)),
        FixedInteger(limbs: [
            0xFFFF_FFFF_FFFF_FFFB, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x1FFF_FFFF_FFFF_FFFF,
        ]))
}
