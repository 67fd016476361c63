import EventLoop
import TestSupport
import Testing

@Suite("A timer that fires within microseconds", .ownsWhatItStarts)
struct PreciseTimerTests {
    @Test("it fires once for each instant, not before it, and at once for one that has passed")
    func fires() throws {
        let loop = try EventLoop()
        var fired: [Instant] = []
        let timer = try PreciseTimer(loop: loop) { fired.append(Instant.now()) }
        func turn(until count: Int) throws {
            let deadline = Deadline(seconds: 10)
            while fired.count < count, !deadline.hasPassed { loop.turn(waitAtMostMilliseconds: 100) }
            loop.turn(waitAtMostMilliseconds: 5)
            try #require(fired.count == count)
        }
        let soon = Instant.now().adding(nanoseconds: 20_300_000)
        timer.set(soon)
        timer.set(soon)
        try turn(until: 1)
        #expect(fired[0] >= soon)
        timer.set(Instant(nanoseconds: 0))
        try turn(until: 2)
        // What was set last counts.
        timer.set(Instant.now().adding(milliseconds: 30_000))
        timer.set(Instant.now())
        try turn(until: 3)
        timer.set(Instant.now().adding(milliseconds: 10))
        timer.close()
        loop.turn(waitAtMostMilliseconds: 40)
        #expect(fired.count == 3)
    }

    @Test("it wakes a loop that sleeps between two milliseconds, not at the next one")
    func precise() throws {
        let loop = try EventLoop()
        var late: [Int] = []
        var due = Instant.now()
        let timer = try PreciseTimer(loop: loop) {
            late.append(Int(Instant.now().nanoseconds - due.nanoseconds) / 1_000)
        }
        for _ in 0..<50 {
            // A tenth of a millisecond behind a whole one of the clock, which is where whole milliseconds would round from.
            due = Instant(nanoseconds: (Instant.now().nanoseconds / 1_000_000 + 2) * 1_000_000 + 100_000)
            timer.set(due)
            let count = late.count
            while late.count == count { loop.turn(waitAtMostMilliseconds: 1_000) }
        }
        // The best of many: others may keep this thread from its processor. Whole milliseconds would be 900 µs late each time.
        #expect(try #require(late.min()) < 800, "\(late.sorted())")
        timer.close()
    }
}
