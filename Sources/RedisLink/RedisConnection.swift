// One connection to Redis on a loop, dialed again for ever: resolve → connect → greet → ready → lost → pause → resolve …
// The protocol is `ClientSession`; here are only the socket, the time and the pauses.
//
// - The name is resolved anew for each dial, off the loop; name, connection and greeting share one deadline (row R11), so no
//   step can hang the chain, and every state but `stopped` has a timer that ends it (row S4).
// - Pauses grow exponentially with full jitter and start over after a link that has proven itself (row S6).
// - Silence ends a link: PING when nothing was heard, and a deadline for whatever is unanswered (row R8).
// - What was sent and not answered is told to the owner as lost, and never sent again (row R9).
package import EventLoop
package import RESP

/// One link to Redis that comes back by itself. It belongs to its loop's thread, its delegate's calls come there, and
/// times are those of the configuration, in milliseconds.
package final class RedisConnection {
    private enum State {
        case stopped
        case pausing(until: Instant)
        case resolving(deadline: Instant)
        case connecting(StreamChannel, deadline: Instant)
        /// The session knows its own deadlines: greeting, PING, answers.
        case connected(StreamChannel)
    }

    /// Commands and their answers, or subscriptions: one connection does not do both.
    package let role: ClientSession.Role
    /// Where to, as whom, and every deadline.
    package let configuration: RedisConnectionConfiguration
    /// Set it before `start()`; without one the connection lives on and nobody hears.
    package weak var delegate: (any RedisConnectionDelegate)?
    /// Dials begun.
    package private(set) var dials = 0
    /// The address the connection stands to.
    package private(set) var peer: SocketAddress?

    private let loop: EventLoop
    private let resolver: Resolver
    private let random: () -> UInt64
    private var source: UInt16?
    private var state = State.stopped
    private var session: ClientSession?
    /// Wishes outlive a connection.
    private var subscriptions = Subscriptions()
    private var backoff: Backoff
    private var readySince: Instant?
    private var timerAt: Instant?
    /// Which life of the connection this is: what belongs to an earlier one is ignored.
    private var life: UInt32 = 0
    /// Alternates with the session's own output.
    private var output: [UInt8] = []

    /// `random` gives words of which every value is equally likely.
    package init(
        loop: EventLoop, role: ClientSession.Role, _ configuration: RedisConnectionConfiguration, resolver: Resolver,
        random: @escaping () -> UInt64
    ) {
        self.loop = loop
        self.role = role
        self.configuration = configuration
        self.resolver = resolver
        self.random = random
        backoff = Backoff(
            firstMilliseconds: configuration.firstPauseMilliseconds,
            mostMilliseconds: configuration.mostPauseMilliseconds)
    }

    // MARK: What the owner asks

    /// Dials, and from then on whenever the link is lost. Nothing happens if it was started before.
    package func start() {
        guard case .stopped = state else { return }
        source = loop.add(source: self)
        dial()
    }

    /// Ends for good, without a word to the owner.
    package func stop() {
        abandon()
        state = .stopped
        if let source { loop.remove(source: source) }
        source = nil
        life &+= 1
    }

    /// Ends this life of the connection and dials again after a pause. The owner hears `lost` before this returns.
    package func redial(because reason: String) {
        if case .stopped = state { return }
        if case .pausing = state { return }
        lose(reason)
    }

    /// Greeted: commands may be sent.
    package var isReady: Bool { session?.isReady == true }
    /// Channels that the server refused and that were not asked for again; 0 without a link.
    package var refusedSubscriptions: Int { session?.subscriptions.refusedCount ?? 0 }

    /// Sends `PUBLISH` at the end of the turn. Only while ready.
    package func publish(_ payload: Span<UInt8>, on channel: [UInt8]) { session?.publish(payload, on: channel) }
    /// Sends a command encoded before, at the end of the turn. Only while ready.
    package func send(encoded command: [UInt8]) { session?.send(encoded: command) }
    /// Sends a command at the end of the turn and tells the number its answer will carry. Only while ready.
    @discardableResult
    package func send(_ arguments: [[UInt8]]) throws(CommandError) -> UInt64 {
        precondition(isReady, "commands need a connection that is ready")
        return try session!.send(arguments)
    }
    /// Asks for `probed`. Only while ready.
    package func probe() { session?.probe() }

    /// Asks for a channel at the end of the turn, or once the link stands, and again after every loss.
    package func subscribe(_ name: [UInt8]) {
        if session == nil { subscriptions.want(.channel(name)) } else { session!.subscribe(.channel(name)) }
    }
    /// Takes the wish back; what was pushed before the server heard of it may still come.
    package func unsubscribe(_ name: [UInt8]) {
        if session == nil { subscriptions.drop(.channel(name)) } else { session!.unsubscribe(.channel(name)) }
    }
    /// Asks again, at the end of the turn, for every channel that was refused.
    package func retryRefusedSubscriptions() { session?.retryRefusedSubscriptions() }

    /// Hands everything said in this turn to the channel, which sends it once at the end of the turn.
    package func flush() {
        guard case .connected(let channel) = state, session?.hasSomethingToSay == true else { return }
        session!.takeOutput(into: &output, now: milliseconds)
        if !output.isEmpty {
            channel.append(output)
            output.removeAll(keepingCapacity: output.capacity <= 1 << 20)
        }
        // A wish may have come true without a word to the server.
        drain([], life)
        scheduleTimer()
    }

    /// Bytes the kernel has not taken yet.
    package var unsentBytes: Int {
        if case .connected(let channel) = state { channel.queuedBytes } else { 0 }
    }

    // MARK: Dialing

    private var milliseconds: UInt64 { loop.now.nanoseconds / 1_000_000 }

    private func dial() {
        dials += 1
        life &+= 1
        let deadline = loop.now.adding(milliseconds: configuration.dialMilliseconds)
        switch configuration.address.place {
        case .unix(let path):
            connect(to: [.unix(path)], deadline: deadline)
        case .host(let host, let port):
            state = .resolving(deadline: deadline)
            scheduleTimer()
            let asked = life
            resolver.resolve(host, port: port) { [weak self] answer in
                guard let self, asked == self.life, case .resolving(let deadline) = self.state else { return }
                switch answer {
                case .success(let addresses): self.connect(to: addresses, deadline: deadline)
                case .failure(let failure): self.lose("\(failure)")
                }
            }
        }
    }

    private func connect(to addresses: [SocketAddress], deadline: Instant) {
        let channel = StreamChannel(loop: loop, delegate: self)
        state = .connecting(channel, deadline: deadline)
        scheduleTimer()
        channel.connect(to: addresses, withinMilliseconds: max(1, deadline.milliseconds(since: loop.now)))
    }

    /// Ends whatever is going on. The wishes stay.
    private func abandon() {
        if let session { subscriptions = session.subscriptions }
        session = nil
        peer = nil
        switch state {
        case .connecting(let channel, _): channel.close()
        case .connected(let channel):
            // Nothing of this link is to be read or written any more, not even by the kernel.
            channel.reset()
        case .stopped, .pausing, .resolving: break
        }
    }

    private func lose(_ reason: String) {
        abandon()
        life &+= 1
        if let readySince, readySince.adding(milliseconds: configuration.provenMilliseconds) <= loop.now {
            backoff.reset()
        }
        readySince = nil
        let pause = backoff.nextDelayMilliseconds(random: random())
        state = .pausing(until: loop.now.adding(milliseconds: pause))
        scheduleTimer()
        delegate?.lost(self, reason, nextDialInMilliseconds: pause)
    }

    // MARK: Time

    private var deadline: Instant? {
        switch state {
        case .stopped: nil
        case .pausing(let instant), .resolving(let instant), .connecting(_, let instant): instant
        case .connected: session.map { Instant(nanoseconds: $0.nextDeadline &* 1_000_000) }
        }
    }

    private func scheduleTimer() {
        guard let source, let deadline else { return }
        // An entry that fires early finds nothing to do and schedules the next one.
        if let timerAt, timerAt <= deadline { return }
        timerAt = deadline
        loop.schedule(Token(slot: life, generation: 0, source: source), at: deadline)
    }
}

