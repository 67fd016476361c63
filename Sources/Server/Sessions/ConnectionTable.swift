// The connections of one loop, by slot. Slots are used again; each life of a slot has its own generation, so that an event, a timer or
// a refusal meant for a former connection never reaches the next one (row E8).

import EventLoop

final class ConnectionTable {
    private let slots = Slab<Connection>()
    private var free: [UInt32] = []
    /// Slots in use.
    private(set) var count = 0

    subscript(slot: UInt32) -> Connection {
        // By address, as in Slab. The slab checks the bounds.
        @inline(__always) unsafeAddress { unsafe UnsafePointer(slots.checkedAddress(of: Int(slot))) }
        @inline(__always) unsafeMutableAddress { unsafe slots.checkedAddress(of: Int(slot)) }
    }

    /// A run can be written straight to the socket: nothing of the connection's own stands before it. Asked of the table, for a property
    /// of the connection would be asked of a copy.
    @inline(__always)
    func takesRuns(_ slot: UInt32) -> Bool {
        self[slot].phase == .open && self[slot].backlog == nil && self[slot].output.isEmpty
    }

    /// An empty slot with a generation of its own.
    func allocate() -> UInt32 {
        count += 1
        if let slot = free.popLast() { return slot }
        slots.append(Connection())
        return UInt32(slots.count - 1)
    }

    func release(_ slot: UInt32) {
        let next = slots[Int(slot)].generation &+ 1
        slots[Int(slot)] = Connection()
        slots[Int(slot)].generation = next
        free.append(slot)
        count -= 1
    }

    /// Whether the slot still holds the connection that was given this generation.
    func isCurrent(_ slot: UInt32, _ generation: UInt16) -> Bool {
        Int(slot) < slots.count && slots[Int(slot)].generation == generation && slots[Int(slot)].phase != .free
    }

    func isInUse(_ slot: UInt32) -> Bool { slots[Int(slot)].phase != .free }

    var slotsInUse: [UInt32] {
        slots.indices.filter { slots[$0].phase != .free }.map { UInt32($0) }
    }
}
