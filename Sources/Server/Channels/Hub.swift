// The audience of one loop: which of its connections follow which channel. The channel's home loop (see `ChannelHome`) decides the
// order of publications and sends each turn's run here once; the hub knows the members to write it to. Work per message never
// touches members: a run is noted at its channel, and members are walked once per turn, in the flush.

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
    }

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

    /// Takes a member out by putting the last one into its place. Returns the slot that moved there, whose place changed.
    func leave(_ number: UInt32, place: UInt32) -> UInt32? {
        let last = channels[Int(number)].members.removeLast()
        let count = channels[Int(number)].members.count
        if count == 0 {
            close(number)
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
    var hasWork: Bool { !dirty.isEmpty || !outgoing.isEmpty }

    /// Hands each run of this turn to `deliver`, once, with the members to write it to. `deliver` must not change the hub.
    func flush(_ deliver: (Run, [UInt32]) -> Void) {
        for number in dirty {
            let run = channels[Int(number)].run
            guard !run.isEmpty else { continue }
            channels[Int(number)].run = Run()
            deliver(run, channels[Int(number)].members)
        }
        dirty.removeAll(keepingCapacity: true)
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

    private func open(_ name: ChannelName, _ form: WireForm) -> UInt32 {
        let home = routes?.home(of: name) ?? worker
        let channel = HubChannel(name: name, form: form, home: home)
        let number: UInt32
        if let reused = free.popLast() {
            number = reused
            channels[Int(number)] = channel
        } else {
            number = UInt32(channels.count)
            channels.append(channel)
        }
        numbers[Key(name: name, form: form)] = number
        let interest = ChannelInterest(worker: worker, channel: number, form: form)
        channels[Int(number)].localNumber = routes?.subscribe(name, interest, home: home)
        return number
    }

    /// The last member is gone. What it published stands before the farewell; the number rests until the home has answered.
    private func close(_ number: UInt32) {
        sendOutgoing(number)
        let channel = channels[Int(number)]
        numbers[Key(name: channel.name, form: channel.form)] = nil
        channels[Int(number)] = HubChannel(name: ChannelName([]), form: channel.form, home: channel.home)
        let interest = ChannelInterest(worker: worker, channel: number, form: channel.form)
        routes?.unsubscribe(channel.name, interest, home: channel.home)
    }
}
