// One loop and all that lives on it: its connections, their audience lists, and the home of the channels that hash here. Workers share
// nothing but mailboxes; this file is where calls become mails when the other side is another loop.

import EventLoop
import WSProtocol

final class Worker {
    let index: UInt16
    let loop: EventLoop
    let sessions: Sessions
    private let node: Node
    private let postOffice: PostOffice
    private let mailbox: Mailbox<Mail>
    private let metrics: WorkerMetrics
    private let writer: ConnectionWriter
    /// The home of channels, on the loops that are one.
    let home: ChannelHome?
    private let roomHome: RoomHome?
    private var chat: ChatDoor!
    private var answers = Tickets<RoomAnswer>()
    private var surveys: [UInt64: Survey] = [:]
    let hub: Hub
    private var lastSurvey: UInt64 = 0
    /// Where tokens of this loop are verified.
    let desk: any TokenDesk
    private var mailboxes: [Mailbox<Mail>] = []
    private var outboxes: [[Mail]] = []
    private var refusals: [(Sender, PublishFailure)] = []
    private var stopping = StopProgress.running
    private var heap = HeapWatch()
    /// On the first loop: hears how far the others are.
    var coordinator: StopCoordinator?

    private enum StopProgress { case running, emptying, emptied, draining, drained }

    /// Made on the main thread, run on its own.
    init(
        index: UInt16, node: Node, postOffice: PostOffice, makeBroker: (EventLoop) -> (any Broker)?
    ) throws(SystemError) {
        self.index = index
        self.node = node
        self.postOffice = postOffice
        loop = try EventLoop()
        mailbox = Mailbox(wakeup: loop.wakeup)
        metrics = node.metrics[Int(index)]
        let deflaters = Deflaters(node.configuration.deflate ?? DeflateSettings(), metrics: metrics)
        home = makeBroker(loop).map {
            ChannelHome(
                broker: $0, chatPrefix: LoopRooms.prefix(node.configuration), metrics: node.metrics[Int(index)],
                log: node.log, deflaters: deflaters)
        }
        roomHome = home.map { [loop, metrics] in
            RoomHome(
                $0, loop: loop, isAlone: node.homesEverywhere, limits: node.streamLimits, metrics: metrics)
        }
        hub = Hub(worker: index, home: home)
        if let tokens = node.tokens { desk = LoopTokenDesk(tokens, on: loop) } else { desk = OpenDesk() }
        let api = APIDesk(node, on: loop, node.apiCounters[Int(index)])
        sessions = Sessions(
            worker: index, node: node, loop: loop, hub: hub, deflaters: deflaters, router: Router(node: node, api: api))
        sessions.logins = node.logins.map { [loop] in LoginDesk($0, on: loop) }
        writer = sessions.writer
        hub.connect(self)
        let rooms = LoopRooms(node, self)
        api.rooms = rooms
        chat = ChatDoor(sessions, rooms, desk, node)
        sessions.chat = chat
        sessions.desk = desk
        desk.onDenied = { [unowned self] in sessions.closeDenied() }
        chat.beginHousekeeping { [unowned self] in
            roomHome?.sweep()
            home?.giveUpLongWaiting()
        }
        sessions.onForget = { [unowned self] in forget($0, $1) }
        // Kept for the end of the turn: a refusal in the middle of a publish would close the connection that is being read.
        home?.onRefused = { [unowned self] in refusals.append(($0, $1)) }
        loop.turnEnd = self
        loop.onWakeup { [unowned self] in readMail() }
        postOffice.add(mailbox)
    }

    /// Turns until the node has stopped. On the worker's own thread.
    func run() {
        mailboxes = postOffice.all
        outboxes = mailboxes.map { _ in [] }
        if let home, self.home(of: PlainDoor.channel) == index { home.pin(PlainDoor.channel) }
        listenToNodes()
        home?.broker.start()
        loop.run()
    }

    /// From the first loop's listeners.
    func assign(_ descriptor: Int32, _ peer: SocketAddress, to worker: UInt16) {
        route(.accepted(descriptor: descriptor, peer: peer), to: worker)
    }

    func tellAll(_ mail: Mail) {
        for worker in 0..<UInt16(node.workers) { route(mail, to: worker) }
    }

    private func route(_ mail: Mail, to worker: UInt16) {
        if worker == index { handle(mail) } else { outboxes[Int(worker)].append(mail) }
    }
}

// MARK: - Mail

extension Worker {
    private func readMail() {
        for mail in mailbox.drain() { handle(mail) }
    }

    private func handle(_ mail: Mail) {
        switch mail {
        case .accepted(let descriptor, let peer): sessions.accept(descriptor, from: peer)
        case .subscribe(let name, let interest): _ = home?.add(interest, to: name)
        case .unsubscribe(let name, let interest):
            home?.remove(interest, from: name)
            route(.released(channel: interest.channel), to: interest.worker)
        case .released(let channel): hub.release(channel)
        case .publish(let batch):
            home?.publish(batch)
            node.crossing.end(batch.byteCount)
        case .run(let channel, let run): hub.receive(run, for: channel)
        case .refused(let sender, let failure): sessions.refuse(sender, failure)
        case .question(let question, let name, let ticket, let asker):
            roomHome?.answer(question, of: name) { [unowned self] in route(.answer($0, ticket: ticket), to: asker) }
        case .answer(let answer, let ticket): answers.take(ticket)?(answer)
        case .survey(let ticket, let asker): route(.surveyed(chat.survey(), ticket: ticket), to: asker)
        case .surveyed(let survey, let ticket): received(survey, ticket)
        case .control(let command): chat.control(command)
        case .controlElsewhere(let command):
            let message = ControlMessage(node: node.identifier, command: command).bytes
            home?.publish(message.span, named: LoopRooms.controlName(node.configuration), from: nil)
        case .forget(let sender, _): home?.broker.forget(sender)
        case .stop:
            stopping = .emptying
            sessions.beginStop()
        case .hurry: sessions.hurryStop()
        case .emptied(let worker): coordinator?.emptied(worker)
        case .drain:
            stopping = .draining
            home?.broker.drain()
        case .drained(let worker): coordinator?.drained(worker)
        case .finish: loop.stop()
        }
    }

