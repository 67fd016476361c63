// What an operator's balancer asks. Alive: the loops turn. Ready: what a client sends now is delivered. A node that stops is
// alive and not ready; so is one whose broker is away.

import EventLoop
import JSON
import WSProtocol

struct LiveEndpoint: Endpoint {
    func answer(_ head: RequestHead, _ node: Node) -> HTTPResponse { HTTPResponse(.ok, text: "alive\n").uncached }
}

struct ReadyEndpoint: Endpoint {
    func answer(_ head: RequestHead, _ node: Node) -> HTTPResponse {
        let broker = node.broker.current
        let isReady = broker.isReady && !node.isLeaving
        let reason = node.isLeaving ? "stopping" : broker.isReady ? "ready" : "the broker is not ready: \(broker.text)"
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("status", isReady ? "ready" : "unavailable")
        writer.member("reason", reason)
        writer.name("broker")
        writer.beginObject()
        writer.member("kind", "\(node.broker.kind)")
        writer.member("ready", broker.isReady)
        writer.member("state", broker.text)
        writer.member("queued_bytes", node.broker.queuedBytes.value)
        writer.member("in_flight_bytes", node.broker.inFlightBytes.value)
        writer.endObject()
        writer.member("connections", node.admission.count)
        writer.member("threads", node.workers)
        writer.member("open", node.tokens == nil)
        // For the page: whether it may ask for a name and a password.
        writer.member("login", node.logins != nil)
        writer.name("warnings")
        writer.beginArray()
        for warning in node.warnings { writer.string(warning) }
        writer.endArray()
        writer.member("uptime_seconds", Instant.now().milliseconds(since: node.startedAt) / 1_000)
        writer.member("version", Help.version)
        writer.endObject()
        var headers = [HTTPField("Content-Type", "application/json")]
        if !isReady { headers.append(HTTPField("Retry-After", "1")) }
        return HTTPResponse(isReady ? .ok : .serviceUnavailable, headers: headers, body: writer.bytes + [0x0A]).uncached
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
