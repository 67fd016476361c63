// Time at the protocol door: pings of the protocol's own, and the ends of tokens (client protocol, expiry and pings).

import ChatProtocol
import EventLoop

extension ChatDoor {
    // MARK: Pings

    /// The first one at a random moment between half an interval and a whole one, so that a wave of connections does not stay one.
    func beginPings(_ slot: UInt32, _ chat: ChatConnection) {
        guard !chat.usesFramePings else { return sessions.arm(slot) }
        let interval = node.configuration.pingMilliseconds
        let first = Int.random(in: (interval / 2)...interval, using: &sessions.random)
        chat.pingAt = loop.now.adding(milliseconds: first)
        sessions.arm(slot)
    }

    private func awaitPong(_ chat: ChatConnection) {
        chat.pongBy = loop.now.adding(milliseconds: settings.pongMilliseconds)
    }

    /// The connection is read again, and has time anew to answer a ping.
    func resume(_ slot: UInt32) {
        if let chat = connection(slot), chat.pongBy != .never { awaitPong(chat) }
        sessions.release(slot)
    }

    func receivedPong(_ slot: UInt32, _ chat: ChatConnection) {
        guard chat.pongBy != .never else { return disconnect(slot, .badRequest) }
        chat.pongBy = .never
    }

    func usesFramePings(_ slot: UInt32) -> Bool { connection(slot)?.usesFramePings ?? true }

    // MARK: Deadlines

    /// When `checkTime` has something to do.
    func dueTime(of slot: UInt32) -> Instant {
        guard let chat = connection(slot) else { return .never }
        var due = min(chat.staleAt, chat.expiresAt, min(chat.pingAt, chat.pongBy))
        for subscription in chat.subscriptions { due = min(due, subscription.expiresAt) }
        return due
    }

    /// One of the times has come, or not yet.
    func checkTime(_ slot: UInt32) {
        guard let chat = connection(slot) else { return }
        let now = loop.now
        if now >= chat.staleAt {
            // Who was refused has had its time to close.
            if chat.state == .refused { return sessions.endRefused(slot) }
            return disconnect(slot, .stale)
        }
        if now >= chat.expiresAt { return disconnect(slot, .connectionExpired) }
        if now >= chat.pongBy {
            // What is not read cannot be heard: the answer may stand behind the commands that wait.
            guard table[slot].isReadPaused || table[slot].isResting else { return disconnect(slot, .noPong) }
            awaitPong(chat)
        }
        if now >= chat.pingAt {
            // One at a time: an answer says not to which ping it is.
            if chat.pongBy == .never {
                send(.ping, to: slot)
                awaitPong(chat)
            }
            chat.pingAt = now.adding(milliseconds: node.configuration.pingMilliseconds)
        }
        while let index = chat.subscriptions.firstIndex(where: { now >= $0.expiresAt && $0.isJoined }) {
            if chat.subscriptions[index].isServerSide { return disconnect(slot, .subscriptionExpired) }
            removeSubscription(index, slot, chat, telling: .expired)
        }
    }

    // MARK: Two clocks

    func instant(ofSecond second: Int64) -> Instant { sessions.instant(ofSecond: second) }

    func secondsLeft(_ second: Int64) -> UInt32 { UInt32(clamping: max(1, second - unixSeconds)) }

    func secondsLeft(until instant: Instant, grace: Int64) -> UInt32 {
        let milliseconds = Int64(clamping: instant.milliseconds(since: loop.now)) - grace * 1_000
        return UInt32(clamping: max(1, (milliseconds + 500) / 1_000))
    }
}
