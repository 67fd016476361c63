// What is on its way from the loops of senders to the homes of their channels. A home that compresses is slower than a loop that reads:
// without an end to this its mailbox would grow as long as somebody sends (row W6 seen from inside).

import Synchronization

final class Crossing: Sendable {
    /// Bytes of publications under way between the loops of a node; with more, the loops leave their sockets unread.
    static let bytesMax = 4 << 20

    private let bytes = Atomic<Int>(0)

    var isFull: Bool { bytes.load(ordering: .relaxed) >= Crossing.bytesMax }

    /// A batch leaves its sender's loop.
    func begin(_ count: Int) { bytes.add(count, ordering: .relaxed) }

    /// The home has published it.
    func end(_ count: Int) { bytes.subtract(count, ordering: .relaxed) }
}
