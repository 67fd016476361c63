// The connections of one loop, from accept to close: what each readable socket, each timer and each turn's end means for them. The
// phases of a connection have a file each: `Sessions+HTTP`, `Sessions+WebSocket`, `Sessions+Closing`, `Sessions+Deadlines`.

import EventLoop
import WSProtocol

final class Sessions {
    let node: Node
    let loop: EventLoop
    let table = ConnectionTable()
    let metrics: WorkerMetrics
    let wsLimits: WSLimits
    let keepAliveSettings: KeepAlive.Settings
    let httpLimits = HTTPLimits()
    /// Nil: connections may send as much as the loop's turns allow.
    let pace: MessagePace?
    let router: any Routing
    let rateLimits: Limits
    /// Nil: nobody can log in here.
    var logins: LoginDesk?
    private var liveCopy: LiveCopy
    /// Whose rates `rateLimits` has.
    private var limitsOf: LiveSettings
    let worker: UInt16
    let deflaters: Deflaters
    /// Where compressed messages of all connections of this loop are inflated.
    let inflateScratch = InflateScratch()
    private(set) var source: UInt16 = 0
    private(set) var writer: ConnectionWriter!
    let hub: Hub
    /// A refused sender is gone; its channel's home may forget it.
    var onForget: (Sender, ChannelName) -> Void = { _, _ in }
    /// The protocol door.
    var chat: (any ChatEvents)?
    /// Where tokens of the other doors are verified.
    var desk: any TokenDesk = OpenDesk()
    /// How the messages of the last speaker of the plain door begin.
    var plainBeginning = PlainBeginning()
    /// What is said in the receive being read; its memory is kept for the next one.
    var said = Said()
    /// HTTP connections with requests left to answer in the next turn.
    var waitingRequests: [Token] = []
    /// What is used of this turn, and who waits for the next ones.
    var turn = TurnShare()
    var isStopping = false
    var random = SeededGenerator(seed: Random.word())

    init(
        worker: UInt16, node: Node, loop: EventLoop, hub: Hub, deflaters: Deflaters, router: any Routing
    ) {
        self.hub = hub
        self.deflaters = deflaters
        self.worker = worker
        self.node = node
        self.loop = loop
        metrics = node.metrics[Int(worker)]
        var limits = WSLimits()
        limits.messageBytesMax = node.configuration.messageBytes
        wsLimits = limits
        var keepAlive = KeepAlive.Settings()
        keepAlive.idleMilliseconds = UInt32(clamping: node.configuration.pingMilliseconds)
        keepAlive.pongMilliseconds = UInt32(clamping: node.configuration.pongMilliseconds)
        keepAliveSettings = keepAlive
        pace = MessagePace(perSecond: node.configuration.messagesPerSecond)
        self.router = router
        liveCopy = LiveCopy(node)
        limitsOf = liveCopy.latest(of: node)
        rateLimits = Limits(limitsOf.rateLimits, node.limitTables, node.limitCounters[Int(worker)])
        source = loop.add(source: self)
        writer = ConnectionWriter(
            table: table, loop: loop, source: source,
            limits: WriterLimits(
                queueBytes: node.configuration.effectiveQueueBytes,
                queueMilliseconds: node.configuration.queueMilliseconds,
                totalBytes: node.configuration.queueTotalBytes / node.workers),
            metrics: metrics)
    }

    /// The settings of this moment that may change while the node runs.
    var live: LiveSettings {
        let latest = liveCopy.latest(of: node)
        if latest !== limitsOf {
            limitsOf = latest
            rateLimits.apply(latest.rateLimits)
        }
        return latest
    }

    /// What is received at once of a connection with compression: text grows some fourfold, then its share of the turn is used up.
    static let compressedBytesPerTurn = 16 << 10

    var isEmpty: Bool { table.count == 0 }
    /// Requests and frames that can go on in the next turn.
    var hasWork: Bool {
        turn.hasLine || chat?.hasWork ?? false
            || waitingRequests.contains { table.isCurrent($0.slot, $0.generation) && table[$0.slot].backlog == nil }
    }

    func token(_ slot: UInt32) -> Token { Token(slot: slot, generation: table[slot].generation, source: source) }
    func sender(_ slot: UInt32) -> Sender { Sender(worker: worker, slot: slot, generation: table[slot].generation) }

    // MARK: Beginning

