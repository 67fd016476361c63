import Testing

@testable import Bench

@Suite("Latencies in buckets")
struct LatencyHistogramTests {
    private static func histogram(_ milliseconds: [Double]) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for value in milliseconds { histogram.record(nanoseconds: UInt64(value * 1e6)) }
        return histogram
    }

    @Test("two histograms together say what one would have said")
    func merged() {
        let values = (1...1_000).map { Double($0) / 10 }
        var merged = Self.histogram(Array(values[..<300]))
        merged.merge(Self.histogram(Array(values[300...])))
        let one = Self.histogram(values)
        for share in [0.01, 0.5, 0.9, 0.99, 1] {
            #expect(merged.milliseconds(at: share) == one.milliseconds(at: share))
        }
        #expect(merged.count == 1_000 && merged.steps.map(\.count) == one.steps.map(\.count))
    }

    @Test("what was counted since a former state is told apart")
    func since() {
        var histogram = Self.histogram([1, 1, 1])
        let former = histogram
        histogram.record(nanoseconds: 50_000_000)
        let difference = histogram.since(former)
        #expect(difference.count == 1 && difference.steps.map(\.count) == [1])
        #expect((49.9...51).contains(difference.milliseconds(at: 0.5)))
    }

    @Test("steps rise, hold everything, and every value is at most 1.6 % below the end of its step")
    func steps() {
        let values = [0.0001, 0.05, 0.5, 3, 40, 700, 90_000, 1e12]
        let steps = Self.histogram(values).steps
        #expect(steps.reduce(0) { $0 + $1.count } == values.count)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.upperMilliseconds < $1.upperMilliseconds })
        for (value, step) in zip(values.dropLast(), steps) {
            #expect(value <= step.upperMilliseconds && step.upperMilliseconds <= max(value * 1.016, 0.00104))
        }
    }
}
