// How many messages a second one connection may send (row E7, by count). Who sends more is read later: nothing is refused and nothing
// lost, the peer's own TCP makes it wait. A virtual clock (GCRA): each message moves the time up to which a connection has used its
// allowance; who stands a whole second ahead rests.

import EventLoop

struct MessagePace {
    /// A tick is 1,024 ns; a connection keeps 32 bits of them, which wrap after 73 minutes.
    private static let ticksPerSecond: UInt32 = 976_562

    /// Ticks of one message.
    private let cost: UInt32
    private let burst = MessagePace.ticksPerSecond

    /// Nil: no limit. `perSecond` is at most `Configuration.messagesPerSecondMax`: above it a message would have too few ticks to be
    /// exact.
    init?(perSecond: Int) {
        guard perSecond > 0 else { return nil }
        cost = MessagePace.ticksPerSecond / UInt32(clamping: min(perSecond, Configuration.messagesPerSecondMax))
    }

    /// One more message of a connection that has used its allowance up to `used`. True when it must rest before the next one.
    func charge(_ used: inout UInt32, now: Instant) -> Bool {
        let ticks = MessagePace.ticks(now)
        // Nobody is further ahead than this: what seems so lies in the past, or wrapped long ago.
        if used &- ticks > burst &+ cost { used = ticks }
        used &+= cost
        return used &- ticks > burst
    }

    /// When the connection may send its next message; at once when it need not rest.
    func restsUntil(_ used: UInt32, now: Instant) -> Instant {
        let ahead = used &- MessagePace.ticks(now)
        guard ahead > burst, ahead <= burst &+ cost else { return now }
        return now.adding(nanoseconds: Int64(ahead &- burst) << 10)
    }

    private static func ticks(_ instant: Instant) -> UInt32 { UInt32(truncatingIfNeeded: instant.nanoseconds >> 10) }
}
