import EventLoop
import Testing

@Suite("Timers: which one is next")
struct TimerQueueTests {
    @Test("timers fire in the order of their instants, whatever the order they were scheduled in")
    func order() {
        var queue = TimerQueue()
        var generator = SeededGenerator(seed: 1)
        var instants: [UInt64] = (0..<10_000).map { _ in UInt64.random(in: 0..<5_000, using: &generator) }
        for (index, instant) in instants.enumerated() {
            queue.schedule(Token(slot: UInt32(index), generation: 0, source: 1), at: Instant(nanoseconds: instant))
        }
        var fired: [UInt64] = []
        while let token = queue.popExpired(now: Instant(nanoseconds: 5_000)) { fired.append(instants[Int(token.slot)]) }
        instants.sort()
        #expect(fired == instants)
        #expect(queue.nextDeadline == nil)
    }

    @Test("a timer does not fire before its instant")
    func notEarly() {
        var queue = TimerQueue()
        let token = Token(slot: 7, generation: 3, source: 1)
        queue.schedule(token, at: Instant(nanoseconds: 100))
        #expect(queue.popExpired(now: Instant(nanoseconds: 99)) == nil)
        #expect(queue.nextDeadline == Instant(nanoseconds: 100))
        #expect(queue.popExpired(now: Instant(nanoseconds: 100)) == token)
        #expect(queue.popExpired(now: Instant(nanoseconds: 100)) == nil)
    }
}
