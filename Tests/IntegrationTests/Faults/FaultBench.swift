// What the fault tests share. They load the machine, so they run one after another; each owns the node it starts.
import Glibc
import TestSupport
import Testing

/// The rows of the fault catalogue that need real sockets, by the room they attack.
@Suite("Faults over real sockets", .serialized, .needs(.rookery), .ownsWhatItStarts)
enum Faults {}

extension RookeryServer {
    func waitForMetric(
        _ name: String, _ labels: [String: String] = [:], seconds: Double = 15, _ isRight: (Int) -> Bool
    ) throws {
        var last = -1
        try wait(until: "\(name) \(labels) is right (it is \(last))", seconds: seconds, everyMilliseconds: 20) {
            last = try metric(name, labels)
            return isRight(last)
        }
    }

    func closes(_ reason: String) throws -> Int { try metric("rookery_closed_total", ["reason": reason]) }

    /// All that a client may leave behind is gone; what is left is the connection that asks.
    func waitUntilEmpty(seconds: Double = 20) throws {
        try wait(until: "every counter is back (\((try? get("/metrics").text) ?? "no answer"))", seconds: seconds) {
            let metrics = try metrics()
            return metrics.value("rookery_connections") == 1 && metrics.value("rookery_websockets") == 0
                && metrics.value("rookery_thread_connections") == 1 && metrics.value("rookery_queue_bytes") == 0
                && metrics.value("rookery_slow_connections") == 0
        }
    }

    var residentBytes: Int { process.residentBytes }

    /// True while a new caller is served.
    func serves() -> Bool { (try? get("/health/live").status) == 200 }
}

/// Runs `body` while another thread keeps asking the node for its pulse; the slowest answer in seconds.
func slowestAnswer(of server: RookeryServer, during body: () throws -> Void) throws -> (asked: Int, seconds: Double) {
    let pulse = Pulse(port: server.port)
    pulse.start()
    defer { pulse.stop() }
    try body()
    return try pulse.result()
}
