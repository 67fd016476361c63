// Arithmetic modulo an odd number of a size known only when it comes: an RSA modulus. The same method as `Modulus`, on arrays that are made
// once for each verification. The inner loop of `multiply` is nearly all the time of RSA. Benchmark: `rookery-bench codec --only rs256`.

struct WideModulus: Sendable {
    /// Limbs, the lowest first; the uppermost is not zero.
    let limbs: [UInt64]
    /// The inverse of the lowest limb, negated, modulo 2^64.
    private let negatedInverse: UInt64
    /// R² modulo the number, for R as in `Modulus`.
    private let squareOfR: [UInt64]

    /// `limbs` is odd.
    init(_ limbs: [UInt64]) {
        self.limbs = limbs
        negatedInverse = limbs.isEmpty ? 0 : Modulus<1>.negatedInverse(of: limbs[0])
        var power = [UInt64](repeating: 0, count: limbs.count)
        if !power.isEmpty { power[0] = 1 }
        for _ in 0..<128 * limbs.count { WideModulus.double(&power, limbs) }
        squareOfR = power
    }

    /// `number` to the power of `exponent`, an odd one; `number` is below the modulus and has as many limbs.
    func power(_ number: [UInt64], _ exponent: UInt64) -> [UInt64] {
        var scratch = [UInt64](repeating: 0, count: limbs.count)
        var result = [UInt64](repeating: 0, count: limbs.count)
        multiply(number, squareOfR, into: &result)
        guard exponent > 1 else { return number }
        let entered = result
        for place in (1..<64 - exponent.leadingZeroBitCount - 1).reversed() {
            multiply(result, result, into: &scratch)
            swap(&result, &scratch)
            guard exponent >> UInt64(place) & 1 == 1 else { continue }
            multiply(result, entered, into: &scratch)
            swap(&result, &scratch)
        }
        multiply(result, result, into: &scratch)
        // The last bit is set; multiplied with the number as it came, the result leaves by itself.
        multiply(scratch, number, into: &result)
        return result
    }

    /// product = first · second / R. One of them must be below the modulus.
    private func multiply(_ first: [UInt64], _ second: [UInt64], into product: inout [UInt64]) {
        let top = WideModulus.multiply(first.span, second.span, limbs.span, negatedInverse, product.mutableSpan)
        if top != 0 || !WideModulus.isLess(product, limbs) { WideModulus.subtract(limbs, from: &product) }
    }

    /// The product, perhaps once the modulus too large; the carry is returned. Both rows of a step, that of the factor and that of the
    /// modulus, go through the product together.
    private static func multiply(
        _ first: Span<UInt64>, _ second: Span<UInt64>, _ modulus: Span<UInt64>, _ negatedInverse: UInt64,
        _ product: consuming MutableSpan<UInt64>
    ) -> UInt64 {
        let count = modulus.count
        precondition(first.count == count && second.count == count && product.count == count && count > 0)
        var sum = product
        for index in 0..<count { sum[index] = 0 }
        var top: UInt64 = 0
        for i in 0..<count {
            let factor = UInt128(second[i])
            var row = factor &* UInt128(first[0]) &+ UInt128(sum[0])
            var rowCarry = row >> 64
            let multiple = UInt128(UInt64(truncatingIfNeeded: row) &* negatedInverse)
            var reduced = multiple &* UInt128(modulus[0]) &+ UInt128(UInt64(truncatingIfNeeded: row))
            var reducedCarry = reduced >> 64
            for j in 1..<count {
                // At most (2^64 - 1)² + 2 (2^64 - 1), which fits.
                row = factor &* UInt128(first[j]) &+ UInt128(sum[j]) &+ rowCarry
                rowCarry = row >> 64
                reduced = multiple &* UInt128(modulus[j]) &+ UInt128(UInt64(truncatingIfNeeded: row)) &+ reducedCarry
                sum[j &- 1] = UInt64(truncatingIfNeeded: reduced)
                reducedCarry = reduced >> 64
            }
            let last = UInt128(top) &+ rowCarry &+ reducedCarry
            sum[count &- 1] = UInt64(truncatingIfNeeded: last)
            top = UInt64(truncatingIfNeeded: last >> 64)
        }
        return top
    }

    /// Whether `first`, of as many limbs, is the smaller number.
    static func isLess(_ first: [UInt64], _ second: [UInt64]) -> Bool {
        for index in second.indices.reversed() where first[index] != second[index] {
            return first[index] < second[index]
        }
        return false
    }

    private static func subtract(_ other: [UInt64], from number: inout [UInt64]) {
        var borrow: UInt64 = 0
        for index in other.indices {
            let (partial, isFirst) = number[index].subtractingReportingOverflow(other[index])
            let (limb, isSecond) = partial.subtractingReportingOverflow(borrow)
            number[index] = limb
            borrow = isFirst || isSecond ? 1 : 0
        }
    }

    private static func double(_ number: inout [UInt64], _ modulus: [UInt64]) {
        var carry: UInt64 = 0
        for index in number.indices {
            let limb = number[index]
            number[index] = limb << 1 | carry
            carry = limb >> 63
        }
        if carry == 1 || !isLess(number, modulus) { subtract(modulus, from: &number) }
    }
}
