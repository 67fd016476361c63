// Who reads in this turn, and who in a later one: see `TurnShare`; and who must rest for longer: see `MessagePace`.

import EventLoop
import WSProtocol

extension Sessions {
    /// Whether nobody reads more in this turn.
    var isTurnUsedUp: Bool { turn.isUsedUp || node.crossing.isFull }

    /// Message bytes that may still be used in this turn.
    var turnLeft: Int { node.crossing.isFull ? 0 : turn.left }

    /// The connection goes on in one of the next turns, in the order of those who wait.
    func waitForTurn(_ slot: UInt32) {
        guard !table[slot].waitsForTurn else { return }
        table[slot].waitsForTurn = true
        turn.wait(token(slot))
    }

    /// Keeps what was received and is not read yet until then.
    func waitForTurn(_ slot: UInt32, with unread: Span<UInt8>) {
        table[slot].unread = UnreadBytes(unread)
        waitForTurn(slot)
    }

    /// The connection has sent more than its pace allows. Keeps what was received and is not read yet; nothing more is received, so the
    /// peer waits, too.
    func rest(_ slot: UInt32, with unread: Span<UInt8>) {
        if !unread.isEmpty { table[slot].unread = UnreadBytes(unread) }
        table[slot].isResting = true
        writer.updateInterest(slot)
        arm(slot)
    }

    /// A command at the protocol door waits for its answer: nothing more is read, so that the peer waits, too.
    func hold(_ slot: UInt32, with unread: Span<UInt8>) {
        if !unread.isEmpty { table[slot].unread = UnreadBytes(unread) }
        table[slot].isReadPaused = true
        writer.updateInterest(slot)
    }

    /// The answer has come, or is not waited for any more.
    func release(_ slot: UInt32) {
        guard table[slot].isReadPaused else { return }
        table[slot].isReadPaused = false
        writer.updateInterest(slot)
        waitForTurn(slot)
    }

    /// When a connection that rests goes on; `.never` for others.
    func restEnd(of slot: UInt32) -> Instant {
        guard table[slot].isResting, let pace else { return .never }
        return pace.restsUntil(table[slot].allowanceUsed, now: loop.now)
    }

    func endRest(_ slot: UInt32) {
        table[slot].isResting = false
        writer.updateInterest(slot)
        waitForTurn(slot)
    }

    /// After a turn: those who wait use what they may of the next one, before sockets are looked at again.
    func continueWaitingReaders() {
        let waiting = turn.renew()
        for (index, token) in waiting.enumerated() where table.isCurrent(token.slot, token.generation) {
            guard !isTurnUsedUp else {
                turn.waitFirst(waiting[index...])
                return lookAgain(token)
            }
            table[token.slot].waitsForTurn = false
            if let unread = table[token.slot].unread {
                table[token.slot].unread = nil
                var bytes = unread.take()
                var span = bytes.mutableSpan
                received(&span, from: token.slot)
            } else {
                read(token.slot, .readable)
            }
        }
    }

    /// No mail tells that other loops have caught up: a timer makes the turn that looks.
    private func lookAgain(_ token: Token) {
        guard node.crossing.isFull else { return }
        loop.schedule(token, at: loop.now.adding(milliseconds: 1))
    }
}
