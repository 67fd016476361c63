// Which channels, patterns and shard channels are wanted, and which the server has confirmed: two sets, reconciled until they
// agree (row P5); below, "channel" stands for all three. Wishes may
// come in any order and as often as they like; only the difference to what was last sent becomes a command. Answers come in
// the order of the commands, so a channel is confirmed exactly when it is wanted, the last command sent for it was SUBSCRIBE,
// and nothing sent for it is unanswered: an old confirmation can never pass for a new one.
//
// A SUBSCRIBE of n channels is answered by n confirmations or by one error for all of them (row R4). After an error of a
// batch each of its channels is asked for alone; a channel refused alone stays refused until `retryRefused`. A shard channel
// whose slot moves is taken away by the server unasked; it stays away in the same manner, for this server no longer has it.

/// The wishes of one connection and of those after it. Costs one entry for each channel; a turn without changes costs
/// nothing.
package struct Subscriptions {
    /// What became of a wish.
    package enum Event: Equatable {
        /// Publications of the channel arrive from here on.
        case confirmed(Subscription)
        /// The server will not let us: no permission, mostly.
        case refused(Subscription, ServerError)
        /// The server ended it by itself: a shard channel's slot has moved to another node. Counts as refused from then on.
        case withdrawn(Subscription)
        /// Every channel wanted when the connection was greeted is confirmed or refused.
        case settled
    }

    /// What a command says to the server.
    struct Batch: Equatable {
        var isSubscribe: Bool
        /// All of one kind.
        var kind: Subscription.Kind
        var names: [[UInt8]]
    }

    private struct Channel {
        var isWanted: Bool
        /// Counts the wishes: what was wanted first is asked for first.
        var wish: UInt64 = 0
        /// The last command sent on this connection was SUBSCRIBE.
        var isRequested = false
        /// Commands sent on this connection whose confirmation is missing.
        var unanswered = 0
        /// A batch it was in was refused: ask for it alone.
        var isAlone = false
        var isRefused = false
        /// Wanted when the connection was greeted, and neither confirmed nor refused since.
        var holdsGate = false
        /// It was told `confirmed` for the wish as it stands.
        var isTold = false
        /// It stands in `changed`.
        var isListed = false

        var isConfirmed: Bool { isWanted && isRequested && unanswered == 0 }
    }

    /// Channels in one SUBSCRIBE, and in unanswered ones together: what a reconnect may put in front of the server at once.
    static let batchChannelsMax = 256
    static let unansweredChannelsMax = 1024

    private var channels: [Subscription: Channel] = [:]
    private var wishes: UInt64 = 0
    /// Channels whose wish and request may differ, in the order of the wishes.
    private var changed: [Subscription] = []
    /// Commands sent and not answered, oldest first; the names still to be confirmed of the first one.
    private var batches: [Batch] = []
    private var confirmedOfFirst = 0
    private var unansweredChannels = 0
    private var gateHolders = 0
    private var isConnected = false
    private var events: [Event] = []

    /// Channels wanted.
    package private(set) var wantedCount = 0
    /// Channels the server refused, and what it said last.
    package private(set) var refusedCount = 0

    /// A wish was not yet told to the server, or an event waits.
    var hasChanges: Bool {
        isConnected && (!changed.isEmpty && unansweredChannels < Subscriptions.unansweredChannelsMax || !events.isEmpty)
    }

    /// No wishes, and no connection.
    package init() {}

    /// Whether the server has said on this connection that publications under this name come.
    package func isConfirmed(_ name: Subscription) -> Bool { isConnected && channels[name]?.isConfirmed == true }

    /// Wanted from now on, over every reconnect. Twice is once.
    package mutating func want(_ name: Subscription) {
        var channel = channels[name] ?? Channel(isWanted: false)
        guard !channel.isWanted else { return }
        wishes += 1
        channel.wish = wishes
        channel.isWanted = true
        channel.isTold = false
        wantedCount += 1
        if isConnected { list(&channel, name) }
        channels[name] = channel
    }

    /// Not wanted any more; nothing happens to a name that was not.
    package mutating func drop(_ name: Subscription) {
        guard var channel = channels[name], channel.isWanted else { return }
        wantedCount -= 1
        guard isConnected else {
            channels[name] = nil
            return
        }
        channel.isWanted = false
        channel.isTold = false
        if channel.isRefused {
            channel.isRefused = false
            refusedCount -= 1
        }
        releaseGate(&channel)
        list(&channel, name)
        channels[name] = channel
    }

    /// Asks again for what was refused: permissions change.
    package mutating func retryRefused() {
        guard refusedCount > 0 else { return }
        let refused = channels.filter { $0.value.isRefused }.sorted { $0.value.wish < $1.value.wish }
        for (name, var channel) in refused {
            channel.isRefused = false
            list(&channel, name)
            channels[name] = channel
        }
        refusedCount = 0
    }

    // MARK: Connection

    /// The connection was greeted: everything wanted is asked for anew.
    mutating func connected() {
        disconnected()
        isConnected = true
        for (name, var channel) in channels.sorted(by: { $0.value.wish < $1.value.wish }) {
            channel.holdsGate = true
            gateHolders += 1
            list(&channel, name)
            channels[name] = channel
        }
        if gateHolders == 0 { events.append(.settled) }
    }

    /// The connection is gone, and with it every subscription.
    mutating func disconnected() {
        forgetConnection()
        isConnected = false
        events = []
        changed = []
        channels = channels.filter { $0.value.isWanted }
    }

    private mutating func forgetConnection() {
        batches = []
        confirmedOfFirst = 0
        unansweredChannels = 0
        gateHolders = 0
        refusedCount = 0
        for name in channels.keys {
            channels[name]?.isRequested = false
            channels[name]?.unanswered = 0
            channels[name]?.isAlone = false
            channels[name]?.isRefused = false
            channels[name]?.holdsGate = false
            channels[name]?.isTold = false
            channels[name]?.isListed = false
        }
    }

    /// The commands that bring the server closer to what is wanted; empty when nothing is to be said now.
    mutating func takeBatches() -> [Batch] {
        guard isConnected, !changed.isEmpty else { return [] }
        var taken: [Batch] = []
        var index = 0
        while index < changed.count, unansweredChannels < Subscriptions.unansweredChannelsMax {
            let name = changed[index]
            index += 1
            guard var channel = channels[name] else { continue }
            channel.isListed = false
            if channel.isWanted == channel.isRequested || channel.isRefused {
                // A wish taken back and renewed before anything was sent: the server already does as we want.
                tellIfConfirmed(&channel, name)
                channels[name] = channel.isWanted || channel.unanswered > 0 ? channel : nil
                continue
            }
            channel.isRequested = channel.isWanted
            channel.unanswered += 1
            unansweredChannels += 1
            if !channel.isAlone, mayJoin(taken, name, isSubscribe: channel.isWanted) {
                taken[taken.count - 1].names.append(name.name)
            } else {
                taken.append(Batch(isSubscribe: channel.isWanted, kind: name.kind, names: [name.name]))
            }
            channels[name] = channel
        }
        changed.removeFirst(index)
        batches += taken
        return taken
    }

    /// True when the last of the batches may name one more.
    private func mayJoin(_ taken: [Batch], _ name: Subscription, isSubscribe: Bool) -> Bool {
        guard let last = taken.last, last.isSubscribe == isSubscribe, last.kind == name.kind,
            last.names.count < last.kind.namesPerCommandMax
        else { return false }
        return channels[Subscription(last.kind, last.names[0])]?.isAlone != true
    }

    // MARK: Answers

    /// The server confirmed one channel of the oldest unanswered command. False when it is not the one that must come.
    mutating func confirm(isSubscribe: Bool, _ name: Subscription) -> Bool {
        guard isNext(isSubscribe: isSubscribe, name), let batch = batches.first else { return false }
        confirmedOfFirst += 1
        if confirmedOfFirst == batch.names.count {
            batches.removeFirst()
            confirmedOfFirst = 0
        }
        answered(name) { _ in }
        return true
    }

    /// True when this is the confirmation that must come next.
    func isNext(isSubscribe: Bool, _ name: Subscription) -> Bool {
        guard let batch = batches.first, batch.isSubscribe == isSubscribe, batch.kind == name.kind else { return false }
        return batch.names[confirmedOfFirst] == name.name
    }

    /// The oldest unanswered command speaks of shard channels.
    var isShardChannelNext: Bool { batches.first?.kind == .shardChannel }

    /// The server ended a subscription without being asked. What it says about one that we gave up, or asked for anew
    /// meanwhile, changes nothing: the answer to that command is still to come.
    mutating func withdraw(_ name: Subscription) {
        guard var channel = channels[name], channel.isConfirmed else { return }
        channel.isRequested = false
        channel.isRefused = true
        channel.isTold = false
        refusedCount += 1
        channels[name] = channel
        events.append(.withdrawn(name))
    }

    /// The oldest unanswered command was answered with an error. False when there is none, or it was half confirmed.
    mutating func refuse(_ error: ServerError) -> Bool {
        guard let batch = batches.first, confirmedOfFirst == 0 else { return false }
        batches.removeFirst()
        let isAlone = batch.names.count == 1
        for name in batch.names.map({ Subscription(batch.kind, $0) }) {
            answered(name) { channel in
                // What was last sent for it may already be something else; only if not, the server does not have it.
                guard batch.isSubscribe, channel.unanswered == 0, channel.isRequested else { return }
                channel.isRequested = false
                channel.isAlone = true
                guard channel.isWanted, isAlone else { return }
                channel.isRefused = true
            }
            guard let channel = channels[name], batch.isSubscribe, channel.isWanted, !channel.isRequested else {
                continue
            }
            if channel.isRefused {
                refusedCount += 1
                events.append(.refused(name, error))
                channels[name]?.holdsGate = false
                if channel.holdsGate { gateReleased() }
            } else {
                var again = channel
                list(&again, name)
                channels[name] = again
            }
        }
        return true
    }

    private mutating func answered(_ name: Subscription, _ change: (inout Channel) -> Void) {
        unansweredChannels -= 1
        guard var channel = channels[name] else { return }
        channel.unanswered -= 1
        change(&channel)
        tellIfConfirmed(&channel, name)
        let isDone = !channel.isWanted && !channel.isRequested && channel.unanswered == 0 && !channel.isListed
        channels[name] = isDone ? nil : channel
    }

    private mutating func tellIfConfirmed(_ channel: inout Channel, _ name: Subscription) {
        guard channel.isConfirmed, !channel.isTold else { return }
        channel.isTold = true
        channel.isAlone = false
        events.append(.confirmed(name))
        releaseGate(&channel)
    }

    private mutating func releaseGate(_ channel: inout Channel) {
        guard channel.holdsGate else { return }
        channel.holdsGate = false
        gateReleased()
    }

    private mutating func gateReleased() {
        gateHolders -= 1
        if gateHolders == 0, isConnected { events.append(.settled) }
    }

    private mutating func list(_ channel: inout Channel, _ name: Subscription) {
        guard !channel.isListed else { return }
        channel.isListed = true
        changed.append(name)
    }

    /// What happened since the last call, oldest first.
    mutating func takeEvents() -> [Event] {
        guard !events.isEmpty else { return [] }
        let taken = events
        events = []
        return taken
    }
}
