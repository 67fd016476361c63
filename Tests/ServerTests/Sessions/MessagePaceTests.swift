import EventLoop
import Testing

@testable import Server

@Suite("The pace of one connection's messages")
struct MessagePaceTests {
    private static let second: Int64 = 1_000_000_000

    /// Messages that may be sent at once at this instant; each is charged.
    private func sent(_ pace: MessagePace, _ used: inout UInt32, at now: Instant, most: Int = 100_000) -> Int {
        var count = 1
        while !pace.charge(&used, now: now), count < most { count += 1 }
        return count
    }

    @Test(
        "E7 a burst of a second's messages passes, then one for each of its share of a second",
        arguments: [1, 7, 100, 10_000])
    func pace(perSecond: Int) throws {
        let pace = try #require(MessagePace(perSecond: perSecond))
        var used: UInt32 = 12_345
        var now = Instant(nanoseconds: 5_000_000_000)
        #expect(abs(sent(pace, &used, at: now) - perSecond) <= 1 + perSecond / 100)
        for _ in 0..<20 {
            let next = pace.restsUntil(used, now: now)
            #expect(next > now && next <= now.adding(nanoseconds: MessagePaceTests.second / Int64(perSecond) + 2_048))
            now = next
            #expect(pace.charge(&used, now: now), "one message, then the next rest")
        }
        now = now.adding(nanoseconds: MessagePaceTests.second)
        #expect(abs(sent(pace, &used, at: now) - perSecond) <= 1 + perSecond / 100, "a second's rest is a burst again")
    }

    @Test("E7 whoever keeps to the pace never rests, also over the wrap of the clock")
    func keepsPace() throws {
        let pace = try #require(MessagePace(perSecond: 50))
        var used: UInt32 = 0
        var now = Instant(nanoseconds: (UInt64(UInt32.max) - 2_000_000) << 10)
        for _ in 0..<500 {
            #expect(!pace.charge(&used, now: now))
            now = now.adding(nanoseconds: MessagePaceTests.second / 50)
        }
    }

    @Test(
        "E7 hours of silence give no more than a burst, whatever the clock has wrapped to",
        arguments: [1, 35, 36, 72, 73, 74, 600])
    func silence(minutes: Int64) throws {
        let pace = try #require(MessagePace(perSecond: 10))
        var used: UInt32 = 0
        let now = Instant(nanoseconds: 77_000_000_000)
        _ = sent(pace, &used, at: now)
        let later = now.adding(nanoseconds: minutes * 60 * MessagePaceTests.second)
        #expect(abs(sent(pace, &used, at: later, most: 1_000) - 10) <= 1)
    }

    @Test("without a limit there is no pace")
    func none() { #expect(MessagePace(perSecond: 0) == nil) }
}