extension RedisConnection: EventSource {
    /// Never called: the descriptor is the channel's.
    package func ready(_ token: Token, _ readiness: Readiness) {}

    /// Does what is due in this state: dials after a pause, gives a step up that took too long, sends PING.
    package func timerFired(_ token: Token) {
        timerAt = nil
        if let deadline, deadline <= loop.now { deadlineReached() }
        scheduleTimer()
    }

    private func deadlineReached() {
        switch state {
        case .stopped: break
        case .pausing: dial()
        case .resolving: lose("resolve \(configuration.address): no answer in time")
        case .connecting: lose("connect to \(configuration.address): no answer in time")
        case .connected:
            if let failure = session?.deadlineReached(now: milliseconds) {
                lose("\(failure)")
            } else {
                flush()
            }
        }
    }
}

extension RedisConnection: StreamChannelDelegate {
    /// Sends the greeting, which has what is left of the dial's deadline.
    package func connected(_ channel: StreamChannel) {
        guard case .connecting(let current, let deadline) = state, current === channel else { return }
        peer = channel.peerAddress
        state = .connected(channel)
        session = ClientSession(
            role: role,
            ClientSession.Configuration(
                greeting: Greeting.Configuration(
                    credentials: configuration.address.credentials, clientName: configuration.clientName,
                    database: configuration.address.database),
                limits: configuration.limits,
                greetingMilliseconds: UInt64(max(1, deadline.milliseconds(since: loop.now))),
                pingIntervalMilliseconds: UInt64(configuration.pingIntervalMilliseconds),
                answerMilliseconds: UInt64(configuration.answerMilliseconds)),
            subscriptions: subscriptions, now: milliseconds)
        timerAt = nil
        flush()
    }

