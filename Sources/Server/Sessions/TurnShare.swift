// How much of a turn one connection and all together may use (row E7). What counts is what came of the bytes, not how many were
// received: 86 bytes of permessage-deflate can be a message of 64 KiB (row W4), and a short message travels under its sender's name.
// Who has used up its share, or comes when the turn is full, waits in line for the next turns.

import EventLoop

struct TurnShare {
    /// Message bytes of one connection and turn.
    static let ofConnection = 64 << 10
    /// Message bytes of all connections of a loop and turn. Also what a channel's run grows to, but for what other loops and Redis bring,
    /// so it stands well below the `--max-queue-bytes` of a reader.
    static let ofLoop = 256 << 10

    /// What was used of the turn.
    private(set) var used = 0
    /// Who waits for a turn, the first first. Each connection stands here at most once.
    private var line: [Token] = []

    var isUsedUp: Bool { used >= TurnShare.ofLoop }
    var left: Int { max(0, TurnShare.ofLoop - used) }
    var hasLine: Bool { !line.isEmpty }

    mutating func use(_ bytes: Int) { used += bytes }

    mutating func wait(_ token: Token) { line.append(token) }

    /// A new turn begins. Returns who waits.
    mutating func renew() -> [Token] {
        used = 0
        let waiting = line
        line = []
        return waiting
    }

    /// Those for whom there was nothing left stand before who came since.
    mutating func waitFirst(_ tokens: ArraySlice<Token>) { line.insert(contentsOf: tokens, at: 0) }
}

/// Received bytes that wait for their connection's next turn.
final class UnreadBytes {
    private(set) var bytes: [UInt8]

    init(_ bytes: Span<UInt8>) {
        self.bytes = []
        self.bytes.append(copying: bytes)
    }

    /// Takes the bytes out.
    func take() -> [UInt8] {
        let taken = bytes
        bytes = []
        return taken
    }
}
