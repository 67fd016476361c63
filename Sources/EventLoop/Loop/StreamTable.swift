// The stream channels of one loop: hands each event to the channel it is for, and flushes those that have output once per
// turn. One source for all of them, so that a load generator may have more channels than there are source numbers.

/// A stream as its loop sees it.
protocol LoopStream: AnyObject {
    func ready(_ readiness: Readiness)
    func timerFired()
    /// Writes what was appended in this turn.
    func endOfTurn()
}

final class StreamTable: EventSource {
    private struct Place {
        var channel: (any LoopStream)?
        var generation: UInt16 = 0
    }

    var source: UInt16 = 0
    private var places: [Place] = []
    private var free: [UInt32] = []
    private var dirty: [any LoopStream] = []

    /// Gives `channel` a place until `remove`; the token is good for this life of the place only.
    func insert(_ channel: any LoopStream) -> Token {
        let slot = free.popLast() ?? UInt32(places.count)
        if Int(slot) == places.count { places.append(Place()) }
        places[Int(slot)].channel = channel
        return Token(slot: slot, generation: places[Int(slot)].generation, source: source)
    }

    func remove(_ token: Token) {
        guard channel(of: token) != nil else { return }
        places[Int(token.slot)].channel = nil
        places[Int(token.slot)].generation &+= 1
        free.append(token.slot)
    }

    private func channel(of token: Token) -> (any LoopStream)? {
        guard Int(token.slot) < places.count, places[Int(token.slot)].generation == token.generation else { return nil }
        return places[Int(token.slot)].channel
    }

    func ready(_ token: Token, _ readiness: Readiness) { channel(of: token)?.ready(readiness) }

    func timerFired(_ token: Token) { channel(of: token)?.timerFired() }

    /// Marks a channel for the flush of this turn; the channel asks once per turn.
    func markDirty(_ channel: any LoopStream) { dirty.append(channel) }

    /// Flushes every marked channel once. True when some were marked again meanwhile.
    func flushAll() -> Bool {
        guard !dirty.isEmpty else { return false }
        let marked = dirty
        dirty = []
        for channel in marked { channel.endOfTurn() }
        return !dirty.isEmpty
    }
}
