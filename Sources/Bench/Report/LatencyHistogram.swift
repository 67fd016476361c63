// Latencies in buckets of about 1.5 % of their value: recording costs one increment, whatever comes.

struct LatencyHistogram {
    /// 64 buckets for each doubling of the microseconds.
    private static let stepsPerDoubling = 64
    private var buckets = [Int](repeating: 0, count: 40 * stepsPerDoubling)
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

    private static func bucket(_ nanoseconds: UInt64) -> Int {
        let microseconds = max(nanoseconds >> 10, 1)
        let doubling = 63 - microseconds.leadingZeroBitCount
        let position = doubling >= 6 ? microseconds >> UInt64(doubling - 6) : microseconds << UInt64(6 - doubling)
        return min(doubling * stepsPerDoubling + Int(position - 64), 40 * stepsPerDoubling - 1)
    }

    private static func upperEnd(_ index: Int) -> Double {
        let doubling = index / stepsPerDoubling
        let position = Double(64 + index % stepsPerDoubling + 1)
        return position / 64 * Double(1 << doubling) * 1024
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
