// One thread of the load: its connections on its loop, its publishers, its accounts. Orders come from the thread that watches the
// run, which gets a report when it asks. `FanoutLoad+Publishing.swift` sends, `Receiver.swift` books what comes.

import EventLoop
import RESP
import RedisLink
import WSProtocol
import WebSocketLink

final class FanoutLoad: SwarmDelegate {
    enum Phase { case connecting, holding, publishing, listening, stopped }

    /// Connections begun and not yet open, at most, unless all are wanted at once.
    private static let connectingMost = 256

    let settings: FanoutSettings
    let audience: Audience
    let loop: EventLoop
    let swarm: Swarm
    private let thread: Int
    private let urls: [FanoutURL]
    private let orders: Mailbox<FanoutOrder>
    private let tell: (FanoutNews) -> Void
    /// The thread's subscribers; a client of the swarm has the index of its subscriber, those behind are publishers.
    private let numbers: [Int]
    /// Publishers with connections of their own.
    private let publisherNumbers: [Int]

    var phase = Phase.connecting
    var receiver: Receiver
    let composer: MessageComposer
    var publishers: [FanoutPublisher] = []
    /// For each publisher of the run its place in `publishers`, -1 for those of other threads.
    var placeOfPublisher: [Int]
    /// For each subscriber the place of the publisher whose witness it is, or -1.
    var witnessed: [Int] = []
    var schedule: SendSchedule?
    var timer: PreciseTimer?
    var redis: FanoutRedis?
    var origin = Instant(nanoseconds: 0)
    var lags = LatencyHistogram()
    var isServerSlow = false
    private var lastDeliveryNanoseconds: UInt64 = 0

    private var begun = 0
    private var openCount = 0
    private var endedCount = 0
    private var connectStartedAt: Instant?
    private var lastOpenAt: Instant?
    private var begunAt: [Instant] = []
    private var handshakes = LatencyHistogram()
    private var failures: [String: Int] = [:]
    /// Subscribers that still wait for the answer to what they sent.
    private var awaitsAnswer: [Bool] = []
    private var unanswered = 0

    init(
        _ settings: FanoutSettings, thread: Int, tell: @escaping (FanoutNews) -> Void
    ) throws {
        self.settings = settings
        self.thread = thread
        self.tell = tell
        audience = settings.audience
        loop = try EventLoop()
        let subscriberURLs = try settings.urls.map(FanoutURL.init(parsing:))
        var publisherURLs: [FanoutURL] = []
        if case .connections(let texts) = settings.publishing {
            publisherURLs = try texts.map(FanoutURL.init(parsing:))
        }
        urls = subscriberURLs + publisherURLs
        swarm = Swarm(loop: loop, targets: urls.map { SwarmTarget(address: $0.address, host: $0.host) })
        orders = Mailbox(wakeup: loop.wakeup)
        numbers = audience.subscribers(ofThread: thread)
        let own = audience.publishers(ofThread: thread)
        publisherNumbers = publisherURLs.isEmpty ? [] : own
        receiver = Receiver(audience, subscribers: numbers)
        composer = MessageComposer(sizes: settings.sizes, template: settings.publishTemplate)
        placeOfPublisher = [Int](repeating: -1, count: audience.publishers)
        witnessed = [Int](repeating: -1, count: numbers.count)
        awaitsAnswer = [Bool](repeating: false, count: numbers.count)
        let (ranks, _) = audience.ranks()
        for (place, number) in own.enumerated() {
            placeOfPublisher[number] = place
            // Publisher and subscriber of the same number share thread and channel.
            let witness = place < numbers.count ? place : nil
            if let witness { witnessed[witness] = place }
            var client = publisherURLs.isEmpty ? place : numbers.count + place
            if case .redis = settings.publishing { client = -1 }
            publishers.append(
                FanoutPublisher(
                    number: number, channel: UInt16(clamping: audience.channel(of: number)),
                    client: client < 0 ? nil : client, witness: witness, rank: ranks[number]))
        }
        swarm.delegate = self
        if settings.offersDeflate { swarm.deflateOffers = [DeflateOffer()] }
        if case .redis(let address, let channel) = settings.publishing {
            redis = FanoutRedis(loop: loop, address: address, channel: channel)
        }
        timer = try PreciseTimer(loop: loop) { [weak self] in self?.publishDue() }
        loop.onWakeup { [weak self] in self?.takeOrders() }
    }

