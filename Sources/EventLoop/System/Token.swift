// Who an event or a timer is for. Eight bytes: they travel as the data of epoll and in the entries of the timer queue.

/// Names one connection of one source, in one of its lives.
package struct Token: Hashable, Sendable {
    /// The place in the source's table.
    package var slot: UInt32
    /// Which life of that place is meant. Descriptors and slots are used again, even within one turn: the source compares
    /// this with what lives there now and drops what is stale (row E8).
    package var generation: UInt16
    /// The number `EventLoop.add(source:)` gave.
    package var source: UInt16

    package init(slot: UInt32, generation: UInt16, source: UInt16) {
        self.slot = slot
        self.generation = generation
        self.source = source
    }
}
