// Medians, ratios and what can be believed, on numbers that can be checked by hand.
import Testing

@testable import Bench

@Suite("From runs to rows of a comparison")
struct ComparisonTests {
    /// Processor time per delivery of each run, in the order of the rounds; two a round for the yardstick.
    private static func comparison(_ limit: [Double?], _ ours: [Double?]) -> Comparison {
        var comparison = Comparison(yardstick: "limit")
        for value in limit { comparison.add(load: "l", server: "limit") { $0 == .processorPerDelivery ? value : nil } }
        for value in ours { comparison.add(load: "l", server: "ours") { $0 == .processorPerDelivery ? value : nil } }
        return comparison
    }

    private static func rows(_ limit: [Double?], _ ours: [Double?]) -> [Comparison.Row] {
        comparison(limit, ours).rows(loads: ["l"], servers: ["limit", "ours"])
    }

    @Test("a ratio is the median of the rounds' ratios, each to the mean of the yardstick's two runs")
    func ratios() throws {
        // Three rounds; the machine is twice as slow in the second: ratios 4.4/4, 8/8, 4.8/4.
        let rows = Self.rows([3.9, 4.1, 8, 8, 4, 4], [4.4, 8, 4.8])
        #expect(rows.map(\.server) == ["limit", "ours"])
        let ours = try #require(rows.last)
        #expect(ours.median == 4.8)
        #expect(abs(try #require(ours.ratio) - 1.1) < 1e-9)
        #expect(ours.aaRatio == 1)
        #expect(ours.isDecided)
        #expect(ours.values == [4.4, 8, 4.8])
        #expect(ours.metric == "server CPU per delivery" && ours.unit == "µs" && ours.load == "l")
        #expect(rows.first?.ratio == 1 && rows.first?.median == 4.05)
    }

    @Test(
        "a ratio is decided only where the yardstick is within 5 % of itself",
        arguments: [(1.0, true), (1.049, true), (0.951, true), (1.051, false), (0.949, false), (2, false)])
    func decided(second: Double, isDecided: Bool) throws {
        let limit = [1, second, 1, second, 1, second]
        #expect(try #require(Self.rows(limit, [1, 1, 1]).last).isDecided == isDecided)
        #expect(Self.comparison(limit, [1, 1, 1]).isDecided(load: "l") == isDecided)
    }

    @Test("what a run has not measured gives no row, and nothing to wait for")
    func missing() {
        #expect(Self.rows([1, 1, 1, 1], [1, nil]).map(\.server) == ["limit"])
        let none = Self.comparison([nil, nil], [1])
        #expect(none.isDecided(load: "l"))
        #expect(none.rows(loads: ["l"], servers: ["limit", "ours"]).map(\.ratio) == [nil])
        #expect(none.rows(loads: ["l"], servers: ["limit", "ours"]).allSatisfy { !$0.isDecided })
    }

    @Test("nothing is divided by zero")
    func zero() throws {
        let rows = Self.rows([0, 0], [1])
        #expect(rows.map(\.ratio) == [nil, nil] && rows.map(\.aaRatio) == [nil, nil])
        #expect(rows.allSatisfy { !$0.isDecided })
    }
}
