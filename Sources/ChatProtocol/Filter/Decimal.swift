// Decimal numbers of any length, compared exactly: a Double takes 0.1 for another number, and 2^53 + 1 for 2^53.

/// `-12.50`: sign, digits, perhaps a point and digits.
struct Decimal: Comparable, Sendable {
    private let isNegative: Bool
    /// Without leading zeros.
    private let whole: [UInt8]
    /// Without trailing zeros.
    private let fraction: [UInt8]

    /// Nil: not a number.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = parts.first, parts.contains(where: { !$0.isEmpty }),
            parts.allSatisfy({ $0.allSatisfy(digits.contains) })
        else { return nil }
        whole = Array(first.drop { $0 == UInt8(ascii: "0") })
        let behind = parts.count > 1 ? parts[1] : []
        fraction = Array(behind.reversed().drop { $0 == UInt8(ascii: "0") }.reversed())
        // There is one zero.
        isNegative = sign == UInt8(ascii: "-") && !(whole.isEmpty && fraction.isEmpty)
    }

    static func < (left: Decimal, right: Decimal) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative ? right.isSmallerInSize(than: left) : left.isSmallerInSize(than: right)
    }

    private func isSmallerInSize(than other: Decimal) -> Bool {
        guard whole.count == other.whole.count else { return whole.count < other.whole.count }
        guard whole == other.whole else { return whole.lexicographicallyPrecedes(other.whole) }
        return fraction.lexicographicallyPrecedes(other.fraction)
    }
}