    /// Turns the loop until the order to stop.
    func run() {
        tell(.started(orders))
        redis?.start()
        while phase != .stopped {
            var wait = 100
            if phase == .connecting { wait = connectMore() ? 1 : 20 }
            loop.turn(waitAtMostMilliseconds: wait)
        }
        redis?.stop()
    }

    private func takeOrders() {
        for order in orders.drain() {
            switch order {
            case .publish(let origin): startPublishing(origin)
            case .report:
                // A link that was never there would be waited for for ever: it dials again and again.
                if phase == .connecting, let redis, !redis.isReady, let reason = redis.losses.keys.first {
                    tell(.failed(reason))
                } else {
                    tell(.progress(progress()))
                }
            case .settle(let published): tell(.settled(lost: lost(published)))
            case .stop: phase = .stopped
            }
        }
    }

    // MARK: Connecting

    /// Begins as many connections as may be on their way. True when the clock says that more are to come soon.
    private func connectMore() -> Bool {
        let now = Instant.now()
        if connectStartedAt == nil { connectStartedAt = now }
        let total = numbers.count + publisherNumbers.count
        var allowed = total
        switch settings.connectRate {
        case nil: allowed = openCount + endedCount + FanoutLoad.connectingMost
        case 0: break
        case let rate?:
            let seconds = Double(now.nanoseconds - (connectStartedAt ?? now).nanoseconds) / 1e9
            allowed = Int(seconds * rate / Double(settings.threads)) + 1
        }
        while begun < min(total, allowed) { connectOne(now) }
        return settings.connectRate.map { $0 > 0 } ?? false && begun < total
    }

    private func connectOne(_ now: Instant) {
        let isSubscriber = begun < numbers.count
        let number = isSubscriber ? numbers[begun] : publisherNumbers[begun - numbers.count]
        let target =
            isSubscriber
            ? audience.url(of: number)
            : settings.urls.count + number % (urls.count - settings.urls.count)
        let path = urls[target].path.text(number: number, channel: audience.channel(of: number))
        let sources = settings.sourceAddresses
        let source = sources.isEmpty ? nil : sources[(begun * settings.threads + thread) % sources.count]
        begun += 1
        begunAt.append(now)
        do throws(SystemError) {
            _ = try swarm.connect(path: path, target: target, headers: settings.headers, from: source)
        } catch {
            // The swarm's numbers and ours go together: one that never was has ended.
            swarm.skip()
            endedCount += 1
            failures["\(error)", default: 0] += 1
        }
    }

    private var isConnected: Bool {
        begun == numbers.count + publisherNumbers.count && openCount + endedCount >= begun && unanswered == 0
            && redis?.isReady ?? true
    }

    // MARK: What the clients experience

    func opened(_ client: Int) {
        let now = Instant.now()
        openCount += 1
        lastOpenAt = now
        handshakes.record(nanoseconds: now.nanoseconds - begunAt[client].nanoseconds)
        guard client < numbers.count, !settings.subscribeTexts.isEmpty else { return }
        if settings.subscribeAnswer != nil {
            awaitsAnswer[client] = true
            unanswered += 1
        }
        for template in settings.subscribeTexts {
            let text = Array(
                template.text(number: numbers[client], channel: audience.channel(of: numbers[client])).utf8)
            swarm.queue(text.span, from: client)
        }
        swarm.flushQueued()
    }

