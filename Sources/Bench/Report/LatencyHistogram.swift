// Latencies in buckets of about 1.5 % of their value: recording costs one increment, whatever comes.

struct LatencyHistogram {
    private static let stepsPerDoubling = 64
    private static let lastBucket = 40 * stepsPerDoubling - 1
    private var buckets = [Int](repeating: 0, count: lastBucket + 1)
    private(set) var count = 0
    private(set) var mostNanoseconds: UInt64 = 0

    mutating func record(nanoseconds: UInt64) {
        count += 1
        mostNanoseconds = max(mostNanoseconds, nanoseconds)
        buckets[LatencyHistogram.bucket(nanoseconds)] += 1
    }

    /// The latency that `share` (0…1) of all stayed within, in milliseconds; rounded up to its bucket's end.
    func milliseconds(at share: Double) -> Double {
        let wanted = Int((Double(count) * share).rounded(.up))
        var seen = 0
        for index in buckets.indices {
            seen += buckets[index]
            if seen >= max(wanted, 1) {
                return min(LatencyHistogram.upperEnd(index), Double(mostNanoseconds)) / 1e6
            }
        }
        return 0
    }

    /// 64 buckets for each doubling of 1,024 ns, in units of 16 ns; what is shorter goes into the first one.
    private static func bucket(_ nanoseconds: UInt64) -> Int {
        let units = max(nanoseconds >> 4, 64)
        let doubling = 57 &- units.leadingZeroBitCount
        return min(doubling &* stepsPerDoubling &+ Int(truncatingIfNeeded: units >> UInt64(doubling)) &- 64, lastBucket)
    }

    private static func upperEnd(_ index: Int) -> Double {
        let doubling = index / stepsPerDoubling
        let position = Double(64 + index % stepsPerDoubling + 1)
        return position * Double(1 << doubling) * 16
    }

    /// Adds what another one has counted.
    mutating func merge(_ other: LatencyHistogram) {
        count += other.count
        mostNanoseconds = max(mostNanoseconds, other.mostNanoseconds)
        for index in buckets.indices { buckets[index] += other.buckets[index] }
    }

    /// What was counted since `earlier`, a former state of this one. Its maximum is that of the whole.
    func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
        var difference = self
        difference.count -= earlier.count
        for index in buckets.indices { difference.buckets[index] -= earlier.buckets[index] }
        return difference
    }

    /// The buckets that are not empty, upper ends in milliseconds.
    var steps: [(upperMilliseconds: Double, count: Int)] {
        buckets.indices.compactMap { index in
            buckets[index] == 0 ? nil : (LatencyHistogram.upperEnd(index) / 1e6, buckets[index])
        }
    }
}
