// A multiplier as few additions: its non-adjacent form with a window (D. Hankerson et al., "Guide to Elliptic Curve Cryptography", algorithm
// 3.35). Digits are zero, or odd and less than 2^(width - 1) either way, and between two of them stand at least width - 1 zeros.

struct SignedDigits<let limbCount: Int>: Sendable {
    /// One for each bit, one more because the last may carry; 448 are enough for six limbs.
    private var digits = InlineArray<448, Int8>(repeating: 0)
    /// How many of them may be other than zero.
    private(set) var count = 0

    static var countMax: Int { 64 &* limbCount &+ 1 }

    /// `width` bits, 2 to 7, of which a table holds the odd multiples up to 2^(width - 1) - 1.
    init(_ number: FixedInteger<limbCount>, width: Int) {
        let window = 1 << width
        var carry = 0
        var index = 0
        while index < Self.countMax {
            let bit = index < 64 &* limbCount && number.bit(index) ? 1 : 0
            if bit == carry {
                // What is left is even here, the carry counted.
                index &+= 1
                continue
            }
            var value = SignedDigits.bits(number, index, width) &+ carry
            carry = value > window / 2 ? 1 : 0
            if carry == 1 { value &-= window }
            digits[index] = Int8(truncatingIfNeeded: value)
            count = index &+ 1
            index &+= width
        }
    }

    @inline(__always)
    subscript(_ index: Int) -> Int { Int(digits[index]) }

    private static func bits(_ number: FixedInteger<limbCount>, _ start: Int, _ width: Int) -> Int {
        var value = 0
        for place in 0..<width where start &+ place < 64 &* limbCount && number.bit(start &+ place) {
            value |= 1 << place
        }
        return value
    }
}
