// The protocol door of one loop: what its connections say in the client protocol, and what they hear. The commands of a connection run strictly
// one after the other; one may wait for a token or for the home of a channel, and meanwhile nothing more of that connection is read.

import ChatProtocol
import EventLoop
import JWT
import WSProtocol

final class ChatDoor: ChatEvents {
    let sessions: Sessions
    let rooms: LoopRooms
    let desk: any TokenDesk
    let node: Node
    /// By slot; nil where the connection is at another door, or none.
    private let connections = Slab<ChatConnection?>()
    /// The connections of each user on this loop, by slot.
    var users: [[UInt8]: Set<UInt32>] = [:]
    /// Connections whose commands go on when their answers have left.
    var waiting: [Token] = []
    /// What happens once a second, beside the look at positions.
    private(set) var housekeeping: () -> Void = {}
    private var source: UInt16 = 0
    private var second = 0
    /// Channels whose members seemed to be elsewhere than their streams a second ago.
    private var suspects: [(channel: UInt32, name: ChannelName, position: StreamPosition)] = []

    init(_ sessions: Sessions, _ rooms: LoopRooms, _ desk: any TokenDesk, _ node: Node) {
        self.sessions = sessions
        self.rooms = rooms
        self.desk = desk
        self.node = node
    }

    /// From now on `body` is called once a second.
    func beginHousekeeping(_ body: @escaping () -> Void) {
        housekeeping = body
        source = loop.add(source: self)
        scheduleHousekeeping()
    }

    private func scheduleHousekeeping() {
        loop.schedule(Token(slot: 0, generation: 0, source: source), at: loop.now.adding(milliseconds: 1_000))
    }

    var table: ConnectionTable { sessions.table }
    var hub: Hub { sessions.hub }
    var loop: EventLoop { sessions.loop }
    var settings: ChatSettings { node.configuration.chat }

    var unixSeconds: Int64 { sessions.unixSeconds }

    // MARK: What comes

    func opened(_ slot: UInt32, _ request: ChatRequest) {
        let chat = ChatConnection(request, address: table[slot].address)
        chat.staleAt = loop.now.adding(milliseconds: settings.staleMilliseconds)
        while connections.count <= Int(slot) { connections.append(nil) }
        connections[Int(slot)] = chat
    }

    func connection(_ slot: UInt32) -> ChatConnection? {
        Int(slot) < connections.count ? connections[Int(slot)] : nil
    }

    /// A whole message. Returns false when nothing more of the connection may be read for now.
    func received(_ frame: [UInt8], from slot: UInt32) -> Bool {
        guard let chat = connection(slot) else { return true }
        guard chat.state != .refused else { return true }
        chat.commands = CommandReader(frame, chat.encoding)
        return run(slot)
    }

    /// Runs the commands of the frame that is here, up to one that has to wait. Returns false when there is one.
    @discardableResult
    func run(_ slot: UInt32) -> Bool {
        guard let chat = connection(slot), !chat.isRunning else { return true }
        chat.isRunning = true
        defer { chat.isRunning = false }
        while !chat.isBusy, table[slot].phase == .open, connection(slot) === chat, var commands = chat.commands {
            guard mayAnswer(slot) else {
                waiting.append(sessions.token(slot))
                return false
            }
            do throws(MessageError) {
                let start = commands.offset
                guard let command = try commands.next() else {
                    chat.commands = nil
                    break
                }
                let bytes = commands.offset - start
                chat.commands = commands
                run(command, bytes: bytes, slot, chat)
            } catch {
                disconnect(slot, .badRequest)
            }
            if chat.state == .refused { chat.commands = nil }
        }
        return !chat.isBusy
    }

    /// Answers may be large and questions small: who does not take the former may not ask more.
    private func mayAnswer(_ slot: UInt32) -> Bool {
        table[slot].backlog == nil && table[slot].output.count < Sessions.answerBytesPerTurn
    }

    /// At the end of a turn: goes on where answers had to leave first.
    func continueWaiting() {
        guard !waiting.isEmpty else { return }
        let tokens = waiting
        waiting = []
        for token in tokens where table.isCurrent(token.slot, token.generation) {
            guard table[token.slot].backlog == nil else {
                waiting.append(token)
                continue
            }
            if run(token.slot) { resume(token.slot) }
        }
    }

    /// Some can go on in the next turn.
    var hasWork: Bool {
        waiting.contains { table.isCurrent($0.slot, $0.generation) && table[$0.slot].backlog == nil }
    }

