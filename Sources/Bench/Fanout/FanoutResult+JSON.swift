// The result as one JSON object, for reports and other programs. What was not measured is null; numbers are finite.

import JSON

extension FanoutResult {
    /// The object, without a line feed.
    func json() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Writes the object; `more` adds members to its end, as a comparison does.
    func write(to writer: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }) {
        writer.beginObject()
        writer.member("tool", "rookery-bench fanout")
        writer.member("version", 1)
        writer.member("started", started)
        writer.member("name", name)
        writeSettings(&writer)
        writeConnections(&writer)
        writeDeliveries(&writer)
        writeLatency(&writer)
        writeServer(&writer)
        writeTimeline(&writer)
        writer.name("warnings")
        writer.beginArray()
        for warning in warnings { writer.string(warning) }
        writer.endArray()
        more(&writer)
        writer.endObject()
    }

    private func writeSettings(_ writer: inout JSONWriter) {
        writer.name("settings")
        writer.beginObject()
        writer.name("urls")
        writer.beginArray()
        for url in settings.urls { writer.string(url) }
        writer.endArray()
        writer.member("subscribers", settings.subscribers)
        writer.member("publishers", settings.publishers)
        writer.member("channels", settings.channels)
        writer.member("rate", settings.rate)
        writer.member("window", settings.window)
        writer.name("sizes")
        writer.beginArray()
        for size in settings.sizes { writer.integer(Int64(size)) }
        writer.endArray()
        writer.member("duration_seconds", settings.durationSeconds)
        writer.member("warmup_seconds", settings.warmUpSeconds)
        writer.member("publish", settings.publish)
        writer.member("deflate", settings.deflate)
        writer.member("threads", settings.threads)
        writer.endObject()
    }

    private func writeConnections(_ writer: inout JSONWriter) {
        writer.name("connections")
        writer.beginObject()
        writer.member("opened", connections.opened)
        writer.member("failed", connections.failed)
        writer.member("seconds", connections.seconds)
        writer.member("per_second", connections.perSecond)
        writer.member("server_cpu_microseconds_each", connections.serverCPUMicrosecondsEach)
        writer.name("handshake_milliseconds")
        FanoutResult.write(connections.handshakeMilliseconds, to: &writer)
        writer.endObject()
    }

    private func writeDeliveries(_ writer: inout JSONWriter) {
        writer.name("deliveries")
        guard let deliveries else { return writer.null() }
        writer.beginObject()
        writer.member("published", deliveries.published)
        writer.member("expected", deliveries.expected)
        writer.member("received", deliveries.received)
        writer.member("reach", deliveries.reach)
        writer.member("lost", deliveries.lost)
        writer.member("duplicated", deliveries.duplicated)
        writer.member("reordered", deliveries.reordered)
        writer.member("corrupt", deliveries.corrupt)
        writer.member("stray", deliveries.stray)
        writer.member("others", deliveries.others)
        writer.member("per_second", deliveries.perSecond)
        writer.member("per_server_cpu_second", deliveries.perServerCPUSecond)
        writer.member("server_cpu_microseconds_each", deliveries.serverCPUMicrosecondsEach)
        writer.endObject()
    }

    private func writeLatency(_ writer: inout JSONWriter) {
        writer.name("latency_milliseconds")
        FanoutResult.write(latencyMilliseconds, to: &writer) { writer in
            writer.name("histogram")
            writer.beginArray()
            for step in histogram {
                writer.beginArray()
                writer.number(step.upperMilliseconds)
                writer.integer(Int64(step.count))
                writer.endArray()
            }
            writer.endArray()
        }
    }

    private func writeServer(_ writer: inout JSONWriter) {
        writer.name("server")
        writer.beginObject()
        writer.member("pid", server.process)
        writer.member("cpu_seconds", server.cpuSeconds)
        writer.member("user_seconds", server.userSeconds)
        writer.member("system_seconds", server.systemSeconds)
        writer.member("memory_kib_before", server.memoryKiBBefore)
        writer.member("memory_kib_connected", server.memoryKiBConnected)
        writer.member("memory_kib_peak", server.memoryKiBPeak)
        writer.member("bytes_per_connection", server.bytesPerConnection)
        writer.endObject()
        writer.name("generator")
        writer.beginObject()
        writer.member("cpu_seconds", generator.cpuSeconds)
        writer.member("cpu_share", generator.cpuShare)
        writer.member("is_saturated", generator.isSaturated)
        writer.endObject()
    }

    private func writeTimeline(_ writer: inout JSONWriter) {
        writer.name("timeline")
        writer.beginArray()
        for moment in timeline {
            writer.beginObject()
            writer.member("seconds", moment.seconds)
            writer.member("deliveries", moment.deliveries)
            writer.member("p50", moment.p50)
            writer.member("p99", moment.p99)
            writer.member("server_cpu", moment.serverCPU)
            writer.member("server_memory_kib", moment.serverMemoryKiB)
            writer.member("generator_cpu", moment.generatorCPU)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(
        _ percentiles: Percentiles?, to writer: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }
    ) {
        guard let percentiles else { return writer.null() }
        writer.beginObject()
        writer.member("p50", percentiles.p50)
        writer.member("p90", percentiles.p90)
        writer.member("p99", percentiles.p99)
        writer.member("p999", percentiles.p999)
        writer.member("max", percentiles.max)
        more(&writer)
        writer.endObject()
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ value: Int?) {
        self.name(name)
        if let value { integer(Int64(value)) } else { null() }
    }

    fileprivate mutating func member(_ name: String, _ value: Double?) {
        self.name(name)
        if let value, value.isFinite { number(value) } else { null() }
    }

    /// RFC 8259 §6 — what Swift prints of a finite number is a JSON number.
    fileprivate mutating func number(_ value: Double) {
        let text = Array("\(value)".utf8)
        raw(text.span)
    }
}
