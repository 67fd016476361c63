// The rows do their work: counted, not timed, so that the tests say the same on every machine.
import TestSupport
import Testing

@testable import Bench

@Suite("Rows of rookery-bench codec", .serialized)
struct CodecRowsTests {
    /// Built once: some rows make a megabyte of input. The suite is serialized, so one test at a time has a row.
    private nonisolated(unsafe) static let rows = CodecRows.all()

    @Test("no two rows have one name, and names need no quotes in a shell")
    func names() {
        let names = Self.rows.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            let isPlain = name.utf8.allSatisfy {
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || $0 == UInt8(ascii: "-")
            }
            #expect(isPlain, "\(name)")
        }
    }

    @Test(
        "each row and each of its yardsticks does all of its items, pass after pass",
        arguments: rows.map(\.name))
    func everyItem(name: String) throws {
        let bench = try #require(Self.rows.first { $0.name == name })
        for _ in 0..<3 { #expect(bench.pass() == bench.itemCount) }
        for yardstick in bench.yardsticks {
            guard let pass = yardstick.pass else { continue }
            for _ in 0..<3 { #expect(pass() == bench.itemCount, "\(yardstick.name)") }
        }
        #expect(bench.yardsticks.contains { $0.name == Memcpy.name })
        #expect(bench.byteCount >= bench.itemCount)
    }

    @Test("a run as short as can be gives every row its figures", arguments: rows.map(\.name))
    func shortRun(name: String) throws {
        let bench = try #require(Self.rows.first { $0.name == name })
        let measurement = try Stopwatch(secondsPerRow: 0.001).measure(bench, allocations: 7)
        #expect(measurement.rounds.count == Stopwatch.roundsFewest)
        #expect(measurement.itemsPerSecond > 0 && measurement.itemsPerSecond.isFinite)
        #expect(measurement.ratio(to: Memcpy.name) ?? 0 > 0)
        #expect(measurement.allocations == 7)
        #expect(measurement.yardsticks.map(\.name).sorted() == bench.yardsticks.map(\.name).sorted())
    }

    @Test("a row whose items do not come out right is an error, not a figure")
    func wrongResult() {
        var passes = 0
        let bench = CodecBench(
            name: "broken", summary: "", hotFile: "", itemCount: 10, byteCount: 10,
            pass: {
                passes += 1
                return passes < 5 ? 10 : 9
            })
        #expect(throws: WrongResult.self) { try Stopwatch(secondsPerRow: 0.001).measure(bench, allocations: nil) }
        let other = CodecBench(
            name: "broken", summary: "", hotFile: "", itemCount: 10, byteCount: 10, pass: { 10 },
            yardsticks: [Yardstick(name: "other", pass: { 11 })])
        #expect(throws: WrongResult(name: "broken, other", expected: 10, found: 11)) {
            try Stopwatch(secondsPerRow: 0.001).measure(other, allocations: nil)
        }
    }
}
