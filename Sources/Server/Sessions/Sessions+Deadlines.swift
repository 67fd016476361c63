// Time in the life of a connection. Each has at most one timer that matters, the earliest; timers are never cancelled, an early one
// just looks and is set again.

import EventLoop
import WSProtocol

extension Sessions {
    /// Milliseconds since the node started, wrapping: what keep-alive counts in.
    var clockMilliseconds: UInt32 { UInt32(truncatingIfNeeded: loop.now.milliseconds(since: node.startedAt)) }

    /// Any byte is a sign of life (row W16).
    func heard(_ slot: UInt32) { table[slot].keepAlive.heard(now: clockMilliseconds) }

    func setDeadline(of slot: UInt32, milliseconds: Int) {
        table[slot].deadline = loop.now.adding(milliseconds: milliseconds)
        arm(slot, at: table[slot].deadline)
    }

    /// Sets the timer for whatever is due first.
    func arm(_ slot: UInt32) { arm(slot, at: dueTime(of: slot)) }

    func arm(_ slot: UInt32, at instant: Instant) {
        guard instant < table[slot].timerAt else { return }
        table[slot].timerAt = instant
        loop.schedule(token(slot), at: instant)
    }

    private func dueTime(of slot: UInt32) -> Instant {
        var due = min(table[slot].deadline, restEnd(of: slot))
        if table[slot].phase == .open {
            due = min(due, writer.dueTime(of: slot))
            if table[slot].door == .chat, let chat { due = min(due, chat.dueTime(of: slot)) }
            if hasFramePings(slot) {
                due = min(due, instant(of: table[slot].keepAlive.nextDeadline(keepAliveSettings)))
            }
            if let deadline = table[slot].webSocket.messageDeadline(limits: wsLimits) {
                due = min(due, instant(of: deadline &+ 1))
            }
        }
        return due
    }

    /// The protocol door has pings of its own, where the client knows them.
    private func hasFramePings(_ slot: UInt32) -> Bool {
        guard table[slot].door == .chat, let chat else { return true }
        return chat.usesFramePings(slot)
    }

    /// A wrapped difference: the time may be a little in the past, never far.
    private func instant(of milliseconds: UInt32) -> Instant {
        let wait = Int32(bitPattern: milliseconds &- clockMilliseconds)
        return loop.now.adding(milliseconds: max(0, Int(wait)))
    }

    func checkDeadlines(_ slot: UInt32) {
        guard loop.now >= table[slot].timerAt else { return }
        table[slot].timerAt = .never
        if isStopping { closeForStop(slot) }
        guard table[slot].phase != .free else { return }
        if loop.now >= restEnd(of: slot) { endRest(slot) }
        if loop.now >= table[slot].deadline {
            deadlineReached(slot)
        } else if table[slot].phase == .open {
            checkOpen(slot)
        }
        guard table[slot].phase != .free else { return }
        arm(slot)
    }

    private func deadlineReached(_ slot: UInt32) {
        switch table[slot].phase {
        case .http: requestTimedOut(slot)
        case .closing:
            // The peer did not answer our Close. What it has not taken by now is cut off.
            end(slot, reset: table[slot].backlog != nil)
        case .finishing: end(slot, reset: table[slot].backlog != nil)
        case .open: accessEnds(slot)
        case .free: break
        }
    }

    private func checkOpen(_ slot: UInt32) {
        if writer.isOverdue(slot, now: loop.now) { return closeSlow(slot) }
        if let failure = table[slot].webSocket.checkMessageTime(now: clockMilliseconds, limits: wsLimits) {
            return fail(slot, failure)
        }
        if table[slot].door == .chat, let chat {
            chat.checkTime(slot)
            guard table[slot].phase == .open, hasFramePings(slot) else { return }
        }
        switch table[slot].keepAlive.deadlineReached(now: clockMilliseconds, keepAliveSettings) {
        case .wait: break
        case .sendPing:
            writer.append(to: slot) { FrameEncoder.append(.ping, payload: Span<UInt8>(), to: &$0) }
        case .dead: vanish(slot, .pongTimeout)
        }
    }
}
