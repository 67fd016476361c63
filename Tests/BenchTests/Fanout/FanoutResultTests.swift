// The shape of the result, read back by another implementation of JSON.
import Foundation
import Testing

@testable import Bench

@Suite("The result of rookery-bench fanout")
struct FanoutResultTests {
    static let full = FanoutResult(
        started: 1_763_740_800, name: "a \"name\"",
        settings: FanoutResult.Settings(
            urls: ["ws://127.0.0.1:1/"], subscribers: 1_000, publishers: 1, channels: 1, rate: 100, window: nil,
            sizes: [128], durationSeconds: 10, warmUpSeconds: 1, publish: "websocket", deflate: false, threads: 1),
        connections: FanoutResult.Connections(
            opened: 1_000, failed: 0, seconds: 0.05, perSecond: 20_000, serverCPUMicrosecondsEach: 17,
            handshakeMilliseconds: FanoutResult.Percentiles(p50: 0.1, p90: 0.2, p99: 0.3, p999: 0.4, max: 0.5)),
        deliveries: FanoutResult.Deliveries(
            published: 1_000, expected: 1_000_000, received: 1_000_000, reach: 1, lost: 0, duplicated: 0, reordered: 0,
            corrupt: 0, stray: 0, others: 3, perSecond: 100_000, perServerCPUSecond: 250_000,
            serverCPUMicrosecondsEach: 4),
        latencyMilliseconds: FanoutResult.Percentiles(p50: 0.1, p90: 0.2, p99: 0.3, p999: 0.4, max: 0.5),
        histogram: [FanoutResult.Step(upperMilliseconds: 0.25, count: 7)],
        server: FanoutResult.Server(
            process: 123, cpuSeconds: 4, userSeconds: 0.2, systemSeconds: 3.8, memoryKiBBefore: 9_000,
            memoryKiBConnected: 9_200, memoryKiBPeak: 9_400, bytesPerConnection: 200),
        generator: FanoutResult.Generator(cpuSeconds: 4, cpuShare: 0.4, isSaturated: false),
        timeline: [
            FanoutResult.Moment(
                seconds: 1, deliveries: 100_000, p50: 0.1, p99: 0.3, serverCPU: 0.4, serverMemoryKiB: 9_300,
                generatorCPU: 0.4)
        ], warnings: ["be careful"])

    private static func object(_ result: FanoutResult) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(result.json())) as? [String: Any])
    }

    @Test("every member has its name and its value")
    func members() throws {
        let expected = """
            {"tool":"rookery-bench fanout","version":1,"started":1763740800,"name":"a \\"name\\"",
             "settings":{"urls":["ws://127.0.0.1:1/"],"subscribers":1000,"publishers":1,"channels":1,"rate":100.0,"window":null,
               "sizes":[128],"duration_seconds":10.0,"warmup_seconds":1.0,"publish":"websocket","deflate":false,"threads":1},
             "connections":{"opened":1000,"failed":0,"seconds":0.05,"per_second":20000.0,"server_cpu_microseconds_each":17.0,
               "handshake_milliseconds":{"p50":0.1,"p90":0.2,"p99":0.3,"p999":0.4,"max":0.5}},
             "deliveries":{"published":1000,"expected":1000000,"received":1000000,"reach":1.0,"lost":0,"duplicated":0,
               "reordered":0,"corrupt":0,"stray":0,"others":3,"per_second":100000.0,"per_server_cpu_second":250000.0,
               "server_cpu_microseconds_each":4.0},
             "latency_milliseconds":{"p50":0.1,"p90":0.2,"p99":0.3,"p999":0.4,"max":0.5,"histogram":[[0.25,7]]},
             "server":{"pid":123,"cpu_seconds":4.0,"user_seconds":0.2,"system_seconds":3.8,"memory_kib_before":9000,
               "memory_kib_connected":9200,"memory_kib_peak":9400,"bytes_per_connection":200.0},
             "generator":{"cpu_seconds":4.0,"cpu_share":0.4,"is_saturated":false},
             "timeline":[{"seconds":1.0,"deliveries":100000,"p50":0.1,"p99":0.3,"server_cpu":0.4,"server_memory_kib":9300,
               "generator_cpu":0.4}],
             "warnings":["be careful"]}
            """
        let wanted = try #require(JSONSerialization.jsonObject(with: Data(expected.utf8)) as? NSDictionary)
        #expect(try Self.object(Self.full) as NSDictionary == wanted)
    }

    @Test("what was not measured is null, and so is a number that is none")
    func unknown() throws {
        var result = Self.full
        result.deliveries = nil
        result.latencyMilliseconds = nil
        result.server = FanoutResult.Server()
        result.connections.handshakeMilliseconds = nil
        result.connections.perSecond = .infinity
        let object = try Self.object(result)
        #expect(object["deliveries"] is NSNull && object["latency_milliseconds"] is NSNull)
        let server = try #require(object["server"] as? [String: Any])
        #expect(server.count == 8 && server.values.allSatisfy { $0 is NSNull })
        let connections = try #require(object["connections"] as? [String: Any])
        #expect(connections["handshake_milliseconds"] is NSNull && connections["per_second"] is NSNull)
    }

    @Test("flawless is a run where every connection stayed and every message came once, in order and whole")
    func flawless() {
        #expect(Self.full.isFlawless)
        let flaws: [(inout FanoutResult) -> Void] = [
            { $0.connections.failed = 1 }, { $0.deliveries?.lost = 1 }, { $0.deliveries?.duplicated = 1 },
            { $0.deliveries?.reordered = 1 }, { $0.deliveries?.corrupt = 1 }, { $0.deliveries?.stray = 1 },
        ]
        for flaw in flaws {
            var result = Self.full
            flaw(&result)
            #expect(!result.isFlawless)
        }
        var idle = Self.full
        idle.deliveries = nil
        #expect(idle.isFlawless)
    }
}
