// Unsigned integers of a fixed number of 64-bit limbs, the lowest first: what the elements of a curve's two fields are made of. Every
// operation wraps or says what it carried; nothing here can trap on a peer's bytes.

struct FixedInteger<let limbCount: Int>: Sendable {
    var limbs: InlineArray<limbCount, UInt64>

    static var byteCount: Int { limbCount &* 8 }

    @inline(__always)
    init(limbs: InlineArray<limbCount, UInt64>) { self.limbs = limbs }

    /// A small number.
    @inline(__always)
    init(_ value: UInt64 = 0) {
        limbs = InlineArray(repeating: 0)
        limbs[0] = value
    }

    /// The number whose bytes begin at `start`, the most significant first. As many as fit, or nil when there are fewer.
    init?(bigEndian bytes: Span<UInt8>, at start: Int) {
        guard start >= 0, bytes.count - start >= Self.byteCount else { return nil }
        limbs = InlineArray(repeating: 0)
        for index in 0..<Self.byteCount {
            let place = Self.byteCount &- 1 &- index
            limbs[place / 8] |= UInt64(bytes[start &+ index]) << UInt64(8 &* (place % 8))
        }
    }

    /// The same, the least significant byte first.
    init?(littleEndian bytes: Span<UInt8>, at start: Int) {
        guard start >= 0, bytes.count - start >= Self.byteCount else { return nil }
        limbs = InlineArray(repeating: 0)
        for index in 0..<Self.byteCount {
            limbs[index / 8] |= UInt64(bytes[start &+ index]) << UInt64(8 &* (index % 8))
        }
    }

    /// Byte `index`, the least significant one first.
    @inline(__always)
    func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: limbs[index / 8] >> UInt64(8 &* (index % 8))) }

    @inline(__always)
    func bit(_ index: Int) -> Bool { limbs[index / 64] >> UInt64(index % 64) & 1 == 1 }

    var isZero: Bool {
        var all: UInt64 = 0
        for index in 0..<limbCount { all |= limbs[index] }
        return all == 0
    }

    @inline(__always)
    static func == (first: Self, second: Self) -> Bool {
        var difference: UInt64 = 0
        for index in 0..<limbCount { difference |= first.limbs[index] ^ second.limbs[index] }
        return difference == 0
    }

    @inline(__always)
    static func < (first: Self, second: Self) -> Bool { first.subtracting(second).borrow != 0 }

    /// The sum without what does not fit, and that: 0 or 1.
    @inline(__always)
    func adding(_ other: Self) -> (sum: Self, carry: UInt64) {
        var sum = self
        var carry: UInt64 = 0
        for index in 0..<limbCount {
            let (partial, isFirst) = limbs[index].addingReportingOverflow(other.limbs[index])
            let (limb, isSecond) = partial.addingReportingOverflow(carry)
            sum.limbs[index] = limb
            carry = isFirst || isSecond ? 1 : 0
        }
        return (sum, carry)
    }

    /// The difference, wrapped when `other` is larger; then the borrow is 1.
    @inline(__always)
    func subtracting(_ other: Self) -> (difference: Self, borrow: UInt64) {
        var difference = self
        var borrow: UInt64 = 0
        for index in 0..<limbCount {
            let (partial, isFirst) = limbs[index].subtractingReportingOverflow(other.limbs[index])
            let (limb, isSecond) = partial.subtractingReportingOverflow(borrow)
            difference.limbs[index] = limb
            borrow = isFirst || isSecond ? 1 : 0
        }
        return (difference, borrow)
    }

    /// This number where `flag` is 1, `other` where it is 0. Without a branch: which one it is is as good as random, and a processor
    /// that guesses wrong loses more than both cost.
    @inline(__always)
    func selected(_ flag: UInt64, else other: Self) -> Self {
        let mask = 0 &- flag
        var result = self
        for index in 0..<limbCount { result.limbs[index] = limbs[index] & mask | other.limbs[index] & ~mask }
        return result
    }
}
