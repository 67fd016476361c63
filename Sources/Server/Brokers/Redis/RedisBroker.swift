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
// After either the sender's further publications are discarded until `forget`, those in the queue included, so what is
// delivered of it is an unbroken beginning of what it sent. (What was already in flight behind a publication that Redis
// answered with an error may still be delivered.)
//
// The two links live and die apart: losing the command link must not cost the pushes of others. Redis never sees a publication
// twice, whatever happens.
package import EventLoop
package import RESP
package import RedisLink

/// The broker of a node that shares its channels with others over Redis. It lives on one loop and has two connections
/// there.
package final class RedisBroker: Broker {
    /// The home of the channels. Set it before `start()`.
    package unowned var events: (any BrokerEvents)?
    /// Written on the loop, read by every thread.
    package var status: BrokerStatus { report.status }

    private let loop: EventLoop
    private let configuration: RedisBrokerConfiguration
    private let random: () -> UInt64
    private let report: RedisReport
    private let commands: RedisConnection
    private let publications: RedisConnection

    private var gates = ChannelGates()
    private var names: NameTable
    private var queue: PublishQueue
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
    private var isDraining = false

    private var source: UInt16?
    private var timerAt: UInt64 = .max
    private var retriesRefusedAt: UInt64?

    /// `random` gives words of which every value is equally likely; `log` gets one line an event, without secrets or payloads.
    init(
        loop: EventLoop, resolver: Resolver, status: BrokerStatus, _ configuration: RedisBrokerConfiguration,
        random: @escaping () -> UInt64 = { Random.word() }, log: @escaping (Log.Level, String) -> Void
    ) {
        self.loop = loop
        self.configuration = configuration
        self.random = random
        report = RedisReport(status: status, place: "\(configuration.address)", log: log)
        names = NameTable(key: (random(), random()))
        queue = PublishQueue(bytesMax: configuration.queueBytesMax)
        let link = configuration.connection
        commands = RedisConnection(loop: loop, role: .commands, link, resolver: resolver, random: random)
        publications = RedisConnection(loop: loop, role: .publications, link, resolver: resolver, random: random)
        commands.delegate = self
        publications.delegate = self
    }

    /// Dials both links. Only the channels subscribed before count as the node's own, without which it is not ready.
    package func start() {
        guard source == nil else { return }
        gates.keepAsOwn()
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

    /// Its gate is shut until Redis confirms: what is published on the channel till then waits in the queue.
    package func subscribe(_ number: ChannelNumber, named name: ChannelName) {
        gates.add(number, name)
        names.set(name.bytes.span, number)
        publications.subscribe(name.bytes)
        status.subscriptions.add(1)
    }

    /// Does nothing for a channel that is not subscribed. What waits in the queue for it may leave: nobody here needs
    /// to hear it.
    package func unsubscribe(_ number: ChannelNumber, named name: ChannelName) {
        guard gates.remove(number, name) else { return }
        queueMayMove = true
        names.remove(name.bytes.span)
        publications.unsubscribe(name.bytes)
        status.subscriptions.add(-1)
        if report.refusal != nil { updateReport() }
    }

    private func setGate(_ number: ChannelNumber, _ gate: ChannelGates.Gate) {
        gates.set(number, gate)
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

    /// The ladder at the top of this file. What a refused sender publishes is dropped without a word until it is
    /// forgotten.
    package func publish(
        _ publications: borrowing Publications, on number: ChannelNumber, from sender: Sender?
    ) -> PublishOutcome {
        publications.forEach {
            // Looked up for each: what the one before set off may have changed it.
            guard let channel = gates.channel(number) else { return }
            publish($0, named: channel.name, number, channel, from: sender)
        }
        return .underWay
    }

    /// Nobody here need hear it, so there is no gate to wait for.
    package func publish(_ payload: Span<UInt8>, named name: ChannelName, from sender: Sender?) {
        publish(payload, named: name, .max, nil, from: sender)
    }

    private func publish(
        _ payload: Span<UInt8>, named name: ChannelName, _ number: ChannelNumber, _ channel: ChannelGates.Channel?,
        from sender: Sender?
    ) {
        if let sender, !refused.isEmpty, refused.contains(sender) { return }
        let bytes = CommandEncoder.publishBytes(channelBytes: name.bytes.count, payloadBytes: payload.count)
        if let sender, channel?.gate == .refused {
            refuse(sender, .rejected)
            return
        }
        let waits = channel?.gate == .waiting && !isDraining
        // Nothing overtakes what waits in the queue and could be sent.
        if !waits, queue.count == gates.blockedEntries, isOpen, hasRoom(bytes) {
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
        gates.entered(entry)
        while queue.isOverfull, let dropped = queue.dropOldestLeave() {
            gates.left(dropped)
            status.droppedLeavesTotal.add()
        }
        if entry.sender != nil { schedule(at: entry.deadline) }
    }

    /// Sends what may go from the queue.
    private func pump() {
        guard queueMayMove else { return }
        queueMayMove = false
        guard !queue.isEmpty, isOpen else { return }
        var rejected: [Sender] = []
        queue.sweep { entry in
            let gate = gates.channel(of: entry)?.gate
            if let sender = entry.sender, gate == .refused {
                gates.left(entry)
                rejected.append(sender)
                return .take
            }
            if gate == .waiting, !isDraining { return .keep }
            guard hasRoom(entry.command.count) else { return .stop }
            gates.left(entry)
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

    /// Takes effect at the end of the turn at the latest, when what the sender has left in the queue is gone.
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
                gates.left(entry)
                return .take
            }
        }
        guard !forgotten.isEmpty else { return }
        ledger.forget(forgotten)
        refused.subtract(forgotten)
        forgotten = []
    }

    // MARK: The end of a turn, and of the node

    /// Sends what may go from the queue, writes both links once, and tells the status what is in flight and what
    /// waits.
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

    /// From now on answers are enough: this node need not hear what it publishes, its clients are leaving.
    package func drain() {
        isDraining = true
        queueMayMove = true
    }

    /// After `drain`: the queue is empty, and each command was answered or lost with its link.
    package var isDrained: Bool { isDraining && queue.isEmpty && ledger.unansweredCount == 0 }

    private func updateReport() {
        if publications.refusedSubscriptions == 0 { report.noSubscriptionIsRefused() }
        report.update(linkState, now: milliseconds)
    }

    private var linkState: RedisReport.Links {
        if !commands.isReady || !publications.isReady { return .dialing }
        return isSubscribed ? .open(isUseful: gates.ownChannelsAreOpen) : .subscribing
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
    /// Never called: the broker has timers and no descriptors.
    package func ready(_ token: Token, _ readiness: Readiness) {}

    /// Refuses what has waited too long, and asks again for subscriptions that were refused.
    package func timerFired(_ token: Token) {
        timerAt = .max
        let now = milliseconds
        while let entry = queue.takeExpired(now: now) {
            gates.left(entry)
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
    /// A link was greeted. Nothing flows yet: the gate opens when every subscription is settled.
    package func ready(_ connection: RedisConnection, _ welcome: Welcome) {
        report.welcome = " (RESP\(welcome.protocolVersion)\(welcome.serverVersion.map { ", version \($0)" } ?? ""))"
        queueMayMove = true
        updateReport()
    }

    /// Without the commands, what was not answered is `unknown`; without the publications, all whose push this node
    /// cannot prove to have read. Their senders are told.
    package func lost(_ connection: RedisConnection, _ reason: String, nextDialInMilliseconds pause: Int) {
        let unknown: (publications: Int, senders: [Sender])
        if connection === commands {
            unknown = ledger.loseUnanswered()
        } else {
            isSubscribed = false
            gates.closeAll()
            events?.subscriptionsLost()
            report.noSubscriptionIsRefused()
            unknown = ledger.loseUnproven()
        }
        status.unknownTotal.add(unknown.publications)
        report.update(.lost(reason, nextDialInMilliseconds: pause), now: milliseconds)
        for sender in unknown.senders { refuse(sender, .unknown) }
    }

    /// Answers come in the order of the commands, so each is that of the oldest entry of the ledger.
    package func replied(_ connection: RedisConnection, to number: UInt64, _ value: RESPValue) {
        queueMayMove = true
        guard let bytes = value.errorBytes else {
            status.publishedTotal.add()
            if let receipt = ledger.answer(failed: false) { events?.published(receipt) }
            return
        }
        let error = ServerError(bytes)
        if let sender = ledger.answer(failed: true) {
            refuse(sender, .rejected)
        } else {
            status.droppedLeavesTotal.add()
        }
        report.publishRefused(error.text, now: milliseconds)
        // Row R12: one action for each class of error.
        if error.action == .redial {
            commands.redial(because: "the server says: \(error.text)")
            publications.redial(because: "the server says: \(error.text)")
        }
    }

    /// A name that is not subscribed (any more) is passed over.
    package func received(_ connection: RedisConnection, _ payload: Span<UInt8>, on channel: Span<UInt8>) {
        guard let number = names.find(channel) else { return }
        events?.received(payload, on: number)
    }

    /// Counted, and logged at most once a minute.
    package func skipped(_ connection: RedisConnection, byteCount: Int, on channel: [UInt8]) {
        report.oversized(byteCount: byteCount, limit: configuration.payloadBytesMax, now: milliseconds)
    }

    /// Opens and shuts the channel's gate. A refused channel is asked for again after a pause with jitter.
    package func subscription(_ connection: RedisConnection, _ event: Subscriptions.Event) {
        switch event {
        case .confirmed(let subscription):
            let name = subscription.name
            guard let number = names.find(name.span) else { return }
            setGate(number, .open)
            // A thousand confirmations are not a thousand lines in the status.
            if isSubscribed, gates.openCount == 1 || report.refusal != nil { updateReport() }
            events?.subscriptionConfirmed(number)
        case .refused(let subscription, let error):
            let name = subscription.name
            guard let number = names.find(name.span) else { return }
            setGate(number, .refused)
            report.subscriptionRefused(ChannelName(name), error.text)
            let pause = UInt64(max(1, configuration.refusedSubscriptionMilliseconds))
            let at = milliseconds + pause / 2 + random() % pause
            retriesRefusedAt = at
            schedule(at: at)
            updateReport()
        case .withdrawn: break  // Only shard channels are, and the broker has none.
        case .settled:
            isSubscribed = true
            queueMayMove = true
            updateReport()
        }
    }

    /// All that was pushed before the probe was read, so what was answered before it is proven.
    package func probed(_ connection: RedisConnection) {
        ledger.probed()
        queueMayMove = true
    }
}
