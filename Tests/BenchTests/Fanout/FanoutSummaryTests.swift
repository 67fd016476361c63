import EventLoop
import Testing

@testable import Bench

@Suite("From reports and meters to the result of rookery-bench fanout")
struct FanoutSummaryTests {
    private static let second: UInt64 = 1_000_000_000

    private static func settings(_ arguments: String...) throws -> FanoutSettings {
        try FanoutSettings(["ws://127.0.0.1:1/{channel}"] + arguments)
    }

    private static func progress(latencies: Int, cpu: UInt64, published: [(publisher: Int, count: Int)])
        -> FanoutProgress
    {
        var progress = FanoutProgress()
        progress.opened = 5
        for _ in 0..<latencies { progress.latencies.record(nanoseconds: 2_000_000) }
        progress.cpuNanoseconds = cpu
        progress.published = published
        progress.openPerChannel = [3, 2]
        progress.lastDeliveryNanoseconds = 4 * second
        return progress
    }

    private static func reading(_ seconds: Double, memory: Int) -> ServerMeter.Reading {
        ServerMeter.Reading(
            cpuNanoseconds: UInt64(seconds * 1e9), userSeconds: seconds / 4, systemSeconds: seconds * 3 / 4,
            memoryKiB: memory, memoryPeakKiB: memory + 100)
    }

    private static func summary(_ progress: [FanoutProgress], cpuEnd: Double = 3, cpuOfThread: UInt64 = 0) throws
        -> FanoutResult
    {
        let settings = try settings(
            "--subscribers", "10", "--channels", "2", "--publishers", "2", "--threads", "2", "--duration", "2s",
            "--rate", "20")
        return FanoutSummary(
            settings: settings, started: 1, progress: progress, lost: 3, before: reading(1, memory: 1_000),
            connected: reading(1.001, memory: 1_010),
            measured: FanoutMeasured(
                begin: reading(1.5, memory: 1_010), end: reading(cpuEnd, memory: 1_020),
                beginAt: Instant(nanoseconds: 0), endAt: Instant(nanoseconds: 2 * second),
                cpuBefore: [cpuOfThread, cpuOfThread]),
            end: reading(cpuEnd, memory: 1_020), timeline: []
        ).result()
    }

    @Test("figures are those of the measurement alone, of all threads together")
    func figures() throws {
        let result = try Self.summary([
            Self.progress(latencies: 57, cpu: 500_000_000, published: [(0, 10)]),
            Self.progress(latencies: 60, cpu: 700_000_000, published: [(1, 15)]),
        ])
        let deliveries = try #require(result.deliveries)
        // Channel 0 has six open subscribers in both threads, channel 1 has four: 10 × 6 + 15 × 4.
        #expect(deliveries.published == 25 && deliveries.expected == 120 && deliveries.received == 117)
        #expect(deliveries.reach == 117.0 / 120 && deliveries.lost == 3)
        // The last came three seconds after the warm-up of one: the drain counts.
        #expect(deliveries.perSecond == 39)
        #expect(deliveries.serverCPUMicrosecondsEach == 1.5 * 1e6 / 117 && deliveries.perServerCPUSecond == 117 / 1.5)
        #expect(result.server.cpuSeconds == 1.5 && result.server.bytesPerConnection == 1_024)
        #expect(result.server.userSeconds == 0.375 && result.server.memoryKiBPeak == 1_120)
        let each = try #require(result.connections.serverCPUMicrosecondsEach)
        #expect((99.9...100.1).contains(each) && result.connections.opened == 10)
        #expect(
            result.generator.cpuShare == 0.35 && result.generator.cpuSeconds == 1.2 && !result.generator.isSaturated)
        #expect(result.warnings.isEmpty && !result.isFlawless)
    }

    @Test("a generator that is busy or late says so, one whose server takes nothing does not")
    func saturated() throws {
        var progress = Self.progress(latencies: 1, cpu: 1_900_000_000, published: [(0, 1)])
        let busy = try Self.summary([progress, progress])
        #expect(busy.generator.isSaturated && busy.warnings.count == 1)
        #expect(
            busy.warnings.joined().hasPrefix("the generator is the limit: its busiest thread used 95 %"))
        progress.cpuNanoseconds = 0
        for _ in 0..<100 { progress.lags.record(nanoseconds: 11_000_000) }
        let late = try Self.summary([progress, progress])
        #expect(late.generator.isSaturated && late.warnings.count == 1)
        #expect(
            late.warnings.joined().hasPrefix("the generator is the limit: messages left late (p99 11"))
        progress.isServerSlow = true
        let slow = try Self.summary([progress, progress])
        #expect(!slow.generator.isSaturated)
        #expect(slow.warnings == ["the server did not take the messages as fast as they were to be sent"])
    }

    @Test("reasons why connections failed are told once each, the most frequent first")
    func reasons() throws {
        var progress = Self.progress(latencies: 1, cpu: 0, published: [(0, 1)])
        progress.failures = ["refused": 2, "reset": 1]
        var other = progress
        other.failures = ["reset": 3]
        let result = try Self.summary([progress, other])
        #expect(result.connections.failed == 6 && !result.isFlawless)
        #expect(
            result.warnings == ["4 connections failed or ended: reset", "2 connections failed or ended: refused"])
    }

    @Test("meters that fall, as those of a server whose child ends, give no less than nothing")
    func falling() throws {
        let progress = Self.progress(latencies: 1, cpu: 0, published: [(0, 1)])
        let result = try Self.summary([progress, progress], cpuEnd: 1)
        #expect(result.server.cpuSeconds == 0 && result.deliveries?.perServerCPUSecond == nil)
    }

    @Test("a second of the timeline has what came in it and no more")
    func moment() {
        let former = Self.progress(latencies: 10, cpu: 100_000_000, published: [])
        var current = Self.progress(latencies: 10, cpu: 350_000_000, published: [])
        for _ in 0..<4 { current.latencies.record(nanoseconds: 50_000_000) }
        let moment = FanoutSummary.moment(
            (Instant(nanoseconds: 3 * Self.second), Self.reading(2, memory: 7), [current]),
            after: (Instant(nanoseconds: 2 * Self.second), Self.reading(1.5, memory: 5), [former]),
            since: Instant(nanoseconds: Self.second))
        #expect(moment.seconds == 2 && moment.deliveries == 4 && moment.serverMemoryKiB == 7)
        #expect(moment.serverCPU == 0.5 && moment.generatorCPU == 0.25)
        #expect((49.9...51).contains(moment.p50 ?? 0))
    }
}
