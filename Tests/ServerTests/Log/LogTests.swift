import EventLoop
import TestSupport
import Testing

@testable import Server

@Suite("The log")
struct LogTests {
    final class Sink: Sendable {
        let lines = Lock<[String]>([])
    }

    @Test("an event is one line with time, level, event and words")
    func line() {
        let sink = Sink()
        let log = Log { line in sink.lines.withLock { $0.append(line) } }
        log.write(.warning, "slow", "a reader was closed")
        let lines = sink.lines.withLock { $0 }
        #expect(lines.count == 1)
        let words = lines[0].split(separator: " ", maxSplits: 1)
        #expect(words[0].count == 20 && words[0].hasSuffix("Z"))
        #expect(words[1] == "warning slow: a reader was closed\n")
    }

    @Test("an event that repeats is written a few times in a window, each event for itself")
    func limit() {
        let sink = Sink()
        let log = Log(linesPerWindow: 2, windowSeconds: 3_600) { line in sink.lines.withLock { $0.append(line) } }
        for _ in 0..<1_000 { log.write(.info, "one", "x") }
        log.write(.info, "two", "y")
        let lines = sink.lines.withLock { $0 }
        #expect(lines.count { $0.contains(" one: ") } == 2)
        #expect(lines.count { $0.contains(" two: ") } == 1)
    }

    @Test("the first line of the next window tells how many were left out")
    func leftOut() throws {
        let sink = Sink()
        let log = Log(linesPerWindow: 1, windowSeconds: 1) { line in sink.lines.withLock { $0.append(line) } }
        var written = 0
        try wait(until: "a line tells it", seconds: 10, everyMilliseconds: 50) {
            log.write(.info, "one", "x")
            written += 1
            return sink.lines.withLock { $0.contains { $0.contains("left out before") } }
        }
        let lines = sink.lines.withLock { $0 }
        let note = try #require(lines.first { $0.contains("left out before") })
        let number = note.split(separator: "(").last.flatMap { Int($0.prefix { $0.isNumber }) }
        #expect(number == written - lines.count)
    }

    @Test(
        "a time is written as RFC 3339 says, in any century",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"), (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_795_250_880, "2026-11-21T08:48:00Z"), (4_102_444_799, "2099-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (-2_203_891_200, "1900-03-01T00:00:00Z"), (32_503_679_999, "2999-12-31T23:59:59Z"),
        ])
    func timestamps(_ seconds: Int, _ text: String) { #expect(Timestamp.text(seconds: seconds) == text) }
}
