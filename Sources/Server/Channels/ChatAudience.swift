// The members of a channel of the protocol door on one loop, as far as they are not alike. Most are: whoever has received everything so far is
// given each turn's run as it is, with one look at its offsets for all of them. Only newcomers and those with a filter cost a look of their own.

import ChatProtocol

struct ChatAudience {
    /// Members of different kinds are different channels of the hub, so that what is said of one is true of all.
    struct Kind: OptionSet, Hashable {
        let rawValue: UInt8
        /// They count on getting everything, in order, or hearing that they did not.
        static let positioned = Kind(rawValue: 1)
        /// They want some publications only.
        static let filtered = Kind(rawValue: 2)
    }

    /// Why members cannot be served any further.
    enum Loss: Equatable {
        /// Something is missing between what they have and what comes.
        case position
        /// A publication is not JSON, and they speak nothing else.
        case notJSON
    }

    let kind: Kind
    private let takesDeltas: Bool
    /// What members that are no newcomers have received.
    private(set) var position = StreamPosition()
    private var newcomers: [UInt32: Newcomer] = [:]
    private var filters: [UInt32: TagFilter] = [:]

    private struct Newcomer {
        /// It has everything up to here.
        let offset: UInt64
    }

    init(_ kind: Kind, takesDeltas: Bool) {
        self.kind = kind
        self.takesDeltas = takesDeltas
    }

    /// `position`: the stream's when the home answered; nil without one.
    mutating func add(_ slot: UInt32, at position: StreamPosition?, filter: TagFilter?, isFirst: Bool) {
        if let position, isFirst { self.position = position }
        // Also where positions mean nothing a first publication must not be a difference to one that the member does not have.
        if kind.contains(.positioned) || takesDeltas { newcomers[slot] = Newcomer(offset: position?.offset ?? 0) }
        filters[slot] = filter
    }

    mutating func remove(_ slot: UInt32) {
        newcomers[slot] = nil
        filters[slot] = nil
    }

    /// Returns why the members are lost; then nothing was delivered.
    mutating func deliver(_ run: Run, to members: [UInt32], _ deliver: (Run, [UInt32]) -> Void) -> Loss? {
        if kind.contains(.positioned), !follow(run) { return .position }
        if run.lacksPublication { return .notJSON }
        // Joins and leaves are for all alike.
        guard run.hasPublications, !newcomers.isEmpty || kind.contains(.filtered) else {
            deliver(run, members)
            return nil
        }
        deliver(run, members.filter { newcomers[$0] == nil && filters[$0] == nil })
        for slot in members where newcomers[slot] != nil || filters[slot] != nil { deliverOne(run, slot, deliver) }
        return nil
    }

    private mutating func deliverOne(_ run: Run, _ slot: UInt32, _ deliver: (Run, [UInt32]) -> Void) {
        let newcomer = newcomers[slot]
        let filter = filters[slot]
        let isPositioned = kind.contains(.positioned)
        let own = run.only(inFull: newcomer != nil) { part in
            if isPositioned, let newcomer, part.offset > 0, part.offset <= newcomer.offset { return false }
            return !part.isPublication || filter?.accepts(part.tags) ?? true
        }
        if !own.isEmpty { deliver(own, [slot]) }
        // Whoever had all of this run before still has no publication that the next difference may refer to.
        if run.parts.contains(where: { $0.isPublication && (!isPositioned || $0.offset > newcomer?.offset ?? 0) }) {
            newcomers[slot] = nil
        }
    }

    /// Moves on to the end of the run. False when it does not continue what was there before.
    private mutating func follow(_ run: Run) -> Bool {
        guard let (first, last) = run.offsets else { return true }
        if !position.epoch.isEmpty || position.offset > 0 {
            guard run.epoch == position.epoch, first <= position.offset + 1 else { return false }
        }
        position = StreamPosition(offset: max(last, position.offset), epoch: run.epoch)
        return true
    }
}
