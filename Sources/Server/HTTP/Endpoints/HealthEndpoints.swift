// What an operator's balancer asks. Alive: the loops turn. Ready: what a client sends now is delivered. JSON by hand: all values are
// numbers or words of ours, and the state of the link, which is escaped.

import EventLoop
import WSProtocol

struct LiveEndpoint: Endpoint {
    func answer(_ head: RequestHead, _ node: Node) -> HTTPResponse { HTTPResponse(.ok, text: "alive\n").uncached }
}

struct ReadyEndpoint: Endpoint {
    func answer(_ head: RequestHead, _ node: Node) -> HTTPResponse {
        let broker = node.broker.current
        let isReady = broker.isReady && !node.isLeaving
        let reason = node.isLeaving ? "stopping" : broker.isReady ? "ready" : "the broker is not ready: \(broker.text)"
        let text = """
            {"status": "\(isReady ? "ready" : "unavailable")", "reason": \(JSONText.quoted(reason)), \
            "broker": {"kind": "\(node.broker.kind)", "ready": \(broker.isReady), "state": \(JSONText.quoted(broker.text)), \
            "queued_bytes": \(node.broker.queuedBytes.value), "in_flight_bytes": \(node.broker.inFlightBytes.value)}, \
            "connections": \(node.admission.count), "threads": \(node.workers), "open": \(node.configuration.isOpen), \
            "warnings": [\(node.configuration.warnings.map(JSONText.quoted).joined(separator: ", "))], \
            "uptime_seconds": \(Instant.now().milliseconds(since: node.startedAt) / 1_000), "version": "\(Help.version)"}

            """
        var headers = [HTTPField("Content-Type", "application/json")]
        if !isReady { headers.append(HTTPField("Retry-After", "1")) }
        return HTTPResponse(isReady ? .ok : .serviceUnavailable, headers: headers, body: Array(text.utf8)).uncached
    }
}

extension HTTPResponse {
    /// An answer about this very moment.
    var uncached: HTTPResponse {
        var response = self
        response.headers.append(HTTPField("Cache-Control", "no-store"))
        response.headers.append(HTTPField("X-Content-Type-Options", "nosniff"))
        return response
    }
}

enum JSONText {
    /// RFC 8259 §7 — a string with its quotes.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
