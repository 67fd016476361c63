// The result for people.

enum FanoutTable {
    static func text(_ result: FanoutResult) -> String {
        var lines: [(String, String)] = []
        let connections = result.connections
        lines.append(
            (
                "connections",
                "\(connections.opened) opened, \(connections.failed) failed or ended, in \(Decimal.text(connections.seconds)) s: "
                    + "\(Scaled.text(connections.perSecond))/s"
                    + each(connections.serverCPUMicrosecondsEach, "handshake")
            ))
        if let handshake = connections.handshakeMilliseconds { lines.append(("handshake", percentiles(handshake))) }
        if let deliveries = result.deliveries {
            lines.append(
                (
                    "deliveries",
                    "\(deliveries.received) of \(deliveries.expected) (\(deliveries.published) messages), "
                        + "\(Scaled.text(deliveries.perSecond))/s"
                ))
            lines.append(
                (
                    "faults",
                    "\(deliveries.lost) lost, \(deliveries.duplicated) duplicated, \(deliveries.reordered) reordered, "
                        + "\(deliveries.corrupt) corrupt, \(deliveries.stray) stray; \(deliveries.others) other messages"
                ))
            if let rate = deliveries.perServerCPUSecond {
                lines.append(
                    (
                        "server CPU",
                        "\(Scaled.text(rate)) deliveries per CPU second"
                            + each(deliveries.serverCPUMicrosecondsEach, "delivery")
                    ))
            }
        }
        if let latency = result.latencyMilliseconds { lines.append(("latency", percentiles(latency))) }
        if let connected = result.server.memoryKiBConnected, let peak = result.server.memoryKiBPeak {
            let bytes = result.server.bytesPerConnection.map { ", \(Int($0.rounded())) bytes a connection" } ?? ""
            lines.append(
                (
                    "server memory",
                    "\(result.server.memoryKiBBefore ?? 0) KiB before, \(connected) KiB connected, \(peak) KiB at its peak"
                        + bytes
                ))
        }
        lines.append(
            ("generator", "\(Int((result.generator.cpuShare * 100).rounded())) % of a processor in its busiest thread"))
        let width = lines.map(\.0.count).max() ?? 0
        var text = ""
        for (name, value) in lines {
            text += name + String(repeating: " ", count: width + 2 - name.count) + value + "\n"
        }
        for warning in result.warnings { text += "warning: \(warning)\n" }
        return text
    }

    private static func each(_ microseconds: Double?, _ what: String) -> String {
        microseconds.map { ", \(Decimal.text($0)) µs CPU of the server each \(what)" } ?? ""
    }

    private static func percentiles(_ value: FanoutResult.Percentiles) -> String {
        [
            ("p50", value.p50), ("p90", value.p90), ("p99", value.p99), ("p99.9", value.p999), ("max", value.max),
        ].map { "\($0.0) \(Decimal.text($0.1)) ms" }.joined(separator: ", ")
    }
}
