import EventLoop
import Testing

@Suite("Moments of the monotonic clock")
struct InstantTests {
    @Test("E9 moments do not wrap around at the ends of time, nor trap")
    func ends() {
        let late = Instant(nanoseconds: .max - 5)
        #expect(late.adding(milliseconds: 1) == Instant(nanoseconds: .max))
        #expect(late.adding(milliseconds: .max) == Instant(nanoseconds: .max))
        #expect(Instant(nanoseconds: 5).adding(milliseconds: -1) == Instant(nanoseconds: 0))
        #expect(Instant(nanoseconds: 5).adding(milliseconds: .min) == Instant(nanoseconds: 0))
        #expect(Instant(nanoseconds: 0).adding(nanoseconds: .min) == Instant(nanoseconds: 0))
    }

    @Test("sums and differences in milliseconds")
    func sums() {
        let start = Instant(nanoseconds: 1_000_000_000)
        #expect(start.adding(milliseconds: 1_500).milliseconds(since: start) == 1_500)
        #expect(start.milliseconds(since: start.adding(milliseconds: 1)) == 0)
        #expect(start + .milliseconds(250) == start.adding(milliseconds: 250))
        #expect(start + .seconds(-1) == Instant(nanoseconds: 0))
        #expect(Instant.now() <= Instant.now())
    }
}
