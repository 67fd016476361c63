// Counts of latencies in buckets that grow by 1/16: any percentile within 6 %, in constant memory.

package struct LatencyHistogram: Sendable {
    private var buckets = [Int](repeating: 0, count: 64 * 16)
    package private(set) var count = 0
    package private(set) var maxNanoseconds: UInt64 = 0

    package init() {}

    package mutating func record(nanoseconds: UInt64) {
        buckets[LatencyHistogram.bucket(nanoseconds)] += 1
        count += 1
        maxNanoseconds = max(maxNanoseconds, nanoseconds)
    }

    /// The latency in milliseconds below which `fraction` of all messages stayed; 0 when there were none.
    package func milliseconds(at fraction: Double) -> Double {
        let wanted = Int((Double(count) * fraction).rounded(.up))
        var seen = 0
        for (index, number) in buckets.enumerated() where number > 0 {
            seen += number
            if seen >= wanted { return Double(LatencyHistogram.upperBound(index)) / 1e6 }
        }
        return 0
    }

    package var p50: Double { milliseconds(at: 0.5) }
    package var p99: Double { milliseconds(at: 0.99) }

    /// Four bits after the leading one.
    private static func bucket(_ value: UInt64) -> Int {
        guard value >= 16 else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 3) * 16 + Int((value >> (exponent - 4)) & 15)
    }

    private static func upperBound(_ bucket: Int) -> UInt64 {
        guard bucket >= 16 else { return UInt64(bucket) }
        let exponent = bucket / 16 + 3
        return (UInt64(16 + bucket % 16 + 1) << (exponent - 4)) - 1
    }
}
