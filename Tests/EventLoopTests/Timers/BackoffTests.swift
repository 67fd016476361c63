import EventLoop
import Testing

@Suite("Backoff: exponential with full jitter")
struct BackoffTests {
    @Test("S6 every pause lies between 1 ms and a ceiling that doubles from 50 ms to 5 s and stays there")
    func bounds() {
        for random in [UInt64.min, .max, 1 << 63] {
            var backoff = Backoff()
            for attempt in 0..<200 {
                let ceiling = min(5_000, attempt < 20 ? 50 << attempt : 5_000)
                #expect(backoff.ceilingMilliseconds == ceiling)
                let delay = backoff.nextDelayMilliseconds(random: random)
                #expect((1...ceiling).contains(delay))
                if random == .min { #expect(delay == 1) }
                if random == .max { #expect(delay == ceiling) }
            }
        }
    }

    @Test("S6 a thousand clients that lost their server at once come back spread over the whole pause")
    func spread() {
        var generator = SeededGenerator(seed: 7)
        var tenths = [Int](repeating: 0, count: 10)
        for _ in 0..<1_000 {
            var backoff = Backoff(firstMilliseconds: 1_000, mostMilliseconds: 5_000)
            tenths[(backoff.nextDelayMilliseconds(random: generator.next()) - 1) / 100] += 1
        }
        #expect(tenths.allSatisfy { (60...140).contains($0) })
    }

    @Test("a success begins anew")
    func reset() {
        var backoff = Backoff()
        for _ in 0..<10 { _ = backoff.nextDelayMilliseconds(random: 0) }
        #expect(backoff.attempts == 10 && backoff.ceilingMilliseconds == 5_000)
        backoff.reset()
        #expect(backoff.attempts == 0 && backoff.ceilingMilliseconds == 50)
    }
}
