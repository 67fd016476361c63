// The audience of one loop: which of its connections follow which channel. The channel's home loop (see `ChannelHome`) decides the
// order of publications and sends each turn's run here once; the hub knows the members to write it to. Work per message never
// touches members: a run is noted at its channel, and members are walked once per turn, in the flush.

import ChatProtocol

/// A channel as one loop's connections see it: its name in one wire form.
struct HubChannel {
    let name: ChannelName
    let form: WireForm
    let home: UInt16
    /// Where the home keeps the channel, when the home is this very loop.
    var localNumber: ChannelNumber?
    /// Slots of the connection table.
    var members: [UInt32] = []
    /// What arrived in this turn and is not flushed yet.
    var run = Run()
    /// What members published in this turn, when the home is another loop.
    var outgoing: PublishBatch?
    /// Connections that will be members when the home has answered them.
    var expected = 0
    /// Of the protocol door: what differs between its members.
    var audience: ChatAudience?
}

/// How the hub reaches the homes of its channels: the worker decides whether that is a call or a mail. Publications on channels of
/// this very loop go there straight.
protocol HubRoutes: AnyObject {
    func home(of name: ChannelName) -> UInt16
    /// Returns the channel's number when its home is this loop.
    func subscribe(_ name: ChannelName, _ interest: ChannelInterest, home: UInt16) -> ChannelNumber?
    func unsubscribe(_ name: ChannelName, _ interest: ChannelInterest, home: UInt16)
    func publish(_ batch: PublishBatch, home: UInt16)
}

final class Hub {
    private let worker: UInt16
    /// The home of channels on this very loop.
    private let home: ChannelHome?
    private unowned var routes: (any HubRoutes)?
    private let channels = Slab<HubChannel>()
    private var free: [UInt32] = []
    private var numbers: [Key: UInt32] = [:]
    private var dirty: [UInt32] = []
    private var outgoing: [UInt32] = []

    private struct Key: Hashable {
        let name: ChannelName
        let form: WireForm
        var kind: ChatAudience.Kind?
    }

    /// Members of the protocol door that cannot be served any further, with their channels: told after the flush.
    private var lost: [(slot: UInt32, channel: UInt32, loss: ChatAudience.Loss)] = []

    init(worker: UInt16, home: ChannelHome?) {
        self.worker = worker
        self.home = home
    }

    /// To be called once, before anybody joins.
    func connect(_ routes: any HubRoutes) { self.routes = routes }

    /// The connection in `slot` follows the channel from now on. Returns the channel's number here and the member's place in it.
    func join(_ slot: UInt32, _ name: ChannelName, _ form: WireForm) -> (channel: UInt32, place: UInt32) {
        let number = numbers[Key(name: name, form: form)] ?? open(name, form)
        let place = UInt32(channels[Int(number)].members.count)
        channels[Int(number)].members.append(slot)
        return (number, place)
    }

    /// A subscriber of the protocol door waits for the home's answer: the channel's publications are wanted from now on. Ends with `join` or
    /// `giveUp`.
    func expect(_ name: ChannelName, _ form: WireForm, _ kind: ChatAudience.Kind) -> UInt32 {
        let key = Key(name: name, form: form, kind: kind)
        let number = numbers[key] ?? open(name, form, kind)
        channels[Int(number)].expected += 1
        return number
    }

    /// The home has answered: what it hands out behind `position` is for this member.
    func join(_ slot: UInt32, _ number: UInt32, at position: StreamPosition?, filter: TagFilter?) -> UInt32 {
        let index = Int(number)
        channels[index].expected -= 1
        let isFirst = channels[index].members.isEmpty
        channels[index].audience?.add(slot, at: position, filter: filter, isFirst: isFirst)
        channels[index].members.append(slot)
        return UInt32(channels[index].members.count - 1)
    }

    /// Nobody becomes a member after all.
    func giveUp(_ number: UInt32) {
        channels[Int(number)].expected -= 1
        closeIfUnused(number)
    }

    /// Takes a member out by putting the last one into its place. Returns the slot that moved there, whose place changed.
    func leave(_ number: UInt32, place: UInt32) -> UInt32? {
        channels[Int(number)].audience?.remove(channels[Int(number)].members[Int(place)])
        let last = channels[Int(number)].members.removeLast()
        let count = channels[Int(number)].members.count
        if count == 0 {
            closeIfUnused(number)
            return nil
        }
        guard Int(place) < count else { return nil }
        channels[Int(number)].members[Int(place)] = last
        return last
    }

    func publish(_ publications: borrowing Publications, on number: UInt32, from sender: Sender?) {
        let index = Int(number)
        if let local = channels[index].localNumber {
            home?.publish(publications, on: local, from: sender)
            return
        }
        if channels[index].outgoing == nil {
            channels[index].outgoing = PublishBatch(channel: channels[index].name)
            outgoing.append(number)
        }
        channels[index].outgoing!.append(publications, from: sender)
    }

    /// `isUTF8`: the payload is known to be.
    func publish(_ payload: Span<UInt8>, isUTF8: Bool, on number: UInt32, from sender: Sender?) {
        Publications.one(payload, isUTF8: isUTF8) { publish($0, on: number, from: sender) }
    }

    func name(of number: UInt32) -> ChannelName { channels[Int(number)].name }

