// The channels this node subscribes to, and whether publications on each may leave yet. A publication in the queue remembers
// the generation of its channel's subscription, not only its number: numbers are used anew, and what waited for a channel that
// was left meanwhile waits no longer.

struct ChannelGates {
    enum Gate {
        /// Its subscription is on its way.
        case waiting
        case open
        /// Redis will not let us subscribe.
        case refused
    }

    struct Channel {
        let name: ChannelName
        let generation: UInt32
        fileprivate(set) var gate = Gate.waiting
        /// Its entries in the queue.
        fileprivate var queued = 0
    }

    private var channels: [Channel?] = []
    private var generations: UInt32 = 0
    private(set) var openCount = 0
    /// The channels the node itself subscribes to before it starts: without them it serves nobody, whatever else is open.
    private var own: [(number: ChannelNumber, name: ChannelName)] = []
    /// Entries of the queue that wait for their channel's subscription.
    private(set) var blockedEntries = 0

    /// What is subscribed so far is the node's own.
    mutating func keepAsOwn() {
        own = channels.enumerated().compactMap { number, channel in channel.map { (ChannelNumber(number), $0.name) } }
    }

    var ownChannelsAreOpen: Bool {
        own.isEmpty ? openCount > 0 : own.allSatisfy { channel($0.number, $0.name)?.gate == .open }
    }

    mutating func add(_ number: ChannelNumber, _ name: ChannelName) {
        generations += 1
        while channels.count <= Int(number) { channels.append(nil) }
        precondition(channels[Int(number)] == nil, "a channel's number is in use until it is unsubscribed")
        channels[Int(number)] = Channel(name: name, generation: generations)
    }

    /// What waits for the channel waits no longer. False when it is not here.
    mutating func remove(_ number: ChannelNumber, _ name: ChannelName) -> Bool {
        guard channel(number, name) != nil else { return false }
        set(number, .open)
        openCount -= 1
        channels[Int(number)] = nil
        return true
    }

    func channel(_ number: ChannelNumber) -> Channel? {
        Int(number) < channels.count ? channels[Int(number)] : nil
    }

    func channel(_ number: ChannelNumber, _ name: ChannelName) -> Channel? {
        guard let channel = channel(number), channel.name == name else { return nil }
        return channel
    }

    /// The channel whose subscription an entry may have to wait for.
    func channel(of entry: PublishQueue.Entry) -> Channel? {
        guard entry.generation != 0, Int(entry.channel) < channels.count, let channel = channels[Int(entry.channel)],
            channel.generation == entry.generation
        else { return nil }
        return channel
    }

    mutating func set(_ number: ChannelNumber, _ gate: Gate) {
        guard let old = channels[Int(number)], old.gate != gate else { return }
        if old.gate == .waiting { blockedEntries -= old.queued }
        if gate == .waiting { blockedEntries += old.queued }
        if old.gate == .open { openCount -= 1 }
        if gate == .open { openCount += 1 }
        channels[Int(number)]!.gate = gate
    }

    /// The Pub/Sub link is gone: every subscription is on its way again.
    mutating func closeAll() {
        for number in channels.indices where channels[number] != nil { set(ChannelNumber(number), .waiting) }
    }

    mutating func entered(_ entry: PublishQueue.Entry) { count(entry, 1) }
    mutating func left(_ entry: PublishQueue.Entry) { count(entry, -1) }

    private mutating func count(_ entry: PublishQueue.Entry, _ change: Int) {
        guard let channel = channel(of: entry) else { return }
        channels[Int(entry.channel)]!.queued += change
        if channel.gate == .waiting { blockedEntries += change }
    }
}
