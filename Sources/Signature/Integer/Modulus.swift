// Arithmetic modulo an odd number, by Montgomery's method (P. L. Montgomery, "Modular Multiplication Without Trial Division", 1985): a
// number x stands as x·R, where R is 2 to the power of all bits, and a product is divided by R by additions only.
//
// What uses it takes time that depends on the values. All of them are public: keys, signatures and messages of a verifier.

struct Modulus<let limbCount: Int>: Sendable {
    typealias Integer = FixedInteger<limbCount>

    let value: Integer
    /// The inverse of the lowest limb, negated, modulo 2^64.
    private let negatedInverse: UInt64
    /// R, which is what 1 looks like.
    let one: Integer
    /// R², which turns a number into what it looks like.
    private let squareOfR: Integer

    /// `value` is odd.
    init(_ value: Integer) {
        self.value = value
        negatedInverse = Modulus.negatedInverse(of: value.limbs[0])
        one = Modulus.power(ofTwo: 64 * limbCount, value)
        squareOfR = Modulus.power(ofTwo: 128 * limbCount, value)
    }

    /// -1/x modulo 2^64, for an odd x: each step doubles the bits that are right, and x is right in three.
    static func negatedInverse(of limb: UInt64) -> UInt64 {
        var inverse = limb
        for _ in 0..<5 { inverse = inverse &* (2 &- limb &* inverse) }
        return 0 &- inverse
    }

    /// 2 to the power of `exponent`. Not inlined: Swift 6.3.1 with -O makes zero of this loop where it is the initial value of a global
    /// (the field of edwards25519); `rookery-bench codec` runs every algorithm as it is built and would notice.
    @inline(never)
    private static func power(ofTwo exponent: Int, _ modulus: Integer) -> Integer {
        var power = Integer(1)
        for _ in 0..<exponent { power = doubled(power, modulus) }
        return power
    }

    private static func doubled(_ number: Integer, _ modulus: Integer) -> Integer {
        let (sum, carry) = number.adding(number)
        return reduced(sum, carry, modulus)
    }

    /// A number below twice the modulus, its carry 0 or 1: once the modulus less where it is not below it.
    @inline(__always)
    private static func reduced(_ number: Integer, _ carry: UInt64, _ modulus: Integer) -> Integer {
        let (less, borrow) = number.subtracting(modulus)
        return less.selected(carry | (1 &- borrow), else: number)
    }

    /// What `number`, any of them, looks like here.
    func entering(_ number: Integer) -> Integer { multiply(number, squareOfR) }

    /// The number below the modulus that `number` stands for.
    func leaving(_ number: Integer) -> Integer { multiply(number, Integer(1)) }

    @inline(__always)
    func add(_ first: Integer, _ second: Integer) -> Integer {
        let (sum, carry) = first.adding(second)
        return Modulus.reduced(sum, carry, value)
    }

    @inline(__always)
    func subtract(_ first: Integer, _ second: Integer) -> Integer {
        let (difference, borrow) = first.subtracting(second)
        return difference.adding(value).sum.selected(borrow, else: difference)
    }

    @inline(__always)
    func negate(_ number: Integer) -> Integer { subtract(Integer(), number) }

    /// first · second / R. One of them must be below the modulus.
    func multiply(_ first: Integer, _ second: Integer) -> Integer {
        var sum = InlineArray<limbCount, UInt64>(repeating: 0)
        var top: UInt64 = 0
        for i in 0..<limbCount {
            // sum += first · second[i], and the multiple of the modulus that makes the lowest limb zero; then one limb less.
            let factor = UInt128(second.limbs[i])
            var row = factor &* UInt128(first.limbs[0]) &+ UInt128(sum[0])
            var rowCarry = row >> 64
            let multiple = UInt128(UInt64(truncatingIfNeeded: row) &* negatedInverse)
            var reduced = multiple &* UInt128(value.limbs[0]) &+ UInt128(UInt64(truncatingIfNeeded: row))
            var reducedCarry = reduced >> 64
            for j in 1..<limbCount {
                // At most (2^64 - 1)² + 2 (2^64 - 1), which fits.
                row = factor &* UInt128(first.limbs[j]) &+ UInt128(sum[j]) &+ rowCarry
                rowCarry = row >> 64
                reduced =
                    multiple &* UInt128(value.limbs[j]) &+ UInt128(UInt64(truncatingIfNeeded: row)) &+ reducedCarry
                sum[j &- 1] = UInt64(truncatingIfNeeded: reduced)
                reducedCarry = reduced >> 64
            }
            let last = UInt128(top) &+ rowCarry &+ reducedCarry
            sum[limbCount &- 1] = UInt64(truncatingIfNeeded: last)
            top = UInt64(truncatingIfNeeded: last >> 64)
        }
        return Modulus.reduced(Integer(limbs: sum), top, value)
    }

    @inline(__always)
    func square(_ number: Integer) -> Integer { multiply(number, number) }

    /// `number` to the power of `exponent`, four bits of it at a time.
    func power(_ number: Integer, _ exponent: Integer) -> Integer {
        var powers = InlineArray<16, Integer>(repeating: one)
        for index in 1..<16 { powers[index] = multiply(powers[index &- 1], number) }
        var result = one
        for index in (0..<limbCount &* 16).reversed() {
            for _ in 0..<4 { result = square(result) }
            result = multiply(result, powers[Int(exponent.limbs[index / 16] >> UInt64(4 &* (index % 16)) & 15)])
        }
        return result
    }

    /// 1 / number, for a prime modulus (Fermat); 0 for 0.
    func inverse(_ number: Integer) -> Integer { power(number, value.subtracting(Integer(2)).difference) }

    /// 1 / number for each of them, none of which is 0, with one division for all (Montgomery's trick).
    func inverses(_ numbers: [Integer]) -> [Integer] {
        var products: [Integer] = []
        var product = one
        for number in numbers {
            products.append(product)
            product = multiply(product, number)
        }
        var rest = inverse(product)
        for index in numbers.indices.reversed() {
            products[index] = multiply(products[index], rest)
            rest = multiply(rest, numbers[index])
        }
        return products
    }
}
