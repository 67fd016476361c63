// From what threads and meters said to the result: pure arithmetic.

import EventLoop

struct FanoutSummary {
    let settings: FanoutSettings
    let started: Int
    let progress: [FanoutProgress]
    let lost: Int
    let before: ServerMeter.Reading
    let connected: ServerMeter.Reading
    let measured: FanoutMeasured
    let end: ServerMeter.Reading
    let timeline: [FanoutResult.Moment]

    /// A thread that works more than this is the limit of the measurement.
    static let shareMax = 0.9
    /// Messages that leave later than this measure the generator.
    static let lagMillisecondsMax = 10.0

    func result() -> FanoutResult {
        let deliveries = settings.pace == .idle ? nil : deliveries()
        let latencies = merged(\.latencies)
        let generator = generator()
        return FanoutResult(
            started: started, name: settings.name, settings: resultSettings(), connections: connections(),
            deliveries: deliveries, latencyMilliseconds: FanoutSummary.percentiles(latencies),
            histogram: latencies.steps.map {
                FanoutResult.Step(upperMilliseconds: $0.upperMilliseconds, count: $0.count)
            },
            server: server(), generator: generator, timeline: timeline, warnings: warnings(generator))
    }

    static func percentiles(_ histogram: LatencyHistogram) -> FanoutResult.Percentiles? {
        guard histogram.count > 0 else { return nil }
        func at(_ share: Double) -> Double { histogram.milliseconds(at: share) }
        return FanoutResult.Percentiles(p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1))
    }

    /// Messages that all subscribers together should have by now, and different ones that they have.
    static func expectedAndReceived(_ progress: [FanoutProgress], _ settings: FanoutSettings) -> (Int, Int) {
        var open = [Int](repeating: 0, count: settings.channels)
        for one in progress { for (channel, count) in one.openPerChannel.enumerated() { open[channel] += count } }
        var expected = 0
        for one in progress {
            for (publisher, count) in one.published {
                expected += count * open[settings.audience.channel(of: publisher)]
            }
        }
        let received = progress.reduce(0) { $0 + $1.latencies.count - $1.duplicated }
        return (expected, received)
    }

    /// What happened between two reports.
    static func moment(
        _ current: (at: Instant, reading: ServerMeter.Reading, progress: [FanoutProgress]),
        after former: (at: Instant, reading: ServerMeter.Reading, progress: [FanoutProgress]), since begin: Instant
    ) -> FanoutResult.Moment {
        var latencies = LatencyHistogram()
        var busiest = 0.0
        let seconds = max(1e-9, Double(current.at.nanoseconds - former.at.nanoseconds) / 1e9)
        for (new, old) in zip(current.progress, former.progress) {
            latencies.merge(new.latencies.since(old.latencies))
            busiest = max(busiest, Double(new.cpuNanoseconds - old.cpuNanoseconds) / 1e9 / seconds)
        }
        let percentiles = percentiles(latencies)
        var serverCPU: Double?
        if let new = current.reading.cpuNanoseconds, let old = former.reading.cpuNanoseconds {
            serverCPU = FanoutSummary.seconds(from: old, to: new) / seconds
        }
        return FanoutResult.Moment(
            seconds: Double(current.at.nanoseconds - begin.nanoseconds) / 1e9, deliveries: latencies.count,
            p50: percentiles?.p50, p99: percentiles?.p99, serverCPU: serverCPU,
            serverMemoryKiB: current.reading.memoryKiB, generatorCPU: busiest)
    }

    /// Never less than none: of a server with children the sum may fall when one ends.
    static func seconds(from old: UInt64, to new: UInt64) -> Double { max(0, Double(new) - Double(old)) / 1e9 }

    private func merged(_ part: KeyPath<FanoutProgress, LatencyHistogram>) -> LatencyHistogram {
        var all = LatencyHistogram()
        for one in progress { all.merge(one[keyPath: part]) }
        return all
    }

    private func sum(_ part: (FanoutProgress) -> Int) -> Int { progress.reduce(0) { $0 + part($1) } }

    private func resultSettings() -> FanoutResult.Settings {
        var rate: Double?
        var window: Int?
        switch settings.pace {
        case .rate(let value): rate = value
        case .window(let value): window = value
        case .idle: break
        }
        return FanoutResult.Settings(
            urls: settings.urls, subscribers: settings.subscribers, publishers: settings.audience.publishers,
            channels: settings.channels, rate: rate, window: window, sizes: settings.sizes.entries.map(\.bytes),
            durationSeconds: settings.seconds, warmUpSeconds: settings.warmUpSeconds, publish: settings.publishWord,
            deflate: settings.offersDeflate, threads: settings.threads)
    }

    private func connections() -> FanoutResult.Connections {
        let opened = sum(\.opened)
        let first = progress.compactMap(\.firstConnectAt).min()
        let last = progress.compactMap(\.lastOpenAt).max()
        var seconds = 0.0
        if let first, let last { seconds = Double(last.nanoseconds - first.nanoseconds) / 1e9 }
        var each: Double?
        if let new = connected.cpuNanoseconds, let old = before.cpuNanoseconds, opened > 0 {
            each = FanoutSummary.seconds(from: old, to: new) * 1e6 / Double(opened)
        }
        return FanoutResult.Connections(
            opened: opened, failed: sum { $0.failures.values.reduce(0, +) }, seconds: seconds,
            perSecond: seconds > 0 ? Double(opened) / seconds : 0, serverCPUMicrosecondsEach: each,
            handshakeMilliseconds: FanoutSummary.percentiles(merged(\.handshakes)))
    }

    private func deliveries() -> FanoutResult.Deliveries {
        let (expected, distinct) = FanoutSummary.expectedAndReceived(progress, settings)
        let received = sum { $0.latencies.count }
        // Since the run began, the warm-up included; what came after the last message was sent counts, too.
        let last = progress.map(\.lastDeliveryNanoseconds).max() ?? 0
        let end = Double(last) / 1e9 - settings.warmUpSeconds
        let cpu = cpuSeconds
        let perSecond = Double(received) / max(settings.seconds, end)
        return FanoutResult.Deliveries(
            published: progress.reduce(0) { $0 + $1.published.reduce(0) { $0 + $1.count } }, expected: expected,
            received: received, reach: expected > 0 ? Double(distinct) / Double(expected) : 1, lost: lost,
            duplicated: sum(\.duplicated), reordered: sum(\.reordered), corrupt: sum(\.corrupt), stray: sum(\.stray),
            others: sum(\.others), perSecond: perSecond,
            perServerCPUSecond: cpu.flatMap { $0 > 0 ? Double(received) / $0 : nil },
            serverCPUMicrosecondsEach: cpu.flatMap { received > 0 ? $0 * 1e6 / Double(received) : nil })
    }

    private var cpuSeconds: Double? {
        guard let new = measured.end.cpuNanoseconds, let old = measured.begin.cpuNanoseconds else { return nil }
        return FanoutSummary.seconds(from: old, to: new)
    }

    private func server() -> FanoutResult.Server {
        func difference(_ part: KeyPath<ServerMeter.Reading, Double?>) -> Double? {
            guard let new = measured.end[keyPath: part], let old = measured.begin[keyPath: part] else { return nil }
            return new - old
        }
        var each: Double?
        if let new = connected.memoryKiB, let old = before.memoryKiB, sum(\.opened) > 0 {
            each = Double(new - old) * 1024 / Double(sum(\.opened))
        }
        return FanoutResult.Server(
            process: settings.serverProcess, cpuSeconds: cpuSeconds, userSeconds: difference(\.userSeconds),
            systemSeconds: difference(\.systemSeconds), memoryKiBBefore: before.memoryKiB,
            memoryKiBConnected: connected.memoryKiB, memoryKiBPeak: end.memoryPeakKiB, bytesPerConnection: each)
    }

    private func generator() -> FanoutResult.Generator {
        let seconds = Double(measured.endAt.nanoseconds - measured.beginAt.nanoseconds) / 1e9
        let used = zip(progress.map(\.cpuNanoseconds), measured.cpuBefore).map { Double($0 - $1) / 1e9 }
        let share = seconds > 0 ? (used.max() ?? 0) / seconds : 0
        let lags = merged(\.lags)
        let isLate =
            lags.count > 0 && lags.milliseconds(at: 0.99) > FanoutSummary.lagMillisecondsMax
            && !progress.contains { $0.isServerSlow }
        return FanoutResult.Generator(
            cpuSeconds: used.reduce(0, +), cpuShare: share, isSaturated: share > FanoutSummary.shareMax || isLate)
    }

    private func warnings(_ generator: FanoutResult.Generator) -> [String] {
        var warnings: [String] = []
        let tooBusy = generator.cpuShare > FanoutSummary.shareMax
        if tooBusy {
            let share = Int((generator.cpuShare * 100).rounded())
            warnings.append(
                "the generator is the limit: its busiest thread used \(share) % of a processor, so the server may be faster than this "
                    + "shows; try --threads")
        } else if generator.isSaturated {
            warnings.append(
                "the generator is the limit: messages left late (p99 \(Decimal.text(merged(\.lags).milliseconds(at: 0.99))) ms) though it "
                    + "had time; is its processor used by others?")
        }
        if progress.contains(where: \.isServerSlow) {
            warnings.append("the server did not take the messages as fast as they were to be sent")
        }
        var reasons: [String: Int] = [:]
        for one in progress { reasons.merge(one.failures, uniquingKeysWith: +) }
        for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(5) {
            warnings.append("\(count) connection\(count == 1 ? "" : "s") failed or ended: \(reason)")
        }
        return warnings
    }
}
