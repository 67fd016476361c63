import Testing

@testable import Server

@Suite("Numbers as people write them")
struct QuantitiesTests {
    @Test(
        "bytes, with and without a unit",
        arguments: [("1", 1), ("64KiB", 65_536), ("1MiB", 1 << 20), ("2GiB", 2 << 30), ("7B", 7), ("007", 7)])
    func bytes(_ text: String, _ value: Int) throws { #expect(try Quantities.bytes(text, in: 1...1 << 40) == value) }

    @Test(
        "times; a bare number is seconds",
        arguments: [("1", 1_000), ("250ms", 250), ("10s", 10_000), ("2m", 120_000)])
    func times(_ text: String, _ value: Int) throws {
        #expect(try Quantities.milliseconds(text, in: 1...1_000_000) == value)
    }

    @Test(
        "whole seconds; a bare number is seconds",
        arguments: [("0", 0), ("300", 300), ("300s", 300), ("10m", 600), ("720h", 2_592_000), ("30d", 2_592_000)])
    func seconds(_ text: String, _ value: Int) throws {
        #expect(try Quantities.seconds(text, in: 0...2_592_000) == value)
        #expect(throws: SettingProblem.self) { try Quantities.seconds(text, in: value + 1...2_592_001) }
    }

    @Test("seconds have no other unit", arguments: ["250ms", "1w", "1.5h", "-1s", "", "h", "9223372036854775807d"])
    func noSeconds(_ text: String) {
        #expect(throws: SettingProblem.self) { try Quantities.seconds(text, in: 0...Int.max) }
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", " ", "1 ", " 1", "+1", "-1", "1.5", "1e3", "KiB", "1kib", "1KB", "0x10", "\u{0661}", "1KiBKiB",
            "9223372036854775808", "9007199254740992GiB", "99999999999999999999",
        ])
    func refused(_ text: String) {
        #expect(throws: SettingProblem.self) { try Quantities.bytes(text, in: 0...Int.max) }
        #expect(throws: SettingProblem.self) { try Quantities.count(text, in: 0...Int.max) }
    }

    @Test("the bounds belong to the range")
    func bounds() throws {
        #expect(try Quantities.count("3", in: 3...5) == 3)
        #expect(try Quantities.count("5", in: 3...5) == 5)
        #expect(throws: SettingProblem.self) { try Quantities.count("6", in: 3...5) }
        #expect(throws: SettingProblem.self) { try Quantities.milliseconds("1ms", in: 2...5) }
    }
}
