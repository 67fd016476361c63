// Who sent a publication: the address of one connection within the node. Eight bytes, so that every queued publication can
// carry it and a refusal finds its way back.

/// One connection of this node: the worker that owns it, its slot there, and the slot's generation.
package struct Sender: Hashable, Sendable {
    package let worker: UInt16
    package let generation: UInt16
    package let slot: UInt32

    /// Not a connection but one publication whose fate somebody waits for: `slot` is its number. Its success is told, too.
    static func receipt(_ number: UInt32) -> Sender { Sender(worker: .max, slot: number, generation: 0) }
    var isReceipt: Bool { worker == .max }

    package init(worker: UInt16, slot: UInt32, generation: UInt16) {
        self.worker = worker
        self.slot = slot
        self.generation = generation
    }
}