    /// Whether the limits let a command pass; else it is answered with 111, or the connection is closed with 3013.
    private func passes(_ verdict: LimitVerdict, _ id: UInt32, _ slot: UInt32) -> Bool {
        switch verdict {
        case .allowed: return true
        case .refused where id > 0: reply(.error(.tooManyRequests), id, to: slot)
        case .refused, .close: disconnect(slot, .tooManyRequests)
        }
        return false
    }

    private func run(_ command: ChatProtocol.Command, bytes: Int, _ slot: UInt32, _ chat: ChatConnection) {
        if case .connect(let request) = command.request, command.id > 0 {
            return connect(request, command.id, slot, chat)
        }
        guard chat.state == .connected else { return disconnect(slot, .badRequest) }
        if command.isPong { return receivedPong(slot, chat) }
        let id = command.id
        guard passes(sessions.rateLimits.admitMessage(bytes: bytes, &chat.limits, now: loop.now), id, slot) else {
            return
        }
        if case .subscribe = command.request {
            guard passes(sessions.rateLimits.admitSubscription(&chat.limits, now: loop.now), id, slot) else { return }
        }
        switch command.request {
        case .subscribe(let request): subscribe(request, id, slot, chat)
        case .unsubscribe(let request): unsubscribe(request.channel, id, slot, chat)
        case .publish(let request): publish(request, id, slot, chat)
        case .presence(let request): presence(request.channel, id, slot, chat)
        case .presenceStatistics(let request): presenceStatistics(request.channel, id, slot, chat)
        case .history(let request): history(request, id, slot, chat)
        // No backend to call is built.
        case .call: reply(.error(.notAvailable), id, to: slot)
        case .send: disconnect(slot, .notAvailable)
        case .refresh(let request): refresh(request.token, id, slot, chat)
        case .subscriptionRefresh(let request): refreshSubscription(request, id, slot, chat)
        case .connect, nil: disconnect(slot, .badRequest)
        }
    }

    // MARK: Waiting for an answer

    /// Begins something that is answered now or later. Nothing else of the connection runs until `body` has been called, on the same
    /// connection; when that is gone `orphaned` is called instead.
    func wait<Value>(
        _ slot: UInt32, _ chat: ChatConnection, for begin: (@escaping (Value) -> Void) -> Void,
        orphaned: @escaping (Value) -> Void = { _ in }, then body: @escaping (Value) -> Void
    ) {
        let token = sessions.token(slot)
        chat.pending += 1
        begin { [unowned self] value in
            guard table.isCurrent(slot, token.generation), table[slot].phase == .open else { return orphaned(value) }
            chat.pending -= 1
            body(value)
            // Else the loop below on the stack goes on.
            guard !chat.isRunning, !chat.isBusy, run(slot) else { return }
            resume(slot)
        }
    }

    // MARK: What leaves

    func reply(_ content: Reply.Content, _ id: UInt32, to slot: UInt32) {
        send(.reply(Reply(id: id, content)), to: slot)
    }

    func push(_ push: Push, to slot: UInt32) { send(.push(push), to: slot) }

    func send(_ message: ServerMessage, to slot: UInt32) {
        guard let chat = connection(slot) else { return }
        var payload: [UInt8] = []
        chat.encoding.append(message, to: &payload)
        sessions.sendMessage(payload.span, isText: chat.encoding == .json, to: slot)
    }

    func disconnect(_ slot: UInt32, _ reason: Disconnect) {
        sessions.close(
            slot, CloseCode(rawValue: reason.code), reason.reason, counting: CloseReason(disconnect: reason.code))
    }

    /// Somebody was denied; perhaps this one.
    func closeDenied(_ slot: UInt32) {
        // Also one that is entering its channels: its token was accepted already.
        guard let chat = connection(slot), chat.state != .refused,
            desk.isRevoked(user: chat.user, tokenIdentifier: chat.tokenIdentifier)
        else { return }
        disconnect(slot, .forceDisconnect)
    }

    /// The node stops.
    func stop(_ slot: UInt32) { disconnect(slot, .shutdown) }

    // MARK: The end

    /// The connection is closed or gone: the others hear that it has left its channels.
    func ended(_ slot: UInt32) {
        guard let chat = connection(slot) else { return }
        connections[Int(slot)] = nil
        if chat.state == .connected { forgetUser(slot, chat) }
        if chat.countsForUser { node.userCounts.leave(chat.user) }
        for subscription in chat.subscriptions where subscription.isJoined { leave(subscription, chat) }
        // Those that are not joined yet are given up when the home answers.
        chat.subscriptions = []
    }

