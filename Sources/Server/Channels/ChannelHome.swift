// The home of channels: the one loop on which a channel's publications have one order. It owns the subscription at the broker,
// encodes each publication once per wire form, and sends each interested loop one run per turn.

import WSProtocol

final class ChannelHome: BrokerEvents {
    let broker: any Broker
    /// A sender's publication failed: its connection is to be closed.
    var onRefused: (Sender, PublishFailure) -> Void = { _, _ in }
    /// What became of a publication with a receipt; nil: the broker has it.
    var onReceipt: (UInt32, PublishFailure?) -> Void = { _, _ in }
    let metrics: WorkerMetrics
    private let log: Log
    let deflaters: Deflaters
    let channels = Slab<HomeChannel>()
    private var free: [ChannelNumber] = []
    private(set) var numbers: [ChannelName: ChannelNumber] = [:]
    private var dirty: [ChannelNumber] = []
    /// Channels whose names begin so are the protocol door's.
    private let chatPrefix: ChannelName
    /// Who waits for a subscription to be confirmed.
    var waiting: [ChannelNumber: [(Bool) -> Void]] = [:]
    /// Since when somebody has.
    var waitingSeconds = 0

    init(broker: any Broker, chatPrefix: ChannelName, metrics: WorkerMetrics, log: Log, deflaters: Deflaters) {
        self.chatPrefix = chatPrefix
        self.deflaters = deflaters
        self.broker = broker
        self.metrics = metrics
        self.log = log
        broker.events = self
    }

    /// Keeps the channel subscribed from the start on.
    func pin(_ name: ChannelName) {
        let number = self.number(of: name)
        channels[Int(number)].isPinned = true
    }

    /// The node itself hears what is published on the channel, from the start on.
    func listen(to name: ChannelName, _ hear: @escaping ([UInt8]) -> Void) {
        pin(name)
        channels[Int(number(of: name))].listener = hear
    }

    func add(_ interest: ChannelInterest, to name: ChannelName) -> ChannelNumber {
        let number = self.number(of: name)
        channels[Int(number)].interests.append(interest)
        channels[Int(number)].want(interest.form)
        return number
    }

    func remove(_ interest: ChannelInterest, from name: ChannelName) {
        guard let number = numbers[name],
            let place = channels[Int(number)].interests.firstIndex(of: interest)
        else { return }
        channels[Int(number)].interests.remove(at: place)
        channels[Int(number)].release(interest.form)
        guard channels[Int(number)].interests.isEmpty, !channels[Int(number)].isPinned else { return }
        broker.unsubscribe(number, named: name)
        numbers[name] = nil
        channels[Int(number)] = HomeChannel()
        free.append(number)
        giveUpWaiting(number)
    }

    func publish(_ publications: borrowing Publications, on number: ChannelNumber, from sender: Sender?) {
        guard broker.publish(publications, on: number, from: sender) == .inOrder else { return }
        if publications.areUTF8 {
            let index = Int(number)
            guard isWanted(index) else { return }
            channels[index].append(publications, deflaters)
            noteRun(number)
        } else {
            publications.forEach { received($0, on: number) }
        }
    }

    /// From another loop, by name: that loop may have left the channel since, then it has no number any more.
    func publish(_ batch: PublishBatch) {
        if let number = numbers[batch.channel] {
            batch.forEach { publish($0, on: number, from: $1) }
        } else {
            batch.forEach { publications, sender in
                publications.forEach { broker.publish($0, named: batch.channel, from: sender) }
            }
        }
    }

    /// Sends every run of this turn to the loops that want it.
    func flush(_ send: (ChannelInterest, Run) -> Void) {
        for number in dirty {
            channels[Int(number)].isDirty = false
            for place in channels[Int(number)].forms.indices {
                let form = channels[Int(number)].forms[place].form
                let run = channels[Int(number)].forms[place].takeRun()
                guard !run.isEmpty else { continue }
                for interest in channels[Int(number)].interests where interest.form == form { send(interest, run) }
            }
        }
        dirty.removeAll(keepingCapacity: true)
    }

    var hasRuns: Bool { !dirty.isEmpty }

    private func number(of name: ChannelName) -> ChannelNumber {
        if let number = numbers[name] { return number }
        let number: ChannelNumber
        if let reused = free.popLast() {
            number = reused
        } else {
            number = ChannelNumber(channels.count)
            channels.append(HomeChannel())
        }
        channels[Int(number)].name = name
        if let rest = name.suffix(behind: chatPrefix) { channels[Int(number)].chat = ChatChannel(name: rest) }
        numbers[name] = number
        broker.subscribe(number, named: name)
        return number
    }
}

// MARK: - What the broker brings

extension ChannelHome {
    func received(_ payload: Span<UInt8>, on number: ChannelNumber) {
        let index = Int(number)
        guard isWanted(index) else { return heard(payload, on: number) }
        guard channels[index].chat == nil else { return receivedChat(payload, on: number) }
        if !channels[index].append(payload, isText: UTF8Validator.isValid(payload), deflaters) { tellDropped(index) }
        noteRun(number)
    }

    private func heard(_ payload: Span<UInt8>, on number: ChannelNumber) {
        guard Int(number) < channels.count, let listener = channels[Int(number)].listener else { return }
        var bytes: [UInt8] = []
        bytes.append(copying: payload)
        listener(bytes)
    }

    func isWanted(_ index: Int) -> Bool { index < channels.count && !channels[index].forms.isEmpty }

    /// The channel has a run to be sent at the end of the turn.
    func noteRun(_ number: ChannelNumber) {
        guard !channels[Int(number)].isDirty else { return }
        channels[Int(number)].isDirty = true
        dirty.append(number)
    }

    /// RFC 6455 §8.1 — a text message is UTF-8: such a publication cannot travel through the plain door.
    private func tellDropped(_ index: Int) {
        metrics.droppedNotText.add()
        log.write(
            .warning, "dropped", atMost: 1,
            "a publication on \(printable(index)) is not UTF-8; the plain door cannot carry it")
    }

    func subscriptionConfirmed(_ channel: ChannelNumber) {
        // The memory broker confirms while the channel is being made.
        guard Int(channel) < channels.count else { return }
        channels[Int(channel)].isConfirmed = true
        guard let list = waiting.removeValue(forKey: channel) else { return }
        for resume in list { resume(true) }
    }

    func subscriptionsLost() {
        for index in channels.indices { channels[index].isConfirmed = false }
    }

    func published(_ receipt: Sender) { onReceipt(receipt.slot, nil) }

    func refused(_ sender: Sender, _ failure: PublishFailure) {
        guard sender.isReceipt else { return onRefused(sender, failure) }
        onReceipt(sender.slot, failure)
        broker.forget(sender)
    }

    private func printable(_ index: Int) -> String {
        Printable.text(channels[index].name.description, atMost: 80)
    }
}
