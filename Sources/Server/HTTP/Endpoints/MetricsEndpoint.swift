// The numbers of the node as Prometheus text (version 0.0.4). Closed label sets: nothing a stranger sends becomes a name or a
// label (row H12).

import EventLoop
import WSProtocol

struct MetricsEndpoint: Endpoint {
    func answer(_ head: RequestHead, _ node: Node) -> HTTPResponse {
        let headers = [HTTPField("Content-Type", "text/plain; version=0.0.4; charset=utf-8")]
        return HTTPResponse(.ok, headers: headers, body: Array(MetricsText.of(node).utf8)).uncached
    }
}

enum MetricsText {
    static func of(_ node: Node) -> String {
        var page = MetricsWriter()
        func sum(_ counter: KeyPath<WorkerMetrics, Counter>) -> Int {
            node.metrics.reduce(0) { $0 + $1[keyPath: counter].value }
        }
        page.gauge("rookery_connections", "Connections of every kind.", node.admission.count)
        page.gauge("rookery_websockets", "Open WebSockets.", sum(\.webSockets))
        page.gauge(
            "rookery_deflated_websockets", "Open WebSockets with permessage-deflate.", sum(\.deflatedWebSockets))
        page.labelled(
            "rookery_thread_connections", "gauge", "Connections by event loop.", "thread",
            node.metrics.enumerated().map { ("\($0.offset)", $0.element.connections.value) })
        page.gauge("rookery_subscriptions", "Subscriptions of the protocol door.", sum(\.subscriptions))
        page.gauge("rookery_streams", "Channels with history.", sum(\.streams))
        page.gauge("rookery_stream_bytes", "What their publications take.", sum(\.streamBytes))
        page.counter(
            "rookery_evicted_streams_total", "Histories given up for want of room.", sum(\.evictedStreams))
        page.counter("rookery_accepted_total", "Connections accepted.", sum(\.accepted))
        page.counter("rookery_requests_total", "HTTP requests read.", sum(\.requests))
        page.counter("rookery_refused_requests_total", "HTTP requests refused.", sum(\.refusals))
        page.counter("rookery_messages_received_total", "Messages from clients.", sum(\.messagesIn))
        page.counter("rookery_messages_sent_total", "Messages to clients.", sum(\.messagesOut))
        page.counter(
            "rookery_deflated_messages_total", "Messages compressed, each once for all its receivers.",
            sum(\.deflatedMessages))
        page.labelled(
            "rookery_deflated_bytes_total", "counter", "Payload of these messages before and after.", "stage",
            [("before", sum(\.deflatedBytesBefore)), ("after", sum(\.deflatedBytesAfter))])
        page.counter("rookery_received_bytes_total", "Bytes from clients.", sum(\.bytesIn))
        page.counter("rookery_sent_bytes_total", "Bytes to clients.", sum(\.bytesOut))
        page.counter("rookery_sends_total", "Writes to sockets.", sum(\.sends))
        page.counter("rookery_turns_total", "Turns of the event loops.", sum(\.turns))
        page.labelled(
            "rookery_closed_total", "counter", "Ended connections by reason.", "reason",
            CloseReason.allCases.map { reason in
                (reason.label, node.metrics.reduce(0) { $0 + $1.closes[reason.rawValue].value })
            })
        page.gauge("rookery_queue_bytes", "Bytes waiting for slow readers.", sum(\.queueBytes))
        page.gauge("rookery_slow_connections", "Connections with bytes waiting.", sum(\.blockedConnections))
        page.labelled(
            "rookery_dropped_total", "counter", "Publications dropped by reason.", "reason",
            [
                ("not_text", sum(\.droppedNotText)), ("oversized", node.broker.oversizedTotal.value),
                ("leave", node.broker.droppedLeavesTotal.value), ("not_envelope", sum(\.droppedNotEnvelope)),
                ("join", sum(\.droppedJoins)),
            ])
        page.limited(
            LimitName.allCases.map { limit in
                (limit, node.limitCounters.reduce(0) { $0 + $1[limit].value })
            })
        if let logins = node.logins {
            page.labelled("rookery_logins_total", "counter", "Logins by outcome.", "outcome", logins.outcomes)
        }
        api(node, &page)
        broker(node.broker, &page)
        if let tokens = node.tokens { MetricsText.tokens(tokens.counters, &page) }
        page.gauge(
            "rookery_uptime_seconds", "Seconds since the start.",
            Instant.now().milliseconds(since: node.startedAt) / 1_000)
        return page.text
    }

