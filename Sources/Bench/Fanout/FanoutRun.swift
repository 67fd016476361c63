// One run from its first connection to its last message, watched from the program's first thread: it starts the load threads, tells
// them when to publish, asks each second how far they are, and reads the server's meters at the borders of the measurement.

import EventLoop

final class FanoutRun {
    private let settings: FanoutSettings
    private let meter: ServerMeter
    private let live: LiveLine
    private let loop: EventLoop
    private let news: Mailbox<(thread: Int, FanoutNews)>
    private var orders: [Mailbox<FanoutOrder>?]
    private var progress: [FanoutProgress]
    private var reported = 0
    private var settled = 0
    private var lost = 0
    private var problem: FanoutProblem?
    private var timeline: [FanoutResult.Moment] = []

    init(_ settings: FanoutSettings, live: LiveLine) throws(SystemError) {
        self.settings = settings
        self.live = live
        meter = ServerMeter(process: settings.serverProcess)
        loop = try EventLoop()
        news = Mailbox(wakeup: loop.wakeup)
        orders = [Mailbox<FanoutOrder>?](repeating: nil, count: settings.threads)
        progress = [FanoutProgress](repeating: FanoutProgress(), count: settings.threads)
    }

    /// Throws when nothing could be measured.
    func run() throws -> FanoutResult {
        if settings.serverProcess != nil, meter.read().memoryKiB == nil {
            throw FanoutProblem("--server-pid \(settings.serverProcess ?? 0): there is no such process")
        }
        try raiseDescriptorLimit()
        loop.onWakeup { [weak self] in self?.takeNews() }
        let started = WallClock.milliseconds() / 1_000
        let before = meter.read()
        let handles = try startThreads()
        defer {
            tellAll(.stop)
            for handle in handles { handle.join() }
            live.end()
        }
        try connect()
        pause(milliseconds: FanoutSettings.settleMilliseconds)
        let connected = meter.read()
        let measured = settings.pace == .idle ? try hold() : try measure()
        let peak = meter.read()
        return FanoutSummary(
            settings: settings, started: started, progress: progress, lost: lost, before: before, connected: connected,
            measured: measured, end: peak, timeline: timeline
        ).result()
    }

    /// Before the first connection: a run that ends in the middle for want of descriptors helps nobody.
    private func raiseDescriptorLimit() throws {
        let wanted = settings.subscribers + settings.publishers + 16 * settings.threads + 64
        let allowed = DescriptorLimit.raise(to: wanted)
        guard allowed >= wanted else {
            throw FanoutProblem(
                "\(settings.subscribers) subscribers need \(wanted) descriptors, and this process may have \(allowed) (ulimit -Hn)"
            )
        }
    }

    private func startThreads() throws -> [Threads.Handle] {
        var handles: [Threads.Handle] = []
        for thread in 0..<settings.threads {
            let (settings, news) = (settings, news)
            handles.append(
                try Threads.start("load \(thread)") {
                    do {
                        try FanoutLoad(settings, thread: thread) { news.post((thread, $0)) }.run()
                    } catch {
                        news.post((thread, .failed("\(error)")))
                    }
                })
        }
        return handles
    }

    // MARK: Phases

    private func connect() throws {
        let total = settings.subscribers
        var last = (count: -1, at: Instant.now())
        repeat {
            try askAll()
            let opened = progress.reduce(0) { $0 + $1.opened }
            let settled = progress.reduce(opened) { $0 + $1.failures.values.reduce(0, +) }
            if settled != last.count { last = (settled, Instant.now()) }
            guard Instant.now().milliseconds(since: last.at) < FanoutSettings.connectMilliseconds else {
                throw FanoutProblem(
                    "\(opened) of \(total) connections are open, and for \(FanoutSettings.connectMilliseconds / 1_000) s no handshake "
                        + "or subscription was answered")
            }
            live.show("\(opened) of \(total) connected", isLast: false)
            if !progress.allSatisfy(\.isConnected) { pause(milliseconds: 50) }
        } while !progress.allSatisfy(\.isConnected)
        let opened = progress.reduce(0) { $0 + $1.opened }
        guard opened == 0 else { return }
        let reasons = progress.flatMap(\.failures.keys)
        throw FanoutProblem("no connection could be opened: \(reasons.first ?? "no reason is known")")
    }

