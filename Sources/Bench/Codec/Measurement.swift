// The figures of one row and how they come about: several rounds, in each the code and its yardsticks in turn, so that whatever
// slows the machine down for a moment slows all of them; then medians of the rounds, and ratios within a round.

import EventLoop

/// What was measured of one bench.
struct Measurement: Equatable {
    let name: String
    let itemCount: Int
    let byteCount: Int
    /// Nanoseconds of one pass, one figure a round.
    let rounds: [Double]
    /// Nanoseconds of one pass of each yardstick, by name, as many as `rounds`; empty when it is not installed.
    let yardsticks: [(name: String, rounds: [Double])]
    /// Allocations in one pass; nil when they cannot be counted here.
    let allocations: Int?

    var nanosecondsPerItem: Double { Statistics.median(rounds) / Double(itemCount) }
    var itemsPerSecond: Double { 1e9 / nanosecondsPerItem }
    var bytesPerSecond: Double { Double(byteCount) * 1e9 / Statistics.median(rounds) }
    /// The middle half of the rounds: how far apart its ends are, as a share of the median.
    var spread: Double { Statistics.spread(rounds) }
    var allocationsPerItem: Double? { allocations.map { Double($0) / Double(itemCount) } }

    /// How many times as fast as the yardstick; the median of the rounds' ratios. Nil when it is not there.
    func ratio(to name: String) -> Double? {
        guard let other = yardsticks.first(where: { $0.name == name }), other.rounds.count == rounds.count,
            !rounds.isEmpty
        else { return nil }
        return Statistics.median(zip(other.rounds, rounds).map { $0 / $1 })
    }

    static func == (left: Measurement, right: Measurement) -> Bool {
        left.name == right.name && left.itemCount == right.itemCount && left.byteCount == right.byteCount
            && left.rounds == right.rounds && left.allocations == right.allocations
            && left.yardsticks.elementsEqual(right.yardsticks) { $0.name == $1.name && $0.rounds == $1.rounds }
    }
}

/// A row that did not do its work: its speed means nothing.
struct WrongResult: Error, Equatable, CustomStringConvertible {
    let name: String
    let expected: Int
    let found: Int

    var description: String { "\(name): \(found) of \(expected) items came out right" }
}

/// Measures benches.
struct Stopwatch {
    /// Seconds for one row, yardsticks included.
    var secondsPerRow = 1.0
    /// Short rounds: most of them pass without another program on the processor, so the median is one of those.
    private static let roundNanoseconds = 500_000.0
    /// Rounds of a row, at least and at most.
    static let roundsFewest = 9
    private static let roundsMost = 2_001

    /// `allocations` were counted before, see `AllocationCounter`.
    func measure(_ bench: CodecBench, allocations: Int?) throws(WrongResult) -> Measurement {
        let installed = bench.yardsticks.compactMap { yardstick in yardstick.pass.map { (yardstick.name, $0) } }
        let all = secondsPerRow * 1e9 / Double(1 + installed.count)
        let fitting = Int(min(all / Stopwatch.roundNanoseconds, Double(Stopwatch.roundsMost)))
        let roundCount = max(Stopwatch.roundsFewest, fitting)
        let sampleNanoseconds = all / Double(roundCount)
        let repeats = try Stopwatch.repeats(bench.name, bench.pass, bench.itemCount, sampleNanoseconds)
        var others: [(name: String, pass: () -> Int, repeats: Int, rounds: [Double])] = []
        for (name, pass) in installed {
            let repeats = try Stopwatch.repeats("\(bench.name), \(name)", pass, bench.itemCount, sampleNanoseconds)
            others.append((name, pass, repeats, []))
        }
        var rounds: [Double] = []
        for _ in 0..<roundCount {
            rounds.append(try Stopwatch.time(bench.name, bench.pass, bench.itemCount, repeats))
            for index in others.indices {
                let other = others[index]
                let name = "\(bench.name), \(other.name)"
                others[index].rounds.append(try Stopwatch.time(name, other.pass, bench.itemCount, other.repeats))
            }
        }
        let missing = bench.yardsticks.filter { $0.pass == nil }.map { (name: $0.name, rounds: [Double]()) }
        return Measurement(
            name: bench.name, itemCount: bench.itemCount, byteCount: bench.byteCount, rounds: rounds,
            yardsticks: others.map { (name: $0.name, rounds: $0.rounds) } + missing, allocations: allocations)
    }

    /// Nanoseconds of one pass, the mean of `repeats`.
    private static func time(
        _ name: String, _ pass: () -> Int, _ itemCount: Int, _ repeats: Int
    ) throws(WrongResult) -> Double {
        var done = 0
        let start = Instant.now()
        for _ in 0..<repeats { done &+= pass() }
        let end = Instant.now()
        guard done == itemCount * repeats else {
            throw WrongResult(name: name, expected: itemCount * repeats, found: done)
        }
        return Double(max(end.nanoseconds - start.nanoseconds, 1)) / Double(repeats)
    }

    /// How many passes fill a sample. The first pass warms up and is not counted.
    private static func repeats(
        _ name: String, _ pass: () -> Int, _ itemCount: Int, _ sampleNanoseconds: Double
    ) throws(WrongResult) -> Int {
        _ = try time(name, pass, itemCount, 1)
        var count = 1
        var elapsed = try time(name, pass, itemCount, 1)
        // A single short pass says little: go on until the passes together are long enough to divide by.
        while elapsed * Double(count) < min(1e6, sampleNanoseconds), count < 1 << 20 {
            count *= 2
            elapsed = try time(name, pass, itemCount, count)
        }
        return max(1, Int(min(sampleNanoseconds / elapsed, 1e9)))
    }
}
