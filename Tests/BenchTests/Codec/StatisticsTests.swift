import Testing

@testable import Bench

@Suite("Figures of rookery-bench codec")
struct StatisticsTests {
    @Test(
        "the median is the middle value, or the mean of the two middle ones",
        arguments: [([3.0, 1, 2], 2.0), ([4, 1, 2, 3], 2.5), ([7], 7), ([1, 1, 1_000_000], 1), ([], 0)]
            as [([Double], Double)])
    func median(values: [Double], expected: Double) {
        #expect(Statistics.median(values) == expected)
    }

    @Test("the spread is the distance of the quartiles as a share of the median, whatever the outermost are")
    func spread() {
        #expect(Statistics.spread([8, 9, 10, 11, 12]) == 0.2)
        #expect(Statistics.spread([0.001, 9, 10, 11, 1e9]) == 0.2)
        #expect(Statistics.spread([5, 5, 5]) == 0)
        #expect(Statistics.spread([]) == 0)
    }

    /// 100 items of 1,000 bytes a pass: 2 µs, 1 µs, 4 µs.
    private func measurement(allocations: Int? = 0) -> Measurement {
        Measurement(
            name: "row", itemCount: 100, byteCount: 100_000, rounds: [2_000, 1_000, 4_000],
            yardsticks: [("memcpy", [1_000, 1_000, 1_000]), ("zlib", [3_000, 3_000, 3_000]), ("hiredis", [])],
            allocations: allocations)
    }

    @Test("throughput and time come from the median round")
    func throughput() {
        #expect(measurement().nanosecondsPerItem == 20)
        #expect(measurement().itemsPerSecond == 50e6)
        #expect(measurement().bytesPerSecond == 50e9)
    }

    @Test("a ratio is the median of the rounds' ratios: the time of the yardstick over ours in the same round")
    func ratio() {
        #expect(measurement().ratio(to: "memcpy") == 0.5)
        #expect(measurement().ratio(to: "zlib") == 1.5)
        #expect(measurement().ratio(to: "hiredis") == nil, "it is not installed")
        #expect(measurement().ratio(to: "other") == nil)
    }

    @Test("a target holds from its exact value on, and cannot be told without its yardstick")
    func targets() {
        #expect(SpeedTarget.itemsPerSecond(50e6).isReached(by: measurement()) == true)
        #expect(SpeedTarget.itemsPerSecond(50e6 + 1).isReached(by: measurement()) == false)
        #expect(SpeedTarget.bytesPerSecond(50e9).isReached(by: measurement()) == true)
        #expect(SpeedTarget.bytesPerSecond(51e9).isReached(by: measurement()) == false)
        #expect(SpeedTarget.ratio(to: "zlib", 1.5).isReached(by: measurement()) == true)
        #expect(SpeedTarget.ratio(to: "zlib", 1.6).isReached(by: measurement()) == false)
        #expect(SpeedTarget.ratio(to: "hiredis", 2).isReached(by: measurement()) == nil)
    }

    private func bench(target: SpeedTarget?) -> CodecBench {
        CodecBench(
            name: "row", summary: "a row", hotFile: "X/Y.swift", itemCount: 100, byteCount: 100_000, pass: { 100 },
            target: target, allocationsMost: 0)
    }

    @Test("the table marks what holds, what does not, and what cannot be told")
    func table() {
        let holds = CodecReport.table([(bench(target: .itemsPerSecond(1e6)), measurement())])
        #expect(holds.hasSuffix("✓ ≥ 1.00 M/s, ✓ no allocation\n"))
        let fails = CodecReport.table([(bench(target: .bytesPerSecond(1e12)), measurement(allocations: 1))])
        #expect(fails.hasSuffix("✗ ≥ 1000 GB/s, ✗ no allocation\n"))
        let unknown = CodecReport.table([(bench(target: .ratio(to: "hiredis", 2)), measurement(allocations: nil))])
        #expect(unknown.hasSuffix("– ≥ 2.0 of hiredis, – no allocation\n"))
    }

    @Test("a line of JSON tells every figure, and null for what is not known")
    func json() {
        #expect(
            CodecReport.json(bench(target: .ratio(to: "zlib", 1)), measurement(allocations: nil))
                == #"{"name":"row","summary":"a row","file":"X/Y.swift","itemsPerSecond":50000000.0,"#
                + #""bytesPerSecond":50000000000.0,"nanosecondsPerItem":20.0,"spread":0.75,"allocationsPerItem":null,"#
                + #""ratios":{"memcpy":0.5,"zlib":1.5,"hiredis":null},"target":"≥ 1.0 of zlib","targetHolds":true,"#
                + "\"allocationsHold\":null}\n")
    }
}
