// Whether a subscriber that comes back gets all it missed (client protocol, recovery).

import ChatProtocol

/// What the reply to a subscriber says that asked for recovery.
struct Recovery: Equatable, Sendable {
    let isRecovered: Bool
    /// What it missed, oldest first; nothing when it is not recovered.
    let publications: [Stream.Entry]
    /// Recovered: the subscriber's own offset, from which it counts on while it replays. Else the top.
    let offset: UInt64

    /// `missed`: the entries after the client's offset, read together with `top`.
    static func ofStream(from client: StreamPosition, missed: [Stream.Entry], top: StreamPosition) -> Recovery {
        let isSameEpoch = client.epoch.isEmpty || client.epoch == top.epoch
        let isWhole =
            if let first = missed.first, let last = missed.last {
                first.offset == client.offset &+ 1 && last.offset == top.offset
            } else {
                client.offset == top.offset
            }
        guard isSameEpoch && isWhole else { return Recovery(isRecovered: false, publications: [], offset: top.offset) }
        return Recovery(isRecovered: true, publications: missed, offset: client.offset)
    }

    /// Only the newest publication counts: `newest` is the last entry kept.
    static func ofCache(from client: StreamPosition, newest: Stream.Entry?, top: StreamPosition) -> Recovery {
        let hasIt = client == top && top.offset > 0
        if let newest, newest.offset == top.offset {
            return Recovery(
                isRecovered: true, publications: hasIt ? [] : [newest], offset: hasIt ? client.offset : top.offset - 1)
        }
        return Recovery(isRecovered: hasIt, publications: [], offset: top.offset)
    }
}