    /// Holds the connections without a message.
    private func hold() throws -> FanoutMeasured {
        let from = Instant.now()
        return try follow(from: from, until: from.adding(milliseconds: Int(settings.seconds * 1_000)))
    }

    private func measure() throws -> FanoutMeasured {
        let origin = Instant.now().adding(milliseconds: 20)
        tellAll(.publish(origin: origin))
        let from = origin.adding(milliseconds: Int(settings.warmUpSeconds * 1_000))
        while Instant.now() < from {
            live.show("warming up", isLast: false)
            pause(milliseconds: min(1_000, from.milliseconds(since: Instant.now()) + 1))
        }
        var measured = try follow(from: from, until: from.adding(milliseconds: Int(settings.seconds * 1_000)))
        try drain()
        measured.end = meter.read()
        measured.endAt = Instant.now()
        var published = [Int](repeating: 0, count: settings.publishers)
        for one in progress { for (publisher, count) in one.published { published[publisher] = count } }
        tellAll(.settle(published: published))
        while settled < settings.threads, problem == nil { loop.turn(waitAtMostMilliseconds: 100) }
        return measured
    }

    /// A report each second.
    private func follow(from: Instant, until end: Instant) throws -> FanoutMeasured {
        try askAll()
        let begin = meter.read()
        let measured = FanoutMeasured(
            begin: begin, end: begin, beginAt: Instant.now(), endAt: end, cpuBefore: progress.map(\.cpuNanoseconds))
        var former = (at: measured.beginAt, reading: begin, progress: progress)
        var next = from.adding(milliseconds: 1_000)
        while Instant.now() < end {
            pause(milliseconds: max(1, min(next, end).milliseconds(since: Instant.now()) + 1))
            guard Instant.now() >= min(next, end) else { continue }
            next = next.adding(milliseconds: 1_000)
            try askAll()
            let current = (at: Instant.now(), reading: meter.read(), progress: progress)
            let moment = FanoutSummary.moment(current, after: former, since: from)
            timeline.append(moment)
            live.show(moment)
            former = current
        }
        var result = measured
        result.end = meter.read()
        result.endAt = Instant.now()
        return result
    }

    /// Waits for what is under way: until all of it came, or nothing comes any more.
    private func drain() throws {
        var lastChange = Instant.now()
        var last = -1
        while true {
            try askAll()
            let (expected, received) = FanoutSummary.expectedAndReceived(progress, settings)
            if progress.allSatisfy(\.hasPublished), received >= expected { return }
            if received != last { lastChange = Instant.now() }
            last = received
            if Instant.now().milliseconds(since: lastChange) >= FanoutSettings.drainMilliseconds { return }
            live.show("waiting for what is under way: \(received) of \(expected)", isLast: false)
            pause(milliseconds: 20)
        }
    }

    // MARK: Mail

    private func tellAll(_ order: FanoutOrder) {
        for box in orders { box?.post(order) }
    }

    /// Waits until every thread has said how far it is.
    private func askAll() throws {
        while orders.contains(where: { $0 == nil }), problem == nil { loop.turn(waitAtMostMilliseconds: 100) }
        reported = 0
        tellAll(.report)
        while reported < settings.threads, problem == nil { loop.turn(waitAtMostMilliseconds: 100) }
        if let problem { throw problem }
    }

    private func takeNews() {
        for (thread, item) in news.drain() {
            switch item {
            case .started(let box): orders[thread] = box
            case .progress(let progress):
                self.progress[thread] = progress
                reported += 1
            case .settled(let lost):
                self.lost += lost
                settled += 1
            case .failed(let reason): problem = FanoutProblem(reason)
            }
        }
    }

    private func pause(milliseconds: Int) {
        let until = Instant.now().adding(milliseconds: milliseconds)
        while Instant.now() < until {
            loop.turn(waitAtMostMilliseconds: max(1, until.milliseconds(since: Instant.now())))
        }
    }
}

/// The meters at the borders of the measurement.
struct FanoutMeasured {
    var begin: ServerMeter.Reading
    var end: ServerMeter.Reading
    var beginAt: Instant
    var endAt: Instant
    /// Processor time of each load thread at the beginning.
    var cpuBefore: [UInt64]
}
