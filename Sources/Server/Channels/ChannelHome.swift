// The home of channels: the one loop on which a channel's publications have one order. It owns the subscription at the broker,
// encodes each publication once per wire form, and sends each interested loop one run per turn.

import WSProtocol

/// One channel at its home.
struct HomeChannel {
    /// Empty: the place is free.
    var name = ChannelName([])
    var interests: [ChannelInterest] = []
    /// The forms somebody wants, by window: forms that share a compressed payload stand side by side.
    var forms: [HomeForm] = []
    var isDirty = false
    /// Stays subscribed without an audience, so that its first client waits for nothing.
    var isPinned = false
}

extension HomeChannel {
    /// Encodes publications that are UTF-8 once for each form.
    mutating func append(_ publications: borrowing Publications, _ deflaters: Deflaters) {
        guard !compresses else {
            publications.forEach { _ = append($0, isText: true, deflaters) }
            return
        }
        for place in forms.indices { forms[place].append(publications) }
    }

    /// Forms without compression stand first.
    private var compresses: Bool { forms[forms.count - 1].form.windowBits > 0 }

    /// Encodes a publication once for each form. False when there is a form that cannot carry it.
    mutating func append(_ payload: Span<UInt8>, isText: Bool, _ deflaters: Deflaters) -> Bool {
        var fitsAll = true
        if compresses { deflaters.beginMessage() }
        for place in forms.indices {
            if isText || forms[place].form.payload == .bytes {
                forms[place].append(isText ? .text : .binary, payload, deflaters)
            } else {
                fitsAll = false
            }
        }
        return fitsAll
    }

    mutating func want(_ form: WireForm) {
        if let place = forms.firstIndex(where: { $0.form == form }) {
            forms[place].wanted += 1
        } else {
            let place = forms.firstIndex { $0.form.windowBits > form.windowBits } ?? forms.endIndex
            forms.insert(HomeForm(form: form, wanted: 1), at: place)
        }
    }

    mutating func release(_ form: WireForm) {
        guard let place = forms.firstIndex(where: { $0.form == form }) else { return }
        forms[place].wanted -= 1
        // Publications of this turn had readers when they came; those have gone.
        if forms[place].wanted == 0 { forms.remove(at: place) }
    }
}

/// A form that somebody wants.
struct HomeForm {
    let form: WireForm
    /// How many interests there are.
    var wanted = 0
    /// This turn's publications.
    var run = Run()
    /// A little more than the run before had: the next one begins with as much room.
    private var roomBytes = 0

    init(form: WireForm, wanted: Int) {
        self.form = form
        self.wanted = wanted
    }

    /// Of a form that does not compress.
    mutating func append(_ publications: borrowing Publications) {
        begin(publications.places.count)
        FrameEncoder.append(
            .text, payloads: publications.places, of: publications.bytes, behind: publications.beginning,
            to: &run.frames)
    }

    private mutating func begin(_ messages: Int) {
        if run.isEmpty { run.frames.reserveCapacity(roomBytes) }
        run.messages += messages
    }

    mutating func append(_ opcode: Opcode, _ payload: Span<UInt8>, _ deflaters: Deflaters) {
        begin(1)
        if form.windowBits == 0 {
            FrameEncoder.append(opcode, payload: payload, to: &run.frames)
        } else {
            deflaters.append(opcode, payload, windowBits: form.windowBits, to: &run.frames)
        }
    }

    mutating func takeRun() -> Run {
        roomBytes = run.frames.count + run.frames.count / 8
        defer { run = Run() }
        return run
    }
}

final class ChannelHome: BrokerEvents {
    let broker: any Broker
    /// A sender's publication failed: its connection is to be closed.
    var onRefused: (Sender, PublishFailure) -> Void = { _, _ in }
    private let metrics: WorkerMetrics
    private let log: Log
    private let deflaters: Deflaters
    private let channels = Slab<HomeChannel>()
    private var free: [ChannelNumber] = []
    private var numbers: [ChannelName: ChannelNumber] = [:]
    private var dirty: [ChannelNumber] = []

    init(broker: any Broker, metrics: WorkerMetrics, log: Log, deflaters: Deflaters) {
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
        numbers[name] = number
        broker.subscribe(number, named: name)
        return number
    }
}

// MARK: - What the broker brings

extension ChannelHome {
    func received(_ payload: Span<UInt8>, on number: ChannelNumber) {
        let index = Int(number)
        guard isWanted(index) else { return }
        if !channels[index].append(payload, isText: UTF8Validator.isValid(payload), deflaters) { tellDropped(index) }
        noteRun(number)
    }

    private func isWanted(_ index: Int) -> Bool { index < channels.count && !channels[index].forms.isEmpty }

    /// The channel has a run to be sent at the end of the turn.
    private func noteRun(_ number: ChannelNumber) {
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

    /// Nothing waits for it here: while it is missing the broker itself says that it is not ready. Tests of brokers do wait.
    func subscriptionConfirmed(_ channel: ChannelNumber) {}

    func refused(_ sender: Sender, _ failure: PublishFailure) { onRefused(sender, failure) }

    private func printable(_ index: Int) -> String {
        Printable.text(channels[index].name.description, atMost: 80)
    }
}
