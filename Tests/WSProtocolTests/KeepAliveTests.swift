import Testing
import WSProtocol

@Suite("RFC 6455 §5.5.2 pings against silence")
struct KeepAliveTests {
    private let settings = KeepAlive.Settings()

    @Test("W16 a peer that vanished is pinged after the idle time and dead after the pong deadline")
    func vanished() {
        for start: UInt32 in [0, 1_000, .max - 3_000] {
            var keepAlive = KeepAlive(now: start)
            #expect(keepAlive.nextDeadline(settings) == start &+ 25_000)
            #expect(keepAlive.deadlineReached(now: start &+ 24_999, settings) == .wait(until: start &+ 25_000))
            #expect(keepAlive.deadlineReached(now: start &+ 25_000, settings) == .sendPing(until: start &+ 35_000))
            #expect(keepAlive.nextDeadline(settings) == start &+ 35_000)
            #expect(keepAlive.deadlineReached(now: start &+ 34_999, settings) == .wait(until: start &+ 35_000))
            #expect(keepAlive.deadlineReached(now: start &+ 35_000, settings) == .dead)
        }
    }

    @Test("W16 any byte is a sign of life")
    func heard() {
        var keepAlive = KeepAlive(now: 0)
        #expect(keepAlive.deadlineReached(now: 25_000, settings) == .sendPing(until: 35_000))
        keepAlive.heard(now: 34_999)
        #expect(keepAlive.deadlineReached(now: 35_000, settings) == .wait(until: 59_999))
        #expect(keepAlive.deadlineReached(now: 60_000, settings) == .sendPing(until: 70_000))
    }
}
