// The load generator against real nodes: both doors, both brokers, several nodes.
import Foundation
import TestSupport
import Testing

@Suite("rookery-bench fanout loads a node", .needs(.rookery), .needs(.bench), .ownsWhatItStarts)
struct FanoutTests {
    private static let load = ["--subscribers", "20", "--rate", "100", "--duration", "1s", "--warmup", "200ms"]

    /// Every message came once, in order and whole.
    private static func expectFlawless(_ run: FanoutRunner, expected: Int) {
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.faults == [0, 0, 0, 0, 0], "\(run.output)")
        #expect(run.count("deliveries", "expected") == expected && run.count("deliveries", "received") == expected)
    }

    @Test("through the plain door, with figures of the server's process")
    func plain() throws {
        let node = try RookeryServer()
        let folder = try TemporaryFolder("report")
        let page = folder.file("report.html")
        let run = try FanoutRunner(
            [
                "ws://127.0.0.1:\(node.port)/ws/{n}", "--server-pid", "\(node.process.processID)", "--name", "plain",
                "--html", page,
            ] + Self.load)
        Self.expectFlawless(run, expected: 2_000)
        #expect(run.result["name"] as? String == "plain" && run.count("connections", "opened") == 20)
        // Both were measured, by us and by the kernel: the process cannot have worked more than all of it.
        let seconds = try #require(run.number("server", "cpu_seconds"))
        #expect(seconds > 0 && seconds <= node.process.processorSeconds + 0.05)
        #expect(try #require(run.number("latency_milliseconds", "p50")) > 0)
        #expect(run.count("server", "memory_kib_connected") > 1_000)
        let timeline = try #require(run.result["timeline"] as? [[String: Any]])
        #expect(timeline.count == 1)
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.hasPrefix("<!doctype html>") && html.contains("\"tool\":\"rookery-bench fanout\""))
    }

    @Test("through the relay door on several channels, with several publishers and sizes, from two threads")
    func relay() throws {
        let node = try RookeryServer(["--relay", "load."])
        let run = try FanoutRunner(
            [
                "ws://127.0.0.1:\(node.port)/relay/load.{channel}", "--channels", "4", "--publishers", "8", "--size",
                "56:5,1000:4,65000:1", "--threads", "2", "--source-addresses", "127.0.0.2-127.0.0.4",
            ] + Self.load)
        // A hundred messages, each for the five of its channel.
        Self.expectFlawless(run, expected: 500)
    }

    @Test("with a window of messages under way, compressed")
    func window() throws {
        let node = try RookeryServer()
        let run = try FanoutRunner([
            "ws://127.0.0.1:\(node.port)/ws/{n}", "--subscribers", "5", "--window", "16", "--size", "1000",
            "--duration",
            "1s", "--deflate",
        ])
        #expect(try node.metric("rookery_deflated_messages_total") > 0)
        let published = run.count("deliveries", "published")
        #expect(published > 16)
        Self.expectFlawless(run, expected: 5 * published)
    }

    @Test("with PUBLISH on Redis, on two nodes at once", .needs(.redis))
    func redis() throws {
        let redis = try RedisServer()
        let nodes = try (0..<2).map { _ in try RookeryServer(["--redis", redis.url, "--relay", "load."]) }
        let run = try FanoutRunner(
            nodes.map { "ws://127.0.0.1:\($0.port)/relay/load.{channel}" } + Self.load + [
                "--channels", "2", "--publishers", "2", "--publish-by", redis.url, "--redis-channel", "load.{channel}",
            ])
        Self.expectFlawless(run, expected: 1_000)
    }

    @Test("without a message it tells what connections cost")
    func idle() throws {
        let node = try RookeryServer()
        let run = try FanoutRunner([
            "ws://127.0.0.1:\(node.port)/ws/{n}", "--subscribers", "300", "--idle", "--duration", "500ms",
            "--connect-rate", "0",
            "--server-pid", "\(node.process.processID)",
        ])
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.count("connections", "opened") == 300)
        #expect(try #require(run.number("connections", "server_cpu_microseconds_each")) > 0)
        #expect(run.number("server", "bytes_per_connection") != nil)
    }
}
