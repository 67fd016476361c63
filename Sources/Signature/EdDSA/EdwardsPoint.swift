// Points of edwards25519, -x² + y² = 1 + d x² y², and their sum (RFC 8032 §5.1.4), in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. The
// formulas hold for every pair of points, so there is no case to look at first.

/// The field and the numbers of the curve.
enum Edwards {
    /// 2^255 - 19.
    static let field = Modulus<4>(
        FixedInteger(limbs: [
            0xFFFF_FFFF_FFFF_FFED, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF,
        ]))
    /// The order of the base point, L in RFC 8032.
    static let order = Modulus<4>(
        FixedInteger(limbs: [
            0x5812_631A_5CF5_D3ED, 0x14DE_F9DE_A2F7_9CD6, 0x0000_0000_0000_0000, 0x1000_0000_0000_0000,
        ]))
    static let d = field.entering(
        FixedInteger(limbs: [
            0x75EB_4DCA_1359_78A3, 0x0070_0A4D_4141_D8AB, 0x8CC7_4079_7779_E898, 0x5203_6CEE_2B6F_FE73,
        ]))
    /// Odd multiples of the base point, for digits of `baseWidth` bits.
    static let baseMultiples = EdwardsPoint(
        x: field.entering(
            FixedInteger(limbs: [
                0xC956_2D60_8F25_D51A, 0x692C_C760_9525_A7B2, 0xC0A4_E231_FDD6_DC5C, 0x2169_36D3_CD6E_53FE,
            ])),
        y: field.entering(
            FixedInteger(limbs: [
                0x6666_6666_6666_6658, 0x6666_6666_6666_6666, 0x6666_6666_6666_6666, 0x6666_6666_6666_6666,
            ]))
    ).oddMultiples(width: baseWidth)
    static let baseWidth = 7
}

struct EdwardsPoint: Sendable {
    typealias Integer = FixedInteger<4>

    var x: Integer
    var y: Integer
    var z: Integer
    var t: Integer

    /// The neutral point (0, 1).
    init() {
        x = Integer()
        y = Edwards.field.one
        z = Edwards.field.one
        t = Integer()
    }

    init(x: Integer, y: Integer) {
        self.x = x
        self.y = y
        z = Edwards.field.one
        t = Edwards.field.multiply(x, y)
    }

    private init(e: Integer, f: Integer, g: Integer, h: Integer, _ field: Modulus<4>) {
        x = field.multiply(e, f)
        y = field.multiply(g, h)
        z = field.multiply(f, g)
        t = field.multiply(e, h)
    }

    /// dbl-2008-hwcd, for a = -1.
    func doubled(_ field: Modulus<4>) -> EdwardsPoint {
        let a = field.square(x)
        let b = field.square(y)
        let square = field.square(z)
        let e = field.subtract(field.subtract(field.square(field.add(x, y)), a), b)
        let g = field.subtract(b, a)
        let f = field.subtract(g, field.add(square, square))
        return EdwardsPoint(e: e, f: f, g: g, h: field.negate(field.add(a, b)), field)
    }

    /// The sum; madd-2008-hwcd-3.
    func adding(_ other: EdwardsMultiple, _ field: Modulus<4>) -> EdwardsPoint {
        let a = field.multiply(field.subtract(y, x), other.difference)
        let b = field.multiply(field.add(y, x), other.sum)
        let c = field.multiply(t, other.product)
        let d = field.add(z, z)
        return EdwardsPoint(
            e: field.subtract(b, a), f: field.subtract(d, c), g: field.add(d, c), h: field.add(b, a), field)
    }

    /// 1, 3, 5 … times the point, as many as digits of `width` bits need.
    func oddMultiples(width: Int) -> [EdwardsMultiple] {
        let field = Edwards.field
        let double = doubled(field)
        let twice = EdwardsMultiple(double, inverseOfZ: field.inverse(double.z))
        var points = [self]
        while points.count < 1 << (width - 2) { points.append(points[points.count - 1].adding(twice, field)) }
        // z is never 0 on this curve.
        let inverses = field.inverses(points.map(\.z))
        return zip(points, inverses).map { EdwardsMultiple($0, inverseOfZ: $1) }
    }

    /// RFC 8032 §5.1.2: y, the least significant byte first, the lowest bit of x in the highest bit.
    func encoded() -> InlineArray<32, UInt8> {
        let field = Edwards.field
        let inverse = field.inverse(z)
        let plainX = field.leaving(field.multiply(x, inverse))
        let plainY = field.leaving(field.multiply(y, inverse))
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 { bytes[index] = plainY.byte(index) }
        if plainX.bit(0) { bytes[31] |= 0x80 }
        return bytes
    }
}

/// A point as it is best added: y + x, y - x and 2dxy.
struct EdwardsMultiple: Sendable {
    let sum: FixedInteger<4>
    let difference: FixedInteger<4>
    let product: FixedInteger<4>

    init(_ point: EdwardsPoint, inverseOfZ: FixedInteger<4>) {
        let field = Edwards.field
        let x = field.multiply(point.x, inverseOfZ)
        let y = field.multiply(point.y, inverseOfZ)
        sum = field.add(y, x)
        difference = field.subtract(y, x)
        let product = field.multiply(field.multiply(x, y), Edwards.d)
        self.product = field.add(product, product)
    }

    private init(sum: FixedInteger<4>, difference: FixedInteger<4>, product: FixedInteger<4>) {
        self.sum = sum
        self.difference = difference
        self.product = product
    }

    /// (-x, y).
    func negated(_ field: Modulus<4>) -> EdwardsMultiple {
        EdwardsMultiple(sum: difference, difference: sum, product: field.negate(product))
    }
}