    func rememberUser(_ slot: UInt32, _ chat: ChatConnection) { users[Array(chat.user.utf8), default: []].insert(slot) }

    private func forgetUser(_ slot: UInt32, _ chat: ChatConnection) {
        let key = Array(chat.user.utf8)
        users[key]?.remove(slot)
        if users[key]?.isEmpty ?? false { users[key] = nil }
    }

    /// Takes the connection out of a channel. Presence goes first, then the others hear of it.
    func leave(_ subscription: ChatSubscription, _ chat: ChatConnection) {
        sessions.metrics.subscriptions.add(-1)
        let number = subscription.hubChannel
        let name = hub.name(of: number)
        if let moved = hub.leave(number, place: subscription.place), let other = connection(moved),
            let index = other.subscriptions.firstIndex(where: { $0.hubChannel == number })
        {
            other.subscriptions[index].place = subscription.place
        }
        guard subscription.hasPresence || subscription.isAnnounced else { return }
        rooms.ask(
            .leave(
                subscription.info, hadPresence: subscription.hasPresence, isAnnounced: subscription.isAnnounced,
                perSecond: subscription.joinsPerSecond), of: name
        ) { _ in }
    }

    /// The stream has lost this member, or it cannot be told a publication.
    func lost(_ slot: UInt32, _ channel: UInt32, _ loss: ChatAudience.Loss) {
        guard let chat = connection(slot), table[slot].phase == .open,
            let index = chat.subscriptions.firstIndex(where: { $0.hubChannel == channel && $0.isJoined })
        else { return }
        if loss == .notJSON { return disconnect(slot, .inappropriateProtocol) }
        if chat.subscriptions[index].isServerSide { return disconnect(slot, .insufficientState) }
        removeSubscription(index, slot, chat, telling: .insufficientState)
    }

    /// `telling`: nil, the client has asked for it.
    func removeSubscription(_ index: Int, _ slot: UInt32, _ chat: ChatConnection, telling reason: Unsubscribe?) {
        let subscription = chat.subscriptions.remove(at: index)
        leave(subscription, chat)
        if let reason { push(Push(channel: subscription.channel, .unsubscribe(reason)), to: slot) }
    }
}

// MARK: - Once a second

extension ChatDoor: EventSource {
    func ready(_ token: Token, _ readiness: Readiness) {}

    func timerFired(_ token: Token) {
        housekeeping()
        for suspect in suspects {
            hub.losePosition(of: suspect.channel, named: suspect.name, still: suspect.position)
        }
        suspects = []
        checkPositions()
        scheduleHousekeeping()
    }

    private static let positionSeconds = 40

    /// Compares what members were told with where the streams stand, once for all members of a channel, and each second for some of the
    /// channels. What differs is looked at again a second later: a publication may be on its way.
    private func checkPositions() {
        guard rooms.keepsStreams else { return }
        second = (second + 1) % ChatDoor.positionSeconds
        for (number, name, position) in hub.positions(from: second, every: ChatDoor.positionSeconds) {
            guard let channel = name.suffix(behind: rooms.prefix),
                case .success(let room) = rooms.find(channel), let stream = room.stream
            else { continue }
            rooms.ask(.position(stream), of: name) { [unowned self] answer in
                guard case .position(let top?) = answer, top != position else { return }
                suspects.append((number, name, position))
            }
        }
    }
}

extension CloseReason {
    init(disconnect code: UInt16) {
        switch code {
        case Disconnect.shutdown.code: self = .stopping
        case Disconnect.invalidToken.code, Disconnect.permissionDenied.code: self = .tokenRefused
        case Disconnect.connectionExpired.code, Disconnect.subscriptionExpired.code: self = .expired
        case Disconnect.insufficientState.code: self = .lostPosition
        case Disconnect.noPong.code: self = .pongTimeout
        case Disconnect.stale.code: self = .requestTimeout
        case Disconnect.tooManyRequests.code: self = .tooManyRequests
        case Disconnect.internalServerError.code: self = .brokerUnavailable
        case Disconnect.badRequest.code, Disconnect.notAvailable.code, Disconnect.inappropriateProtocol.code:
            self = .protocolError
        default: self = .disconnected
        }
    }
}
