// From runs to rows: medians, ratios to the yardstick, and whether they can be believed. Nothing here starts or measures anything.
//
// In each round every server runs once and the yardstick twice, one soon after the other. So a ratio compares what was measured
// minutes apart at most, and the yardstick's two runs tell what a ratio of equals looks like on this machine at this time (A/A).

/// What was measured, and what comes of it.
struct Comparison {
    /// One number of a result of `fanout`.
    enum Metric: CaseIterable {
        case processorPerDelivery
        case deliveriesPerProcessorSecond
        case latency50
        case latency99
        case reach
        case processorPerHandshake
        case bytesPerConnection

        var name: String {
            switch self {
            case .processorPerDelivery: "server CPU per delivery"
            case .deliveriesPerProcessorSecond: "deliveries per server CPU-second"
            case .latency50: "latency p50"
            case .latency99: "latency p99"
            case .reach: "received of expected"
            case .processorPerHandshake: "server CPU per handshake"
            case .bytesPerConnection: "memory per connection"
            }
        }

        var unit: String {
            switch self {
            case .processorPerDelivery, .processorPerHandshake: "µs"
            case .deliveriesPerProcessorSecond: "1/s"
            case .latency50, .latency99: "ms"
            case .reach: ""
            case .bytesPerConnection: "B"
            }
        }

        /// Where it stands in a result.
        var path: [String] {
            switch self {
            case .processorPerDelivery: ["deliveries", "server_cpu_microseconds_each"]
            case .deliveriesPerProcessorSecond: ["deliveries", "per_server_cpu_second"]
            case .latency50: ["latency_milliseconds", "p50"]
            case .latency99: ["latency_milliseconds", "p99"]
            case .reach: ["deliveries", "reach"]
            case .processorPerHandshake: ["connections", "server_cpu_microseconds_each"]
            case .bytesPerConnection: ["server", "bytes_per_connection"]
            }
        }
    }

    /// One server under one load.
    struct Row: Equatable {
        let load: String
        let server: String
        let metric: String
        let unit: String
        let median: Double
        /// Median over the rounds of this server's value over the yardstick's of the same round (the mean of its two).
        let ratio: Double?
        /// Median over the rounds of the yardstick's second value over its first.
        let aaRatio: Double?
        let isDecided: Bool
        let values: [Double]
    }

    /// How far A/A may stand from 1 for a ratio to be believed.
    static let aaTolerance = 0.05

    /// Values by load, server and metric, in the order of the rounds; the yardstick has two a round, all others one.
    private var values: [Key: [Double?]] = [:]
    private let yardstick: String

    private struct Key: Hashable {
        let load: String
        let server: String
        let metric: Metric
    }

    init(yardstick: String) { self.yardstick = yardstick }

    /// Takes one run; nil for what it has not measured.
    mutating func add(load: String, server: String, value: (Metric) -> Double?) {
        for metric in Metric.allCases {
            values[Key(load: load, server: server, metric: metric), default: []].append(value(metric))
        }
    }

    /// A row for each metric that was measured in every run of a server.
    func rows(loads: [String], servers: [String]) -> [Row] {
        var rows: [Row] = []
        for load in loads {
            for metric in Metric.allCases {
                for server in servers {
                    if let row = row(load, server, metric) { rows.append(row) }
                }
            }
        }
        return rows
    }

    /// Whether every ratio of a load can be believed that this asks for: processor time, which targets are about. Latencies of a machine with
    /// other work to do may never come to rest.
    func isDecided(load: String) -> Bool { isDecided(load, .processorPerDelivery) ?? true }

    private func row(_ load: String, _ server: String, _ metric: Metric) -> Row? {
        guard let values = whole(load, server, metric) else { return nil }
        return Row(
            load: load, server: server, metric: metric.name, unit: metric.unit, median: Statistics.median(values),
            ratio: ratio(values, load, server, metric), aaRatio: aaRatio(load, metric),
            isDecided: isDecided(load, metric) ?? false, values: values)
    }

    private func isDecided(_ load: String, _ metric: Metric) -> Bool? {
        aaRatio(load, metric).map { abs($0 - 1) <= Comparison.aaTolerance }
    }

    /// Nil unless every run has measured it.
    private func whole(_ load: String, _ server: String, _ metric: Metric) -> [Double]? {
        guard let values = values[Key(load: load, server: server, metric: metric)], !values.isEmpty else { return nil }
        let known = values.compactMap { $0 }
        return known.count == values.count ? known : nil
    }

    /// The yardstick's two values of each round.
    private func pairs(_ load: String, _ metric: Metric) -> [(Double, Double)]? {
        guard let values = whole(load, yardstick, metric), values.count >= 2 else { return nil }
        return stride(from: 0, to: values.count - 1, by: 2).map { (values[$0], values[$0 + 1]) }
    }

    private func aaRatio(_ load: String, _ metric: Metric) -> Double? {
        guard let pairs = pairs(load, metric), pairs.allSatisfy({ $0.0 > 0 }) else { return nil }
        return Statistics.median(pairs.map { $0.1 / $0.0 })
    }

    private func ratio(_ values: [Double], _ load: String, _ server: String, _ metric: Metric) -> Double? {
        guard let pairs = pairs(load, metric), pairs.allSatisfy({ $0.0 + $0.1 > 0 }) else { return nil }
        if server == yardstick { return 1 }
        return Statistics.median(zip(values, pairs).map { $0 / (($1.0 + $1.1) / 2) })
    }
}