    /// Works off all of the bytes. What is said meanwhile leaves once, at the end of the turn.
    package func received(_ bytes: inout MutableSpan<UInt8>, on channel: StreamChannel) {
        guard case .connected(let current) = state, current === channel else { return }
        session?.heard(now: milliseconds)
        let bornIn = life
        work(bytes.span, bornIn)
        guard bornIn == life else { return }
        flush()
    }

    /// The link is lost, or could not be made. The owner hears of it in the next turn.
    package func ended(_ channel: StreamChannel, _ reason: StreamEnd) {
        // Told after the flush of the turn: what follows from it must still be flushed, so it waits for the next turn's end.
        let bornIn = life
        loop.later { [weak self] in
            guard let self, bornIn == self.life else { return }
            self.lose("\(reason)")
        }
    }

    /// For what the session has to say without any bytes.
    private func drain(_ nothing: [UInt8], _ bornIn: UInt32) { work(nothing.span, bornIn) }

    /// Works off the bytes of one read. The owner may end this life of the connection in any of the calls.
    private func work(_ bytes: Span<UInt8>, _ bornIn: UInt32) {
        var offset = 0
        while bornIn == life, session != nil {
            switch session!.nextEvent(in: bytes, offset: &offset) {
            case .needsMoreBytes: return
            case .message(.input(let channel), .input(let payload)):
                delegate?.received(self, bytes.extracting(payload), on: bytes.extracting(channel))
            case .message:
                let channel = session!.assembledChannel
                let payload = session!.assembledPayload
                delegate?.received(self, payload.span, on: channel.span)
            case .reply(let number, let value): delegate?.replied(self, to: number, value)
            case .patternMessage, .shardMessage: break  // Not asked for on this link.
            case .oversizedMessage(_, let channel, let byteCount):
                delegate?.skipped(self, byteCount: byteCount, on: channel)
            case .subscription(let event): delegate?.subscription(self, event)
            case .probed: delegate?.probed(self)
            case .greeted(let welcome):
                readySince = loop.now
                delegate?.ready(self, welcome)
            case .failed(let failure):
                lose("\(failure)")
                return
            }
        }
    }
}