    /// A turn's publications of a channel have arrived from its home.
    func receive(_ run: Run, for number: UInt32) {
        guard channels.indices.contains(Int(number)), !channels[Int(number)].members.isEmpty else { return }
        if channels[Int(number)].run.isEmpty { dirty.append(number) }
        channels[Int(number)].run.append(run)
    }

    /// The home has heard that nobody here follows the channel any more: no run for this number is under way, it can serve again.
    func release(_ number: UInt32) {
        free.append(number)
    }

    /// Something waits for the end of a turn.
    var hasWork: Bool { !dirty.isEmpty || !outgoing.isEmpty || !lost.isEmpty }

    /// Hands each run of this turn to `deliver`, once, with the members to write it to. `deliver` must not change the hub.
    func flush(_ deliver: (Run, [UInt32]) -> Void) {
        for number in dirty {
            let run = channels[Int(number)].run
            guard !run.isEmpty else { continue }
            channels[Int(number)].run = Run()
            if channels[Int(number)].audience == nil {
                deliver(run, channels[Int(number)].members)
            } else {
                flushChat(run, number, deliver)
            }
        }
        dirty.removeAll(keepingCapacity: true)
    }

    private func flushChat(_ run: Run, _ number: UInt32, _ deliver: (Run, [UInt32]) -> Void) {
        // Taken out and put back: in place it would be copied.
        guard var audience = channels[Int(number)].audience.take() else { return }
        let members = channels[Int(number)].members
        if let loss = audience.deliver(run, to: members, deliver) {
            for slot in members { lost.append((slot, number, loss)) }
        }
        channels[Int(number)].audience = audience
    }

    /// Who cannot be served any further since the last call.
    func takeLost() -> [(slot: UInt32, channel: UInt32, loss: ChatAudience.Loss)] {
        guard !lost.isEmpty else { return [] }
        defer { lost = [] }
        return lost
    }

    /// Channels of the protocol door with members here, and how many; `prefix` is taken off their names.
    func chatChannels(_ prefix: ChannelName) -> [(name: String, clients: Int)] {
        channels.indices.compactMap { index in
            guard channels[index].audience != nil, !channels[index].members.isEmpty,
                let name = channels[index].name.suffix(behind: prefix)
            else { return nil }
            return (name, channels[index].members.count)
        }
    }

    /// Every `step`th channel from `first` on whose members count on the stream's positions: where the last one stands.
    func positions(from first: Int, every step: Int) -> [(channel: UInt32, name: ChannelName, position: StreamPosition)]
    {
        stride(from: first, to: channels.count, by: step).compactMap { index in
            guard let audience = channels[index].audience, audience.kind.contains(.positioned),
                !channels[index].members.isEmpty
            else { return nil }
            return (UInt32(index), channels[index].name, audience.position)
        }
    }

    /// The stream stood elsewhere than the members of this channel were told: all of them are lost, unless something has come since.
    func losePosition(of number: UInt32, named name: ChannelName, still position: StreamPosition) {
        guard channels.indices.contains(Int(number)), channels[Int(number)].name == name,
            channels[Int(number)].audience?.position == position
        else { return }
        for slot in channels[Int(number)].members { lost.append((slot, number, .position)) }
    }

    /// Sends what members published this turn to the homes on other loops.
    func flushOutgoing() {
        for number in outgoing { sendOutgoing(number) }
        outgoing.removeAll(keepingCapacity: true)
    }

    /// Sends what members of one channel published so far, so that what is posted to its home next stands behind it.
    func sendOutgoing(_ number: UInt32) {
        guard let batch = channels[Int(number)].outgoing else { return }
        channels[Int(number)].outgoing = nil
        routes?.publish(batch, home: channels[Int(number)].home)
    }

    private func open(_ name: ChannelName, _ form: WireForm, _ kind: ChatAudience.Kind? = nil) -> UInt32 {
        let home = routes?.home(of: name) ?? worker
        var channel = HubChannel(name: name, form: form, home: home)
        channel.audience = kind.map { ChatAudience($0, takesDeltas: form.takesDeltas) }
        let number: UInt32
        if let reused = free.popLast() {
            number = reused
            channels[Int(number)] = channel
        } else {
            number = UInt32(channels.count)
            channels.append(channel)
        }
        numbers[Key(name: name, form: form, kind: kind)] = number
        let interest = ChannelInterest(worker: worker, channel: number, form: form)
        channels[Int(number)].localNumber = routes?.subscribe(name, interest, home: home)
        return number
    }

    private func closeIfUnused(_ number: UInt32) {
        if channels[Int(number)].members.isEmpty, channels[Int(number)].expected == 0 { close(number) }
    }

    /// The last member is gone. What it published stands before the farewell; the number rests until the home has answered.
    private func close(_ number: UInt32) {
        sendOutgoing(number)
        let channel = channels[Int(number)]
        numbers[Key(name: channel.name, form: channel.form, kind: channel.audience?.kind)] = nil
        channels[Int(number)] = HubChannel(name: ChannelName([]), form: channel.form, home: channel.home)
        let interest = ChannelInterest(worker: worker, channel: number, form: channel.form)
        routes?.unsubscribe(channel.name, interest, home: channel.home)
    }
}
