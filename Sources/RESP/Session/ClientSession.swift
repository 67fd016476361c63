// One connection to Redis as a value: bytes, wishes and the time go in, bytes and events come out. It owns no socket and reads
// no clock. The life of a session is the life of one connection; only `subscriptions` outlives it (`reconnected`).
//
// States: greeting → ready → failed. In `greeting` nothing but the greeting is written (row R11). In `ready` replies are matched
// to commands by their order (row R1) and pushes are told from replies by their type (row R3): a push never uses up a slot.
// `failed` is final: whatever made the state of the connection uncertain, it is closed and never reused.
//
// Output is gathered in `output`; the owner takes it once per turn, so everything said in a turn leaves in one write.

/// The protocol of one connection. All times are milliseconds of any clock that never goes back; the owner hands them
/// in.
package struct ClientSession {
    /// What the connection is for.
    package enum Role: Sendable {
        /// Commands and their replies.
        case commands
        /// Subscriptions: in RESP2 such a connection can do nothing else.
        case publications
    }

    /// How it greets, what it may hold, and how long it waits.
    package struct Configuration: Sendable {
        /// Name, password, database.
        package var greeting: Greeting.Configuration
        /// What a single value may make this side hold.
        package var limits: RESPLimits
        /// From the first byte to the last answer of the greeting.
        package var greetingMilliseconds: UInt64
        /// So long nothing is heard, then a PING is sent.
        package var pingIntervalMilliseconds: UInt64
        /// So long after the last sign of life an answer may be missing (row R8).
        package var answerMilliseconds: UInt64

        /// Defaults: five seconds for each deadline.
        package init(
            greeting: Greeting.Configuration = .init(), limits: RESPLimits = .init(),
            greetingMilliseconds: UInt64 = 5_000, pingIntervalMilliseconds: UInt64 = 5_000,
            answerMilliseconds: UInt64 = 5_000
        ) {
            self.greeting = greeting
            self.limits = limits
            self.greetingMilliseconds = greetingMilliseconds
            self.pingIntervalMilliseconds = pingIntervalMilliseconds
            self.answerMilliseconds = answerMilliseconds
        }
    }

    /// What the next bytes meant. Locations in `.input` are of the input of this call and end with it.
    package enum Event: Equatable {
        /// The input is used up.
        case needsMoreBytes
        /// The connection can be used.
        case greeted(Welcome)
        /// The answer to the command that `send` gave this number.
        case reply(UInt64, RESPValue)
        /// A publication.
        case message(channel: BytesLocation, payload: BytesLocation)
        /// A publication that came because of a pattern.
        case patternMessage(pattern: [UInt8], channel: [UInt8], payload: [UInt8])
        /// A publication to a channel of the cluster's shard.
        case shardMessage(channel: [UInt8], payload: [UInt8])
        /// A publication over the limit was skipped while it streamed in; the subscription it came by.
        case oversizedMessage(Subscription, channel: [UInt8], byteCount: Int)
        case subscription(Subscriptions.Event)
        /// The answer to `probe`: whatever the server pushed before has been read.
        case probed
        case failed(Failure)
    }

    /// Why the connection must be closed.
    package enum Failure: Error, Equatable, Sendable {
        case malformed(RESPError)
        case greeting(Greeting.Failure)
        /// An error that says the server cannot serve us as it is.
        case refused(ServerError)
        /// A reply or confirmation nobody asked for.
        case unexpectedReply(String)
        case greetingTimedOut
        case silent
    }

    private enum State {
        case greeting, ready, failed
    }

    /// Fixed for the life of the connection.
    package let role: Role
    private let configuration: Configuration
    private var state = State.greeting
    private var greeting: Greeting
    private var decoder: RESPDecoder
    private var pending = PendingReplies()
    /// Confirmations of the oldest SUBSCRIBE or UNSUBSCRIBE that are there already.
    private var confirmations = 0
    private var sentCommands: UInt64 = 0
    private var answeredCommands: UInt64 = 0
    /// The wishes and what the server has said to them; hand them to the next session, they outlive this one.
    package private(set) var subscriptions: Subscriptions
    private var events: [Subscriptions.Event] = []

    private var startedAt: UInt64
    private var lastHeard: UInt64
    /// Since when something is unanswered; nil while nothing is.
    private var waitingSince: UInt64?

    /// Bytes to be written, oldest first.
    private var output: [UInt8]

    /// A connection just came up. `subscriptions` are those of the one before, if there was one.
    package init(
        role: Role, _ configuration: Configuration, subscriptions: Subscriptions = Subscriptions(), now: UInt64
    ) {
        self.role = role
        self.configuration = configuration
        self.subscriptions = subscriptions
        self.subscriptions.disconnected()
        greeting = Greeting(configuration.greeting)
        decoder = RESPDecoder(limits: configuration.limits)
        startedAt = now
        lastHeard = now
        output = greeting.start()
    }

    /// Greeted, and not failed since.
    package var isReady: Bool { state == .ready }
    /// Channel and payload of the last `message` event whose locations are `.assembled`.
    package var assembledChannel: [UInt8] { decoder.assembledChannel }
    /// As for the channel.
    package var assembledPayload: [UInt8] { decoder.assembledPayload }
    /// Commands of `send` and `publish` without a reply; PINGs and subscriptions do not count.
    package var unansweredCommands: Int { Int(truncatingIfNeeded: sentCommands - answeredCommands) }
    /// `takeOutput` would bring something, or an event waits.
    package var hasSomethingToSay: Bool {
        !output.isEmpty || !events.isEmpty || state == .ready && subscriptions.hasChanges
    }

    // MARK: From the network

    /// Bytes came at this time. Call before `nextEvent`.
    package mutating func heard(now: UInt64) { lastHeard = now }

    /// The next event from `input`, beginning at `offset`. Call until `needsMoreBytes` or `failed`.
    package mutating func nextEvent(in input: Span<UInt8>, offset: inout Int) -> Event {
        if let event = nextSubscriptionEvent() { return event }
        while state != .failed {
            let event: RESPDecoder.Event
            do throws(RESPError) {
                event = try decoder.nextEvent(in: input, offset: &offset)
            } catch {
                return fail(.malformed(error))
            }
            switch event {
            case .message(let channel, let payload): return .message(channel: channel, payload: payload)
            case .needsMoreBytes: return .needsMoreBytes
            case .value(let value): if let event = receive(value) { return event }
            case .push(let elements): if let event = receive(push: elements) { return event }
            }
        }
        return .needsMoreBytes
    }

    private mutating func receive(_ value: RESPValue) -> Event? {
        if state == .greeting { return receiveGreeting(value) }
        guard let owner = pending.next else {
            if let error = value.errorBytes { return fail(.refused(ServerError(error))) }
            return fail(.unexpectedReply("a reply to no command"))
        }
        switch owner {
        case .command:
            answered()
            answeredCommands += 1
            return .reply(answeredCommands - 1, value)
        case .probe:
            answered()
            return .probed
        case .keepAlive:
            answered()
            if let error = value.errorBytes.map(ServerError.init), error.action == .redial {
                return fail(.refused(error))
            }
            return nil
        case .subscribe, .unsubscribe:
            guard let error = value.errorBytes.map(ServerError.init) else {
                return fail(.unexpectedReply("SUBSCRIBE was answered with a reply"))
            }
            // A cluster says MOVED or CLUSTERDOWN of a shard channel it has not: no more than a refusal of that channel.
            let isOfShard = subscriptions.isShardChannelNext && error.errorClass == .clusterRedirection
            guard error.action == .refuse || isOfShard else { return fail(.refused(error)) }
            guard confirmations == 0, subscriptions.refuse(error) else {
                return fail(.unexpectedReply("an error after half of the confirmations"))
            }
            answered()
            return takeSubscriptionEvents()
        }
    }

    private mutating func receiveGreeting(_ value: RESPValue) -> Event? {
        switch greeting.receive(value) {
        case .wait: return nil
        case .send(let bytes):
            output += bytes
            return nil
        case .failed(let failure): return fail(.greeting(failure))
        case .done(let welcome):
            state = .ready
            decoder.arraysArePushes = role == .publications && welcome.protocolVersion == 2
            if role == .publications {
                subscriptions.connected()
                events += subscriptions.takeEvents()
            }
            return .greeted(welcome)
        }
    }

    private mutating func receive(push elements: RESPElements) -> Event? {
        guard state == .ready, let kind = elements.first?.bytes else { return nil }
        switch String(decoding: kind.prefix(16), as: UTF8.self) {
        case "message":
            guard elements.count == 3, let channel = elements[1].bytes else { return nil }
            if let oversized = oversized(elements[2], channel, by: .channel(channel)) { return oversized }
            guard let payload = elements[2].bytes else { return nil }
            decoder.assemble(channel: channel, payload: payload)
            return .message(channel: .assembled, payload: .assembled)
        case "pmessage":
            guard elements.count == 4, let pattern = elements[1].bytes, let channel = elements[2].bytes else {
                return nil
            }
            if let oversized = oversized(elements[3], channel, by: .pattern(pattern)) { return oversized }
            guard let payload = elements[3].bytes else { return nil }
            return .patternMessage(pattern: pattern, channel: channel, payload: payload)
        case "smessage":
            guard elements.count == 3, let channel = elements[1].bytes else { return nil }
            if let oversized = oversized(elements[2], channel, by: .shardChannel(channel)) { return oversized }
            guard let payload = elements[2].bytes else { return nil }
            return .shardMessage(channel: channel, payload: payload)
        case "subscribe": return receiveConfirmation(isSubscribe: true, .channel, elements)
        case "unsubscribe": return receiveConfirmation(isSubscribe: false, .channel, elements)
        case "psubscribe": return receiveConfirmation(isSubscribe: true, .pattern, elements)
        case "punsubscribe": return receiveConfirmation(isSubscribe: false, .pattern, elements)
        case "ssubscribe": return receiveConfirmation(isSubscribe: true, .shardChannel, elements)
        case "sunsubscribe": return receiveConfirmation(isSubscribe: false, .shardChannel, elements)
        case "pong" where decoder.arraysArePushes:
            // RESP2 "Pub/Sub": in subscriber mode PING is answered with an array.
            return receive(.array(elements))
        default:
            // Kinds we never asked for: invalidations, monitoring. Nobody waits for them.
            return nil
        }
    }

    private func oversized(_ payload: RESPValue, _ channel: [UInt8], by subscription: Subscription) -> Event? {
        guard case .oversized(let byteCount) = payload.withoutAttributes else { return nil }
        return .oversizedMessage(subscription, channel: channel, byteCount: byteCount)
    }

    private mutating func receiveConfirmation(isSubscribe: Bool, _ kind: Subscription.Kind, _ elements: RESPElements)
        -> Event?
    {
        // UNSUBSCRIBE of nothing names no channel and changes nothing.
        if !isSubscribe, elements.count == 3, elements[1].withoutAttributes == .null { return nil }
        guard elements.count == 3, let name = elements[1].bytes else {
            return fail(.unexpectedReply("a confirmation without a channel"))
        }
        let subscription = Subscription(kind, name)
        // Redis 7, SSUBSCRIBE: the server ends the subscription by itself when the slot moves away.
        if kind == .shardChannel, !isSubscribe, !subscriptions.isNext(isSubscribe: false, subscription) {
            subscriptions.withdraw(subscription)
            return takeSubscriptionEvents()
        }
        let missing: Int
        switch pending.next {
        case .subscribe(let channels) where isSubscribe: missing = channels
        case .unsubscribe(let channels) where !isSubscribe: missing = channels
        default: return fail(.unexpectedReply("a confirmation nobody waits for"))
        }
        guard subscriptions.confirm(isSubscribe: isSubscribe, subscription) else {
            return fail(.unexpectedReply("a confirmation of another channel"))
        }
        confirmations += 1
        if confirmations == missing {
            confirmations = 0
            answered()
        }
        return takeSubscriptionEvents()
    }

    private mutating func answered() {
        pending.removeFirst()
        waitingSince = pending.isEmpty ? nil : lastHeard
    }

    private mutating func takeSubscriptionEvents() -> Event? {
        events += subscriptions.takeEvents()
        return nextSubscriptionEvent()
    }

    private mutating func nextSubscriptionEvent() -> Event? {
        events.isEmpty ? nil : .subscription(events.removeFirst())
    }

    private mutating func fail(_ failure: Failure) -> Event {
        state = .failed
        return .failed(failure)
    }

    // MARK: From the application

    /// Sends a command and tells the number its `reply` will carry. Only on a `commands` connection that was greeted.
    @discardableResult
    package mutating func send(_ arguments: [[UInt8]]) throws(CommandError) -> UInt64 {
        precondition(role == .commands && state == .ready, "commands need a greeted connection of their own")
        try CommandEncoder.append([arguments], to: &output)
        return ownCommand()
    }

    /// Sends `PUBLISH`: the hot path of `send`.
    @discardableResult
    package mutating func publish(_ payload: Span<UInt8>, on channel: [UInt8]) -> UInt64 {
        precondition(role == .commands && state == .ready, "commands need a greeted connection of their own")
        CommandEncoder.appendPublish(channel: channel, payload: payload, to: &output)
        return ownCommand()
    }

    /// Sends a command that was encoded before.
    @discardableResult
    package mutating func send(encoded command: [UInt8]) -> UInt64 {
        precondition(role == .commands && state == .ready, "commands need a greeted connection of their own")
        output.append(contentsOf: command)
        return ownCommand()
    }

    private mutating func ownCommand() -> UInt64 {
        pending.append(.command)
        sentCommands += 1
        return sentCommands - 1
    }

    /// Sends a PING whose answer is the event `probed`: then everything the server pushed before it has been read.
    package mutating func probe() {
        precondition(state == .ready, "a probe needs a greeted connection")
        CommandEncoder.append(words: "PING", to: &output)
        pending.append(.probe)
    }

    /// Asked for with the next `takeOutput` once the connection is greeted; twice is once.
    package mutating func subscribe(_ subscription: Subscription) { subscriptions.want(subscription) }
    /// Takes the wish back. A publication that is on its way may still come as an event.
    package mutating func unsubscribe(_ subscription: Subscription) { subscriptions.drop(subscription) }
    /// Asks again for what was refused, or withdrawn by the server.
    package mutating func retryRefusedSubscriptions() { subscriptions.retryRefused() }

    // MARK: To the network

    /// Everything to be written now, subscriptions included; swaps `output` for the (empty) array handed in, so that two arrays
    /// serve for ever. Afterwards call `nextEvent` once more: a wish may have come true without a word to the server.
    package mutating func takeOutput(into bytes: inout [UInt8], now: UInt64) {
        if role == .publications, state == .ready { reconcile() }
        swap(&output, &bytes)
        if waitingSince == nil, !pending.isEmpty { waitingSince = now }
    }

    private mutating func reconcile() {
        for batch in subscriptions.takeBatches() {
            let verb = batch.isSubscribe ? batch.kind.subscribeVerb : batch.kind.unsubscribeVerb
            CommandEncoder.appendChecked([verb] + batch.names, to: &output)
            pending.append(
                batch.isSubscribe ? .subscribe(channels: batch.names.count) : .unsubscribe(channels: batch.names.count))
        }
        events += subscriptions.takeEvents()
    }

    // MARK: Time

    /// When `deadlineReached` is due, in the clock of the arguments.
    package var nextDeadline: UInt64 {
        switch state {
        case .greeting: startedAt + configuration.greetingMilliseconds
        case .ready:
            if let waitingSince {
                max(waitingSince, lastHeard) + configuration.answerMilliseconds
            } else {
                lastHeard + configuration.pingIntervalMilliseconds
            }
        case .failed: .max
        }
    }

    /// The time is `now`: sends a PING when nothing was heard for long, or gives up. Nil while all is well.
    package mutating func deadlineReached(now: UInt64) -> Failure? {
        guard now >= nextDeadline else { return nil }
        switch state {
        case .greeting:
            state = .failed
            return .greetingTimedOut
        case .ready:
            guard waitingSince == nil else {
                state = .failed
                return .silent
            }
            CommandEncoder.append(words: "PING", to: &output)
            pending.append(.keepAlive)
            waitingSince = now
            return nil
        case .failed: return nil
        }
    }
}

extension ClientSession.Failure: CustomStringConvertible {
    /// A sentence for the log; holds the server's words, never a password.
    package var description: String {
        switch self {
        case .malformed(let error): "the server does not speak RESP: \(error)"
        case .greeting(.refused(let error)), .refused(let error): "the server says: \(error.text)"
        case .greeting(.unexpectedReply(let what)), .unexpectedReply(let what): "unexpected from the server: \(what)"
        case .greetingTimedOut: "the greeting was not answered in time"
        case .silent: "the server does not answer"
        }
    }
}