    /// Takes over an accepted socket.
    func accept(_ descriptor: Int32, from peer: SocketAddress) {
        guard !node.admission.isFarOver else {
            metrics.closedTotal.add()
            return Socket.close(descriptor)
        }
        let slot = table.allocate()
        table[slot].descriptor = descriptor
        table[slot].phase = .http
        table[slot].exchange = HTTPExchange()
        do throws(SystemError) {
            try loop.watch(descriptor, token(slot), .read)
        } catch {
            node.log.write(.error, "accept", "a connection was dropped: \(error)")
            metrics.closedTotal.add()
            Socket.close(descriptor)
            table.release(slot)
            return
        }
        metrics.accepted.add()
        metrics.connections.add()
        if !node.admission.enter() { table[slot].turnedAway = .full }
        let address = peer.ip ?? .loopback
        table[slot].address = address
        if !live.access.isTrustedProxy(address) {
            admitConnection(of: address, slot)
            count(address, for: slot)
        }
        // Who cannot stay may ask, to be told why, but not wait: else the limit of connections would be none (row W14).
        let patience = table[slot].turnedAway == .no ? Int.max : Sessions.turnedAwayMilliseconds
        setDeadline(of: slot, milliseconds: min(live.handshakeMilliseconds, patience))
    }

    /// Notes that the connection cannot stay when those of its address come too often (row P15).
    func admitConnection(of address: IPAddress, _ slot: UInt32) {
        if !rateLimits.admitsConnection(from: address, now: loop.now) { table[slot].turnedAway = .tooOften }
    }

    /// Counts the connection for its address, or notes that it cannot stay.
    func count(_ address: IPAddress, for slot: UInt32) {
        table[slot].address = address
        guard node.admission.countsAddresses else { return }
        if node.admission.enter(address) {
            table[slot].countsForAddress = true
        } else {
            table[slot].turnedAway = .tooManyOfAddress
        }
    }
}

// MARK: - What the loop tells

extension Sessions: EventSource {
    func ready(_ token: Token, _ readiness: Readiness) {
        let slot = token.slot
        guard table.isCurrent(slot, token.generation) else { return }
        if readiness.contains(.writable) { writer.writable(slot) }
        guard !readiness.isDisjoint(with: .mustReceive) else { return }
        // Level-triggered: what is left out here is told again.
        guard !table[slot].waitsForTurn else { return }
        // Nothing is watched while a connection rests: what is told nevertheless is its end, behind what it sent before.
        if table[slot].isResting { return endRest(slot) }
        // Nor while a command waits for its answer; then it is the end of both directions.
        if table[slot].isReadPaused, table[slot].phase == .open { return vanish(slot, .vanished) }
        if table[slot].isReadEnded {
            // Both directions are over: nothing can be said to this peer any more (row E3).
            end(slot, reset: false)
        } else if isTurnUsedUp {
            waitForTurn(slot)
        } else {
            read(slot, readiness)
        }
    }

    /// One receive per turn and connection: at most one buffer full, so that a loud peer does not starve the others (row E7).
    func read(_ slot: UInt32, _ readiness: Readiness) {
        let descriptor = table[slot].descriptor
        let most = table[slot].webSocket.deflate == nil ? EventLoop.receiveBytesMax : Sessions.compressedBytesPerTurn
        let result = loop.receive(descriptor, atMost: most) { bytes in
            metrics.bytesIn.add(bytes.count)
            received(&bytes, from: slot)
        }
        switch StreamVerdict.afterReceive(readiness, result) {
        case .goOn: break
        case .peerFinished, .ended(nil): receivedEndOfStream(slot)
        case .ended: vanish(slot, .vanished)
        }
    }

    func received(_ bytes: inout MutableSpan<UInt8>, from slot: UInt32) {
        switch table[slot].phase {
        case .free, .finishing: break
        case .http: receivedHTTP(&bytes, from: slot)
        case .open, .closing: receivedFrames(&bytes, from: slot, offset: 0)
        }
    }

    private func receivedEndOfStream(_ slot: UInt32) {
        table[slot].isReadEnded = true
        switch table[slot].phase {
        case .free: break
        case .http: endOfRequests(slot)
        // RFC 6455 §7.1.5 — without a Close frame the connection was closed abnormally (1006).
        case .open: vanish(slot, .vanished)
        case .closing, .finishing: end(slot, reset: false)
        }
    }

    func timerFired(_ token: Token) {
        guard table.isCurrent(token.slot, token.generation) else { return }
        checkDeadlines(token.slot)
    }
}

// MARK: - The end of a turn

extension Sessions {
    /// After the flush: ends what broke, closes what is slow, shuts what has said everything, goes on with waiting requests.
    /// True when connections were ended or closed.
    func settle() -> Bool {
        var hasEnded = false
        for token in writer.takeBroken() where table.isCurrent(token.slot, token.generation) {
            vanish(token.slot, .vanished)
            hasEnded = true
        }
        for token in writer.takeWaiting() where table.isCurrent(token.slot, token.generation) { arm(token.slot) }
        for token in writer.takeSlow() where table.isCurrent(token.slot, token.generation) {
            closeSlow(token.slot)
            hasEnded = true
        }
        for token in writer.takeDrained() where table.isCurrent(token.slot, token.generation) {
            outputHasLeft(token.slot)
        }
        continueWaitingReaders()
        continueWaitingRequests()
        chat?.continueWaiting()
        return hasEnded
    }
}
