// Redis as the broker: two connections, one for PUBLISH and its answers, one for subscriptions. What a client is promised here
// is the ladder, from the top:
//
// 1. The gate. Nothing is published while this node would not hear it: after a connect until every subscription is confirmed,
//    and on a working link for the channels whose subscription is still on its way (others flow).
// 2. Up to N bytes are in flight: sent, and not answered.
// 3. Above that, and without a link, publications wait in the node's queue (`PublishQueue`): bounded in bytes and time.
// 4. Above that they are refused, certainly not published: `queueFull`, `expired`, or `rejected` by an error of Redis.
// 5. A publication whose link died first is `unknown`: never sent again (row R9). So is one that was answered but whose push
//    this node cannot prove to have read (`PublishLedger`).
//
// A sender told any of the last two hears nothing more of its publications: they are discarded until `forget`, so what is
// delivered of it is an unbroken beginning of what it sent. (What was already in flight behind a publication that Redis
// answered with an error may still be delivered.)
//
// The two links live and die apart: losing the command link must not cost the pushes of others. Redis never sees a publication
// twice, whatever happens.
package import EventLoop
package import RESP
package import RedisLink

package final class RedisBroker: Broker {
    private enum Gate {
        /// Its subscription is on its way.
        case waiting
        case open
        /// Redis will not let us subscribe.
        case refused
    }

    private struct Channel {
        let name: ChannelName
        let generation: UInt32
        var gate = Gate.waiting
        /// Its entries in the queue.
        var queued = 0
    }

    package weak var events: (any BrokerEvents)?
    package let status: BrokerStatus

    private let loop: EventLoop
    private let configuration: RedisBrokerConfiguration
    private let log: (String) -> Void
    private let random: () -> UInt64
    private let commands: RedisConnection
    private let publications: RedisConnection

    private var channels: [Channel?] = []
    private var names: NameTable
    private var generations: UInt32 = 0
    private var openChannels = 0

    private var queue: PublishQueue
    /// Entries of the queue that wait for their channel's subscription.
    private var blockedEntries = 0
    private var ledger = PublishLedger()
    /// Something changed since the queue was looked through in vain.
    private var queueMayMove = false

    /// Senders that were told, until they are forgotten.
    private var refused: Set<Sender> = []
    /// Of these, the ones to be forgotten as soon as nothing of theirs is left anywhere.
    private var forgotten: Set<Sender> = []
    /// Some of the refused may still have something in the queue.
    private var purgeIsDue = false

    /// Every subscription wanted at the time of the connect is settled.
    private var isSubscribed = false
    private var wasOpen = false
    private var isDraining = false

    private var source: UInt16?
    private var timerAt: UInt64 = .max
    private var retriesRefusedAt: UInt64?
    private var lastRefusal: String?
    private var welcome = ""
    private var loggedReason: (text: String, at: UInt64)?
    private var loggedOversizedAt: UInt64?

    /// `random` gives words of which every value is equally likely; `log` gets one line an event, without secrets or payloads.
    package init(
        loop: EventLoop, resolver: Resolver, status: BrokerStatus, _ configuration: RedisBrokerConfiguration,
        random: @escaping () -> UInt64 = { Random.word() }, log: @escaping (String) -> Void
    ) {
        self.loop = loop
        self.configuration = configuration
        self.random = random
        self.log = log
        self.status = status
        status.set(isReady: false, "connecting to \(configuration.address)")
        names = NameTable(key: (random(), random()))
        queue = PublishQueue(bytesMax: configuration.queueBytesMax)
        var link = RedisConnectionConfiguration(address: configuration.address, clientName: configuration.clientName)
        link.limits = RESPLimits(
            bulkBytesMax: configuration.payloadBytesMax, valueBytesMax: configuration.payloadBytesMax + (1 << 20))
        link.dialMilliseconds = configuration.dialMilliseconds
        link.pingIntervalMilliseconds = configuration.pingIntervalMilliseconds
        link.answerMilliseconds = configuration.answerMilliseconds
        link.firstPauseMilliseconds = configuration.firstPauseMilliseconds
        link.mostPauseMilliseconds = configuration.mostPauseMilliseconds
        commands = RedisConnection(loop: loop, role: .commands, link, resolver: resolver, random: random)
        publications = RedisConnection(loop: loop, role: .publications, link, resolver: resolver, random: random)
        commands.delegate = self
        publications.delegate = self
    }

    package func start() {
        guard source == nil else { return }
        source = loop.add(source: self)
        commands.start()
        publications.start()
    }

    /// Ends both links at once, for tests and the end of the node.
    package func stop() {
        commands.stop()
        publications.stop()
        if let source { loop.remove(source: source) }
        source = nil
    }

    // MARK: Channels

    package func subscribe(_ number: ChannelNumber, named name: ChannelName) {
        generations += 1
        while channels.count <= Int(number) { channels.append(nil) }
        precondition(channels[Int(number)] == nil, "a channel's number is in use until it is unsubscribed")
        channels[Int(number)] = Channel(name: name, generation: generations)
        names.set(name.bytes.span, number)
        publications.subscribe(name.bytes)
        status.subscriptions.add(1)
    }

    package func unsubscribe(_ number: ChannelNumber, named name: ChannelName) {
        guard channel(number, name) != nil else { return }
        setGate(number, .open)  // what waits for it waits no longer
        openChannels -= 1
        channels[Int(number)] = nil
        names.remove(name.bytes.span)
        publications.unsubscribe(name.bytes)
        status.subscriptions.add(-1)
        if lastRefusal != nil, publications.refusedSubscriptions == 0 {
            lastRefusal = nil
            updateStatus()
        }
    }

    private func channel(_ number: ChannelNumber, _ name: ChannelName) -> Channel? {
        guard Int(number) < channels.count, let channel = channels[Int(number)], channel.name == name else {
            return nil
        }
        return channel
    }

    private func setGate(_ number: ChannelNumber, _ gate: Gate) {
        guard let old = channels[Int(number)], old.gate != gate else { return }
        if old.gate == .waiting { blockedEntries -= old.queued }
        if gate == .waiting { blockedEntries += old.queued }
        if old.gate == .open { openChannels -= 1 }
        if gate == .open { openChannels += 1 }
        channels[Int(number)]!.gate = gate
        queueMayMove = true
    }

    // MARK: Publishing

    /// Whether anything may be published at all now. A node that stops has nobody left to hear it: answers are enough then.
    private var isOpen: Bool { commands.isReady && (isDraining || publications.isReady && isSubscribed) }

    private func hasRoom(_ bytes: Int) -> Bool {
        let mostInFlight = configuration.inFlightBytesMax
        return ledger.inFlightBytes == 0
            || ledger.inFlightBytes + bytes <= mostInFlight && ledger.unprovenBytes + bytes <= 4 * mostInFlight
    }

    package func publish(
        _ payload: Span<UInt8>, on number: ChannelNumber, named name: ChannelName, from sender: Sender?
    ) {
        if let sender, !refused.isEmpty, refused.contains(sender) { return }
        let channel = channel(number, name)
        let bytes = CommandEncoder.publishBytes(channelBytes: name.bytes.count, payloadBytes: payload.count)
        if let sender, channel?.gate == .refused {
            refuse(sender, .rejected)
            return
        }
        let waits = channel?.gate == .waiting && !isDraining
        // Nothing overtakes what waits in the queue and could be sent.
        if !waits, queue.count == blockedEntries, isOpen, hasRoom(bytes) {
            commands.publish(payload, on: name.bytes)
            ledger.append(sender: sender, bytes: bytes)
            return
        }
        var command: [UInt8] = []
        CommandEncoder.appendPublish(channel: name.bytes, payload: payload, to: &command)
        enqueue(
            PublishQueue.Entry(
                command: command, sender: sender, channel: number, generation: channel?.generation ?? 0,
                deadline: sender == nil ? .max : milliseconds + UInt64(configuration.queueMilliseconds)))
    }

    private func enqueue(_ entry: PublishQueue.Entry) {
        if let sender = entry.sender {
            if !queue.admits(messageBytes: entry.bytes) { purge() }
            guard queue.admits(messageBytes: entry.bytes) else {
                refuse(sender, .queueFull)
                return
            }
        } else if !queue.admits(leaveBytes: entry.bytes) {
            status.droppedLeavesTotal.add()
            return
        }
        queue.append(entry)
        queueMayMove = true
        if let channel = channelOf(entry) {
            channels[Int(entry.channel)]!.queued += 1
            if channel.gate == .waiting { blockedEntries += 1 }
        }
        while queue.isOverfull, let dropped = queue.dropOldestLeave() {
            left(dropped)
            status.droppedLeavesTotal.add()
        }
        if entry.sender != nil { schedule(at: entry.deadline) }
    }

    /// The channel whose subscription the entry may have to wait for.
    private func channelOf(_ entry: PublishQueue.Entry) -> Channel? {
        guard entry.generation != 0, Int(entry.channel) < channels.count, let channel = channels[Int(entry.channel)],
            channel.generation == entry.generation
        else { return nil }
        return channel
    }

    /// An entry is out of the queue.
    private func left(_ entry: PublishQueue.Entry) {
        guard let channel = channelOf(entry) else { return }
        channels[Int(entry.channel)]!.queued -= 1
        if channel.gate == .waiting { blockedEntries -= 1 }
    }

    /// Sends what may go from the queue.
    private func pump() {
        guard queueMayMove else { return }
        queueMayMove = false
        guard !queue.isEmpty, isOpen else { return }
        var rejected: [Sender] = []
        queue.sweep { entry in
            let gate = channelOf(entry)?.gate
            if let sender = entry.sender, gate == .refused {
                left(entry)
                rejected.append(sender)
                return .take
            }
            if gate == .waiting, !isDraining { return .keep }
            guard hasRoom(entry.command.count) else { return .stop }
            left(entry)
            commands.send(encoded: entry.command)
            ledger.append(sender: entry.sender, bytes: entry.command.count)
            return .take
        }
        for sender in rejected { refuse(sender, .rejected) }
    }

    private func refuse(_ sender: Sender, _ failure: PublishFailure) {
        guard refused.insert(sender).inserted else { return }
        switch failure {
        case .queueFull: status.refusedQueueFullTotal.add()
        case .expired: status.refusedExpiredTotal.add()
        case .rejected: status.refusedRejectedTotal.add()
        case .unknown: break  // counted by publications
        }
        purgeIsDue = !queue.isEmpty
        events?.refused(sender, failure)
    }

    package func forget(_ sender: Sender) {
        if refused.contains(sender) { forgotten.insert(sender) }
    }

    /// Takes what refused senders have left out of the queue, so that none of it can follow a lost publication; then the
    /// forgotten ones may begin anew.
    private func purge() {
        if purgeIsDue {
            purgeIsDue = false
            queue.sweep { entry in
                guard let sender = entry.sender, refused.contains(sender) else { return .keep }
                left(entry)
                return .take
            }
        }
        guard !forgotten.isEmpty else { return }
        ledger.forget(forgotten)
        refused.subtract(forgotten)
        forgotten = []
    }

    // MARK: The end of a turn, and of the node

    package func endOfTurn() {
        purge()
        pump()
        if ledger.wantsProbe, publications.isReady {
            ledger.beginProbe()
            publications.probe()
        }
        commands.flush()
        publications.flush()
        status.inFlightBytes.set(ledger.inFlightBytes)
        status.inFlightMessages.set(ledger.unansweredCount)
        status.queuedBytes.set(queue.bytes)
        status.queuedMessages.set(queue.count)
    }

    package func drain() {
        isDraining = true
        queueMayMove = true
    }

    package var isDrained: Bool { isDraining && queue.isEmpty && ledger.unansweredCount == 0 }

    // MARK: What people read

    private func updateStatus(lost reason: String? = nil) {
        let isOpen = commands.isReady && publications.isReady && isSubscribed
        if isOpen != wasOpen {
            wasOpen = isOpen
            if isOpen {
                status.connectsTotal.add()
                loggedReason = nil
                log("connected to \(configuration.address)\(welcome)")
            } else {
                status.disconnectsTotal.add()
            }
        }
        let place = "\(configuration.address)"
        if isOpen {
            let isReady = lastRefusal == nil || openChannels > 0
            status.set(isReady: isReady, "connected to \(place)\(welcome)" + (lastRefusal.map { ", but \($0)" } ?? ""))
        } else if commands.isReady, publications.isReady {
            status.set(isReady: false, "connected to \(place)\(welcome), subscribing")
        } else if let reason {
            status.set(isReady: false, "not connected to \(place): \(reason)")
        }
    }

    private func logLost(_ reason: String) {
        if let logged = loggedReason, logged.text == reason, milliseconds < logged.at + 60_000 { return }
        loggedReason = (reason, milliseconds)
        log("not connected to \(configuration.address): \(reason); trying again")
    }

    // MARK: Time

    private var milliseconds: UInt64 { loop.now.nanoseconds / 1_000_000 }

    private func schedule(at deadline: UInt64) {
        guard let source, deadline < timerAt else { return }
        timerAt = deadline
        loop.schedule(
            Token(slot: 0, generation: 0, source: source), at: Instant(nanoseconds: (deadline + 1) * 1_000_000))
    }
}

