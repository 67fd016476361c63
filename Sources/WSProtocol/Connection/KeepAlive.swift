// Finds peers that vanished (faults W16): silence is answered with a ping, silence after the ping ends the connection. Time is
// milliseconds since the node started, in 32 bits that may wrap after 49 days: only differences are looked at.

/// When one connection was heard last, and whether a pong is awaited.
package struct KeepAlive: Sendable {
    package struct Settings: Sendable {
        /// Silence before a ping is sent.
        package var idleMilliseconds: UInt32 = 25_000
        /// Silence after the ping before the connection is given up.
        package var pongMilliseconds: UInt32 = 10_000

        package init() {}
    }

    /// What to do when a deadline was reached.
    package enum Action: Hashable, Sendable {
        /// Nothing; look again at this time.
        case wait(until: UInt32)
        /// Send a ping; look again at this time.
        case sendPing(until: UInt32)
        /// The peer did not answer.
        case dead
    }

    /// The last sign of life, or the time of the ping when one is out.
    private var since: UInt32
    private var awaitsPong = false

    package init(now: UInt32) { since = now }

    /// Bytes came from the peer. Any byte is a sign of life, not only a pong.
    package mutating func heard(now: UInt32) {
        since = now
        awaitsPong = false
    }

    /// When to call `deadlineReached` if nothing is heard before.
    package func nextDeadline(_ settings: Settings) -> UInt32 {
        since &+ (awaitsPong ? settings.pongMilliseconds : settings.idleMilliseconds)
    }

    /// Timers are lazy: it may be called before the deadline and then answers `.wait`.
    package mutating func deadlineReached(now: UInt32, _ settings: Settings) -> Action {
        let limit = awaitsPong ? settings.pongMilliseconds : settings.idleMilliseconds
        // A wrapped difference: `now` is never before `since`.
        guard now &- since >= limit else { return .wait(until: since &+ limit) }
        guard !awaitsPong else { return .dead }
        awaitsPong = true
        since = now
        return .sendPing(until: now &+ settings.pongMilliseconds)
    }
}
