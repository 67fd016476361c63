// How long to wait before trying again: exponential with full jitter, so that clients of one server that died do not come
// back together (row S6). The random number comes in as an argument.

/// Grows the pause between attempts.
package struct Backoff: Hashable, Sendable {
    private let firstMilliseconds: Int
    private let mostMilliseconds: Int
    private var attempt = 0

    /// The first pause is at most `firstMilliseconds`, each further one at most twice as long, none longer than `mostMilliseconds`.
    package init(firstMilliseconds: Int = 50, mostMilliseconds: Int = 5_000) {
        precondition(1 <= firstMilliseconds && firstMilliseconds <= mostMilliseconds, "1 ≤ first ≤ most")
        self.firstMilliseconds = firstMilliseconds
        self.mostMilliseconds = mostMilliseconds
    }

    /// Attempts since the last `reset`.
    package var attempts: Int { attempt }

    /// The longest the next pause can be.
    package var ceilingMilliseconds: Int {
        // Thirty doublings are more than any bound in use, and far from overflowing.
        min(mostMilliseconds, firstMilliseconds << min(attempt, 30))
    }

    /// The next pause: even over 1 … ceiling, taken from `random`, of which every value must be equally likely.
    package mutating func nextDelayMilliseconds(random: UInt64) -> Int {
        let delay = 1 + Int(random.multipliedFullWidth(by: UInt64(ceilingMilliseconds)).high)
        attempt += 1
        return delay
    }

    /// To be called when an attempt has succeeded.
    package mutating func reset() { attempt = 0 }
}