extension RedisBroker: EventSource {
    package func ready(_ token: Token, _ readiness: Readiness) {}

    package func timerFired(_ token: Token) {
        timerAt = .max
        let now = milliseconds
        while let entry = queue.takeExpired(now: now) {
            left(entry)
            if let sender = entry.sender, !refused.contains(sender) { refuse(sender, .expired) }
        }
        if let deadline = queue.nextDeadline() { schedule(at: deadline) }
        if let at = retriesRefusedAt {
            if at <= now {
                retriesRefusedAt = nil
                publications.retryRefusedSubscriptions()
            } else {
                schedule(at: at)
            }
        }
    }
}

extension RedisBroker: RedisConnectionDelegate {
    package func ready(_ connection: RedisConnection, _ welcome: Welcome) {
        self.welcome = " (RESP\(welcome.protocolVersion)\(welcome.serverVersion.map { ", version \($0)" } ?? ""))"
        queueMayMove = true
        updateStatus()
    }

    package func lost(_ connection: RedisConnection, _ reason: String, nextDialInMilliseconds pause: Int) {
        let unknown: (publications: Int, senders: [Sender])
        if connection === commands {
            unknown = ledger.loseUnanswered()
        } else {
            isSubscribed = false
            lastRefusal = nil
            unknown = ledger.loseUnproven()
            for (number, channel) in channels.enumerated() where channel != nil {
                setGate(ChannelNumber(number), .waiting)
            }
        }
        status.unknownTotal.add(unknown.publications)
        logLost(reason)
        updateStatus(lost: pause < 100 ? reason : "\(reason); next try in \(pause / 1_000).\(pause / 100 % 10) s")
        for sender in unknown.senders { refuse(sender, .unknown) }
    }

