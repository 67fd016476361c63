// Comparison of secrets: the time it takes depends on the lengths alone, which are no secret (fault J8).

/// What must not tell by its time where two values differ.
package enum ConstantTime {
    /// Whether both have the same bytes. Every byte is looked at, and nothing branches on one.
    @inline(never)
    package static func areEqual(_ first: Span<UInt8>, _ second: Span<UInt8>) -> Bool {
        guard first.count == second.count else { return false }
        var difference: UInt8 = 0
        for index in first.indices { difference |= first[index] ^ second[index] }
        return difference == 0
    }
}
