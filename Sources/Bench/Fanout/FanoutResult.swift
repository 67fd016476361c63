// What one run came to: the value that the table, the JSON, the report and the comparison are made of. What was not measured is nil.

/// The result of `rookery-bench fanout`.
struct FanoutResult: Sendable, Equatable {
    struct Settings: Sendable, Equatable {
        var urls: [String]
        var subscribers: Int
        var publishers: Int
        var channels: Int
        var rate: Double?
        var window: Int?
        var sizes: [Int]
        var durationSeconds: Double
        var warmUpSeconds: Double
        /// `websocket` or `redis`.
        var publish: String
        var deflate: Bool
        var threads: Int
    }

    /// Milliseconds that shares of all stayed within.
    struct Percentiles: Sendable, Equatable {
        var p50: Double
        var p90: Double
        var p99: Double
        var p999: Double
        var max: Double
    }

    struct Connections: Sendable, Equatable {
        var opened: Int
        var failed: Int
        /// From the first attempt to the last handshake.
        var seconds: Double
        var perSecond: Double
        var serverCPUMicrosecondsEach: Double?
        var handshakeMilliseconds: Percentiles?
    }

    struct Deliveries: Sendable, Equatable {
        var published: Int
        var expected: Int
        var received: Int
        /// Different messages received of those expected, 0…1.
        var reach: Double
        var lost: Int
        var duplicated: Int
        var reordered: Int
        var corrupt: Int
        /// Messages of a channel that the subscriber is not in.
        var stray: Int
        /// Messages that are not of the load.
        var others: Int
        var perSecond: Double
        var perServerCPUSecond: Double?
        var serverCPUMicrosecondsEach: Double?
    }

    /// A step of the latency histogram.
    struct Step: Sendable, Equatable {
        var upperMilliseconds: Double
        var count: Int
    }

    struct Server: Sendable, Equatable {
        var process: Int?
        /// While the measured messages were under way.
        var cpuSeconds: Double?
        var userSeconds: Double?
        var systemSeconds: Double?
        var memoryKiBBefore: Int?
        var memoryKiBConnected: Int?
        var memoryKiBPeak: Int?
        var bytesPerConnection: Double?
    }

    struct Generator: Sendable, Equatable {
        var cpuSeconds: Double
        /// Of the busiest thread, 0…1.
        var cpuShare: Double
        var isSaturated: Bool
    }

    /// One second of the run.
    struct Moment: Sendable, Equatable {
        var seconds: Double
        var deliveries: Int
        var p50: Double?
        var p99: Double?
        var serverCPU: Double?
        var serverMemoryKiB: Int?
        var generatorCPU: Double
    }

    /// Seconds since 1970.
    var started: Int
    var name: String
    var settings: Settings
    var connections: Connections
    var deliveries: Deliveries?
    var latencyMilliseconds: Percentiles?
    var histogram: [Step]
    var server: Server
    var generator: Generator
    var timeline: [Moment]
    var warnings: [String]

    /// Every connection opened and stayed, and every message came once, in order and whole.
    var isFlawless: Bool {
        guard connections.failed == 0 else { return false }
        guard let deliveries else { return true }
        return deliveries.lost == 0 && deliveries.duplicated == 0 && deliveries.reordered == 0
            && deliveries.corrupt == 0 && deliveries.stray == 0
    }
}