    package func replied(_ connection: RedisConnection, to number: UInt64, _ value: RESPValue) {
        queueMayMove = true
        guard let bytes = value.errorBytes else {
            _ = ledger.answer(failed: false)
            status.publishedTotal.add()
            return
        }
        let error = ServerError(bytes)
        if let sender = ledger.answer(failed: true) { refuse(sender, .rejected) }
        if loggedReason?.text != error.text { logRejected(error) }
        // Row R12: one action for each class of error.
        if error.action == .redial {
            commands.redial(because: "the server says: \(error.text)")
            publications.redial(because: "the server says: \(error.text)")
        }
    }

    private func logRejected(_ error: ServerError) {
        loggedReason = (error.text, milliseconds)
        log("PUBLISH was refused: \(error.text)")
    }

    package func received(_ connection: RedisConnection, _ payload: Span<UInt8>, on channel: Span<UInt8>) {
        guard let number = names.find(channel) else { return }
        events?.received(payload, on: number)
    }

    package func skipped(_ connection: RedisConnection, byteCount: Int, on channel: [UInt8]) {
        status.oversizedTotal.add()
        if let at = loggedOversizedAt, milliseconds < at + 60_000 { return }
        loggedOversizedAt = milliseconds
        log("skipped a publication of \(byteCount) bytes, over the limit of \(configuration.payloadBytesMax)")
    }

    package func subscription(_ connection: RedisConnection, _ event: Subscriptions.Event) {
        switch event {
        case .confirmed(let name):
            guard let number = names.find(name.span) else { return }
            setGate(number, .open)
            if publications.refusedSubscriptions == 0 { lastRefusal = nil }
            events?.subscriptionConfirmed(number)
        case .refused(let name, let error):
            guard let number = names.find(name.span) else { return }
            setGate(number, .refused)
            let text =
                "the server refuses to subscribe to \(Printable.text("\(ChannelName(name))", atMost: 80)): \(error.text)"
            if lastRefusal != text { log("\(text)") }
            lastRefusal = text
            let pause = configuration.refusedSubscriptionMilliseconds
            retriesRefusedAt = milliseconds + UInt64(pause / 2) + random() % UInt64(max(1, pause))
            schedule(at: retriesRefusedAt!)
        case .settled:
            isSubscribed = true
            queueMayMove = true
        }
        updateStatus()
    }

    package func probed(_ connection: RedisConnection) {
        ledger.probed()
        queueMayMove = true
    }

    package func workedOff(_ connection: RedisConnection) {}
}