    private static func tokens(_ counters: TokenCounters, _ page: inout MetricsWriter) {
        page.labelled(
            "rookery_tokens_total", "counter", "Tokens judged, by what came of them.", "outcome",
            TokenCounters.Outcome.allCases.map { ($0.label, counters[$0]) })
        page.counter(
            "rookery_token_verifications_total", "Tokens verified by threads of their own.", counters.onThreads)
        page.counter("rookery_token_key_requests_total", "Requests for an issuer's keys.", counters.asked)
    }

    private static func api(_ node: Node, _ page: inout MetricsWriter) {
        page.calls(
            APIMethod.allCases.flatMap { method in
                APIOutcome.allCases.map { outcome in
                    (method, outcome, node.apiCounters.reduce(0) { $0 + $1[method, outcome].value })
                }
            })
        page.labelled(
            "rookery_api_rejected_total", "counter", "Requests to the HTTP API that were no call, by reason.",
            "reason",
            [
                ("unauthorized", node.apiCounters.reduce(0) { $0 + $1.unauthorized.value }),
                ("unreadable", node.apiCounters.reduce(0) { $0 + $1.unreadable.value }),
            ])
    }

    private static func broker(_ broker: BrokerStatus, _ page: inout MetricsWriter) {
        page.gauge("rookery_broker_ready", "1 while publications flow.", broker.current.isReady ? 1 : 0)
        guard broker.kind == "redis" else { return }
        page.counter(
            "rookery_broker_published_total", "Publications confirmed by the broker.", broker.publishedTotal.value)
        page.labelled(
            "rookery_broker_refused_senders_total", "counter", "Senders told that a publication failed, by reason.",
            "reason",
            [
                ("queue_full", broker.refusedQueueFullTotal.value), ("expired", broker.refusedExpiredTotal.value),
                ("rejected", broker.refusedRejectedTotal.value), ("unknown", broker.unknownTotal.value),
            ])
        page.gauge("rookery_broker_in_flight_bytes", "Bytes published and not answered.", broker.inFlightBytes.value)
        page.gauge("rookery_broker_queue_bytes", "Bytes waiting in the node.", broker.queuedBytes.value)
        page.gauge("rookery_broker_queue_messages", "Messages waiting in the node.", broker.queuedMessages.value)
        page.gauge("rookery_broker_subscriptions", "Channels subscribed.", broker.subscriptions.value)
        page.counter("rookery_broker_connects_total", "Links made.", broker.connectsTotal.value)
        page.counter("rookery_broker_disconnects_total", "Links lost.", broker.disconnectsTotal.value)
    }
}

/// Writes metric families one by one.
struct MetricsWriter {
    private(set) var text = ""

    mutating func gauge(_ name: String, _ help: String, _ value: Int) { single(name, "gauge", help, value) }
    mutating func counter(_ name: String, _ help: String, _ value: Int) { single(name, "counter", help, value) }

    mutating func labelled(_ name: String, _ kind: String, _ help: String, _ label: String, _ values: [(String, Int)]) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
        for (value, number) in values { text += "\(name){\(label)=\"\(value)\"} \(number)\n" }
    }

    /// A family with two labels.
    mutating func limited(_ values: [(LimitName, Int)]) {
        let name = "rookery_limited_total"
        text += "# HELP \(name) Uses refused by a rate limit.\n# TYPE \(name) counter\n"
        for (limit, number) in values {
            text += "\(name){kind=\"\(limit.kind.label)\",scope=\"\(limit.scope.label)\"} \(number)\n"
        }
    }

    mutating func calls(_ values: [(APIMethod, APIOutcome, Int)]) {
        let name = "rookery_api_calls_total"
        text += "# HELP \(name) Calls of the HTTP API, those of a batch, too.\n# TYPE \(name) counter\n"
        for (method, outcome, number) in values {
            text += "\(name){method=\"\(method.rawValue)\",outcome=\"\(outcome.label)\"} \(number)\n"
        }
    }

    private mutating func single(_ name: String, _ kind: String, _ help: String, _ value: Int) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n\(name) \(value)\n"
    }
}
