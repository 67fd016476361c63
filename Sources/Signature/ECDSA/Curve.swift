// The curves P-256 and P-384 (SP 800-186 §3.2.1): y² = x³ - 3x + b over a prime field, a generator and its prime order.

struct Curve<let limbCount: Int>: Sendable {
    typealias Integer = FixedInteger<limbCount>

    let field: Modulus<limbCount>
    let order: Modulus<limbCount>
    /// As an element of the field.
    private let b: Integer
    /// Odd multiples of the generator: the first of `Curve.generatorWidth` bits.
    private(set) var generatorMultiples: [AffinePoint<limbCount>] = []

    /// Bits of a digit of the generator's multiplier: 32 points in a table that is made once.
    static var generatorWidth: Int { 7 }

    init(prime: Integer, order: Integer, b: Integer, generator: (x: Integer, y: Integer)) {
        field = Modulus(prime)
        self.order = Modulus(order)
        self.b = field.entering(b)
        let point = AffinePoint<limbCount>(x: field.entering(generator.x), y: field.entering(generator.y))
        generatorMultiples = oddMultiples(of: point, width: Curve.generatorWidth)
    }

    /// Whether a point, its coordinates elements of the field, is on the curve. The one at infinity has no coordinates.
    func contains(_ point: AffinePoint<limbCount>) -> Bool {
        let square = field.square(point.x)
        let threeX = field.add(field.add(point.x, point.x), point.x)
        let right = field.add(field.subtract(field.multiply(square, point.x), threeX), b)
        return field.square(point.y) == right
    }

    /// 1, 3, 5 … times `point`, as many as digits of `width` bits need: 2^(width - 2).
    func oddMultiples(of point: AffinePoint<limbCount>, width: Int) -> [AffinePoint<limbCount>] {
        let twice = doubled(JacobianPoint(point, one: field.one))
        var multiples = [JacobianPoint(point, one: field.one)]
        while multiples.count < 1 << (width - 2) { multiples.append(add(multiples[multiples.count - 1], twice)) }
        // None of them is at infinity: the order is a large prime.
        let inverses = field.inverses(multiples.map(\.z))
        return zip(multiples, inverses).map { multiple, inverse in
            let square = field.square(inverse)
            return AffinePoint(
                x: field.multiply(multiple.x, square), y: field.multiply(multiple.y, field.multiply(square, inverse)))
        }
    }
}

/// The curves that tokens use (RFC 7518 §3.4, §6.2.1.1). Made when first used.
enum Curves {
    static let p256 = Curve<4>(
        prime: FixedInteger(limbs: [
            0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFF, 0x0000_0000_0000_0000, 0xFFFF_FFFF_0000_0001,
        ]),
        order: FixedInteger(limbs: [
            0xF3B9_CAC2_FC63_2551, 0xBCE6_FAAD_A717_9E84, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_0000_0000,
        ]),
        b: FixedInteger(limbs: [
            0x3BCE_3C3E_27D2_604B, 0x651D_06B0_CC53_B0F6, 0xB3EB_BD55_7698_86BC, 0x5AC6_35D8_AA3A_93E7,
        ]),
        generator: (
            x: FixedInteger(limbs: [
                0xF4A1_3945_D898_C296, 0x7703_7D81_2DEB_33A0, 0xF8BC_E6E5_63A4_40F2, 0x6B17_D1F2_E12C_4247,
            ]),
            y: FixedInteger(limbs: [
                0xCBB6_4068_37BF_51F5, 0x2BCE_3357_6B31_5ECE, 0x8EE7_EB4A_7C0F_9E16, 0x4FE3_42E2_FE1A_7F9B,
            ])
        ))

    static let p384 = Curve<6>(
        prime: FixedInteger(limbs: [
            0x0000_0000_FFFF_FFFF, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFF,
            0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF,
        ]),
        order: FixedInteger(limbs: [
            0xECEC_196A_CCC5_2973, 0x581A_0DB2_48B0_A77A, 0xC763_4D81_F437_2DDF, 0xFFFF_FFFF_FFFF_FFFF,
            0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF,
        ]),
        b: FixedInteger(limbs: [
            0x2A85_C8ED_D3EC_2AEF, 0xC656_398D_8A2E_D19D, 0x0314_088F_5013_875A, 0x181D_9C6E_FE81_4112,
            0x988E_056B_E3F8_2D19, 0xB331_2FA7_E23E_E7E4,
        ]),
        generator: (
            x: FixedInteger(limbs: [
                0x3A54_5E38_7276_0AB7, 0x5502_F25D_BF55_296C, 0x59F7_41E0_8254_2A38, 0x6E1D_3B62_8BA7_9B98,
                0x8EB1_C71E_F320_AD74, 0xAA87_CA22_BE8B_0537,
            ]),
            y: FixedInteger(limbs: [
                0x7A43_1D7C_90EA_0E5F, 0x0A60_B1CE_1D7E_819D, 0xE9DA_3113_B5F0_B8C0, 0xF8F4_1DBD_289A_147C,
                0x5D9E_98BF_9292_DC29, 0x3617_DE4A_9626_2C6F,
            ])
        ))
}
