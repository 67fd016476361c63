/// An owner of descriptors and timers on a loop. Its calls come on the loop's thread, never from inside its own calls to the loop.
package protocol EventSource: AnyObject {
    /// The descriptor watched under `token` is ready. Compare the generation first.
    func ready(_ token: Token, _ readiness: Readiness)
    /// A timer under `token` has fired. Timers are never cancelled: compare your own deadline, and schedule again if it moved.
    func timerFired(_ token: Token)
}

extension EventSource {
    package func timerFired(_ token: Token) {}
}

/// Who acts once at the end of each turn, after all events, mailboxes and timers.
package protocol TurnEnd: AnyObject {
    /// Writes what the turn has produced. True when more work waits, so that the loop looks again without sleeping.
    func endOfTurn() -> Bool
}
