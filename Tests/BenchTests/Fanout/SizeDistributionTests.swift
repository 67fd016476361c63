import Testing

@testable import Bench

@Suite("Sizes of the messages of the load")
struct SizeDistributionTests {
    @Test("one size is always the same, several come as often as their weights say")
    func shares() throws {
        let one = try SizeDistribution(parsing: "128")
        #expect((0..<100 as Range<UInt64>).allSatisfy { one.bytes(ofMessage: $0) == 128 })
        let several = try SizeDistribution(parsing: "64:50,1024:40,65536:10")
        var counts: [Int: Int] = [:]
        for number in 0..<10_000 as Range<UInt64> { counts[several.bytes(ofMessage: number), default: 0] += 1 }
        #expect(several.bytesMax == 65_536)
        #expect((4_800...5_200).contains(counts[64] ?? 0), "\(counts)")
        #expect((3_800...4_200).contains(counts[1_024] ?? 0), "\(counts)")
        #expect((900...1_100).contains(counts[65_536] ?? 0), "\(counts)")
    }

    @Test(
        "a wrong size is named",
        arguments: [
            ("", "\"\": expected bytes from 56 to 16777216"), ("55", "\"55\": expected bytes from 56 to 16777216"),
            ("16777217", "\"16777217\": expected bytes from 56 to 16777216"),
            ("64:1,x", "\"x\": expected bytes from 56 to 16777216"),
            ("64:0", "\"64:0\": expected a weight from 1 to 1000000 behind the colon"),
            ("64:", "\"64:\": expected a weight from 1 to 1000000 behind the colon"),
            ("64:1:2", "\"64:1:2\": expected bytes from 56 to 16777216"),
        ])
    func wrong(text: String, problem: String) {
        #expect(throws: FanoutProblem(problem)) { try SizeDistribution(parsing: text) }
    }
}