    func ended(_ client: Int, _ reason: String) {
        failures[reason, default: 0] += 1
        if client < numbers.count, awaitsAnswer[client] {
            awaitsAnswer[client] = false
            unanswered -= 1
        }
        endedCount += 1
    }

    func receivedFrames(_ bytes: Span<UInt8>, by client: Int) -> Int {
        guard client < numbers.count, unanswered == 0 else { return 0 }
        let now = Instant.now().nanoseconds &- origin.nanoseconds
        let before = receiver.received
        let count = receiver.takeFrames(bytes, subscriber: client, nanoseconds: now)
        if count > 0 { booked(client, now, before) }
        return count
    }

    func received(_ message: Span<UInt8>, by client: Int) {
        guard client < numbers.count else { return }
        if awaitsAnswer[client] { takeAnswer(message, client) }
        let now = Instant.now().nanoseconds &- origin.nanoseconds
        let before = receiver.received
        receiver.takeMessage(message, 0, message.count, client, now)
        booked(client, now, before)
    }

    /// After each receive: who waits for messages to be done sends the next ones, who is due sends.
    private func booked(_ client: Int, _ now: UInt64, _ before: Int) {
        if receiver.received != before { lastDeliveryNanoseconds = now }
        guard phase == .publishing else { return }
        if let schedule {
            if schedule.nextDue <= now { publishDue() }
        } else if witnessed[client] >= 0 {
            refill(witnessed[client])
        }
    }

    private func takeAnswer(_ message: Span<UInt8>, _ client: Int) {
        guard let answer = settings.subscribeAnswer else { return }
        let text = Array(message.indices.map { message[$0] })
        let wanted = Array(answer.utf8)
        let isThere =
            text.count >= wanted.count
            && (0...(text.count - wanted.count)).contains { text[$0...].starts(with: wanted) }
        guard isThere else { return }
        awaitsAnswer[client] = false
        unanswered -= 1
    }

    // MARK: Reports

    private func progress() -> FanoutProgress {
        var progress = FanoutProgress()
        progress.opened = openCount
        progress.isConnected = isConnected
        if phase == .connecting, progress.isConnected { phase = .holding }
        progress.hasPublished = phase == .listening
        progress.failures = failures.merging(redis?.losses ?? [:], uniquingKeysWith: +)
        progress.firstConnectAt = connectStartedAt
        progress.lastOpenAt = lastOpenAt
        progress.handshakes = handshakes
        progress.latencies = receiver.latencies
        progress.lags = lags
        progress.duplicated = receiver.duplicated
        progress.reordered = receiver.reordered
        progress.corrupt = receiver.corrupt
        progress.stray = receiver.stray
        progress.others = receiver.others
        progress.published = publishers.map { ($0.number, Int($0.measuredCount)) }
        progress.openPerChannel = openPerChannel()
        progress.lastDeliveryNanoseconds = lastDeliveryNanoseconds
        progress.isServerSlow = isServerSlow
        progress.cpuNanoseconds = ProcessorTime.ofThisThread()
        return progress
    }

    private func openPerChannel() -> [Int] {
        var counts = [Int](repeating: 0, count: audience.channels)
        for (client, number) in numbers.enumerated() where client < swarm.count && hasOpened(client) {
            counts[audience.channel(of: number)] += 1
        }
        return counts
    }

    /// Whether a subscriber was connected: what it missed since it ended is lost.
    private func hasOpened(_ client: Int) -> Bool { swarm.hasOpened(client) }

    private func lost(_ published: [Int]) -> Int {
        var perChannel = [[Int]](repeating: [], count: audience.channels)
        for (publisher, count) in published.enumerated() { perChannel[audience.channel(of: publisher)].append(count) }
        var lost = 0
        for (client, number) in numbers.enumerated() where hasOpened(client) {
            lost += receiver.lost(of: client, published: perChannel[audience.channel(of: number)])
        }
        return lost
    }
}