    private func forget(_ sender: Sender, _ channel: ChannelName) {
        route(.forget(sender, channel), to: home(of: channel))
    }
}

// MARK: - Between hub and home

extension Worker: HubRoutes {
    func home(of name: ChannelName) -> UInt16 {
        node.homesEverywhere ? UInt16(UInt(bitPattern: name.hashValue) % UInt(node.workers)) : 0
    }

    func subscribe(_ name: ChannelName, _ interest: ChannelInterest, home: UInt16) -> ChannelNumber? {
        if home == index { return self.home?.add(interest, to: name) }
        outboxes[Int(home)].append(.subscribe(name, interest))
        return nil
    }

    func unsubscribe(_ name: ChannelName, _ interest: ChannelInterest, home: UInt16) {
        route(.unsubscribe(name, interest), to: home)
    }

    func publish(_ batch: PublishBatch, home: UInt16) {
        node.crossing.begin(batch.byteCount)
        outboxes[Int(home)].append(.publish(batch))
    }
}

// MARK: - Rooms of the protocol door

extension Worker: RoomRoutes {
    func ask(_ question: RoomQuestion, of name: ChannelName, _ done: @escaping (RoomAnswer) -> Void) {
        let home = self.home(of: name)
        if home == index, let roomHome { return roomHome.answer(question, of: name, done) }
        outboxes[Int(home)].append(.question(question, of: name, ticket: answers.add(done), from: index))
    }

    func survey(_ done: @escaping ([LoopSurvey]) -> Void) {
        lastSurvey += 1
        surveys[lastSurvey] = Survey(done)
        tellAll(.survey(ticket: lastSurvey, from: index))
    }

    private func received(_ survey: LoopSurvey, _ ticket: UInt64) {
        guard let waiting = surveys[ticket] else { return }
        waiting.answers.append(survey)
        guard waiting.answers.count == node.workers else { return }
        surveys[ticket] = nil
        waiting.done(waiting.answers)
    }

    func control(_ command: ControlCommand) {
        tellAll(.control(command))
        if !node.homesEverywhere { route(.controlElsewhere(command), to: 0) }
    }

    /// Hears what other nodes say on the control channel.
    private func listenToNodes() {
        guard !node.homesEverywhere else { return }
        home?.listen(to: LoopRooms.controlName(node.configuration)) { [unowned self] bytes in
            guard let message = ControlMessage(bytes) else { return metrics.droppedNotEnvelope.add() }
            if message.node != node.identifier { tellAll(.control(message.command)) }
        }
    }
}

// MARK: - The end of a turn

extension Worker: TurnEnd {
    func endOfTurn() -> Bool {
        metrics.turns.add()
        reportStopProgress()
        sendRefusals()
        hub.flushOutgoing()
        home?.broker.endOfTurn()
        home?.flush { interest, run in
            if interest.worker == index {
                hub.receive(run, for: interest.channel)
            } else {
                outboxes[Int(interest.worker)].append(.run(channel: interest.channel, run))
            }
        }
        hub.flush { run, members in writer.deliver(run, to: members) }
        for (slot, channel, loss) in hub.takeLost() { chat.lost(slot, channel, loss) }
        // Before the bytes: who has read its 101 hears everything that is sent from then on, also by clients of other loops.
        postOutboxes()
        writer.flush()
        let hasSettled = sessions.settle()
        postOutboxes()
        if heap.isPeakOver(metrics.queueBytes.value) { Heap.giveBack() }
        // What was settled may have published a leave: it goes out in a turn that follows at once.
        return hasSettled || hub.hasWork || home?.hasRuns == true || writer.hasWork || sessions.hasWork || hasStopNews
            || !refusals.isEmpty
    }

    private func sendRefusals() {
        guard !refusals.isEmpty else { return }
        let list = refusals
        refusals = []
        for (sender, failure) in list { route(.refused(sender, failure), to: sender.worker) }
    }

    private func postOutboxes() {
        for worker in outboxes.indices where !outboxes[worker].isEmpty {
            let batch = outboxes[worker]
            outboxes[worker] = []
            mailboxes[worker].post(batch)
        }
    }

    /// Tells the first loop, one turn after the last leave was posted to its home, that nothing more comes from here.
    private func reportStopProgress() {
        guard hasStopNews, !hub.hasWork else { return }
        switch stopping {
        case .emptying:
            stopping = .emptied
            route(.emptied(worker: index), to: 0)
        case .draining:
            stopping = .drained
            route(.drained(worker: index), to: 0)
        case .running, .emptied, .drained: break
        }
    }

    private var hasStopNews: Bool {
        switch stopping {
        case .emptying: sessions.isEmpty
        case .draining: home?.broker.isDrained ?? true
        case .running, .emptied, .drained: false
        }
    }
}
