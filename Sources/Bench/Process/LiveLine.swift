// What is going on, for who waits: one line that is written over on a terminal, a line every five seconds elsewhere.

import EventLoop

/// Writes to standard error.
final class LiveLine {
    let isTerminal = StandardStreams.isErrorATerminal
    private var toldAt: Instant?
    private var hasShown = false

    /// A line about a phase, at most ten a second.
    func show(_ text: String, isLast: Bool) {
        let now = Instant.now()
        let pause = isTerminal ? 100 : 5_000
        // Without a terminal nothing is said about what is over in a moment.
        if toldAt == nil, !isTerminal { toldAt = now }
        if let toldAt, now.milliseconds(since: toldAt) < pause, !isLast { return }
        toldAt = now
        write(text)
    }

    /// Leaves the terminal clean.
    func end() {
        if isTerminal, hasShown { StandardStreams.writeError("\r\u{1B}[K") }
        hasShown = false
    }

    private func write(_ text: String) {
        hasShown = true
        StandardStreams.writeError(isTerminal ? "\r\u{1B}[K\(text)" : text + "\n")
    }
}
