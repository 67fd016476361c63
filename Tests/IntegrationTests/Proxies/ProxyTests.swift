// Behind real reverse proxies: the tunnel works, nothing is smuggled, the client's address is the right one.
import TestSupport
import Testing

@Suite(
    "A node behind nginx and haproxy", .needs(.rookery), .needs(.nginx), .needs(.haproxy), .ownsWhatItStarts,
    .serialized)
struct ProxyTests {
    private func proxies(_ node: RookeryServer) throws -> [any ReverseProxy] {
        [try NginxServer(to: node.port), try HAProxyServer(to: node.port)]
    }

    @Test("messages pass through both")
    func messages() throws {
        let node = try RookeryServer(["--open"])
        for proxy in try proxies(node) {
            let client = try TestWebSocket(
                "ws://127.0.0.1:\(proxy.port)/ws/1", followedBy: WireFrame.text("early").bytes)
            #expect(try client.receiveText() == "Client #1 says: early")
            let long = String(repeating: "ü", count: 20_000)
            try client.sendText(long)
            #expect(try client.receiveText() == "Client #1 says: " + long)
            try client.close()
        }
    }

    @Test("W13 a half-valid upgrade through a proxy opens no tunnel: the request behind it stays unseen")
    func smuggledUpgrade() throws {
        let node = try RookeryServer(["--open"])
        for proxy in try proxies(node) {
            let before = try node.metric("rookery_requests_total")
            let connection = try RawHTTP(port: proxy.port)
            try connection.send(
                "GET /ws/1 HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 1337\r\n\r\n")
            let answer = try connection.response()
            #expect(answer.status == 426)
            // Had the proxy believed in a tunnel, this would reach the node as it is.
            try? connection.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-Smuggled: 1\r\n\r\n")
            _ = try? connection.response(seconds: 2)
            // Node: the bad upgrade, perhaps the proxied /metrics, and these two askings.
            let seen = try node.metric("rookery_requests_total") - before - 1
            try wait(until: "the proxy has logged", seconds: 3) { proxy.passedOn() >= 1 }
            sleep(milliseconds: 100)
            #expect(seen == proxy.passedOn(), "the node saw \(seen), the proxy passed on \(proxy.passedOn())")
        }
    }

    @Test("H1 H2 H3 H4 what a proxy passes on and what the node reads are equally many requests")
    func framing() throws {
        let node = try RookeryServer(["--open"])
        let host = "Host: localhost\r\n"
        let inner = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let cases = [
            "POST / HTTP/1.1\r\n\(host)Content-Length: \(inner.utf8.count)\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\(inner)",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n\(inner)",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n\(inner)",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n\(inner)",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n\(inner)",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello\(inner)",
            "POST / HTTP/1.1\r\n\(host)Content-Length: +5\r\n\r\nhello\(inner)",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 5, 5\r\n\r\nhello\(inner)",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 0x5\r\n\r\nhello\(inner)",
            "POST / HTTP/1.1\r\n\(host)Content-Length: 18446744073709551617\r\n\r\nh\(inner)",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\n\r\n\(inner)",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n\(inner)",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n\(inner)",
            "POST / HTTP/1.1\r\n\(host)Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\nh\r\n0\r\n\r\n\(inner)",
            "POST / HTTP/1.1\n\(host)Content-Length: 5\n\nhello\(inner)",
            "POST / HTTP/1.1\r\n\(host)X: a\rb\r\nContent-Length: 5\r\n\r\nhello\(inner)",
            "POST / HTTP/1.1\r\n\(host)X: a\r\n b\r\nContent-Length: 5\r\n\r\nhello\(inner)",
            "POST / HTTP/1.1\r\n\(host)X: a\0b\r\nContent-Length: 5\r\n\r\nhello\(inner)",
            "GET / HTTP/1.1\r\n\(host)\r\n\(inner)",
        ]
        for proxy in try proxies(node) {
            for (index, bytes) in cases.enumerated() {
                let passedBefore = proxy.passedOn()
                let before = try node.metric("rookery_requests_total")
                let refusedBefore = try node.metric("rookery_refused_requests_total")
                let connection = try RawHTTP(port: proxy.port)
                try connection.send(bytes)
                connection.socket.shutdownWrite()
                _ = try? connection.socket.receiveToEnd(seconds: 3)
                sleep(milliseconds: 60)
                // Both counters: a head that cannot be read may count as refused only. Asking itself counts too.
                let seen = try node.metric("rookery_requests_total") - before - 2
                let refused = try node.metric("rookery_refused_requests_total") - refusedBefore
                // The proxy's log may come a little later.
                try? wait(until: "the proxy has logged", seconds: 3) {
                    proxy.passedOn() - passedBefore >= max(seen, refused)
                }
                let passed = proxy.passedOn() - passedBefore
                #expect(
                    max(seen, refused) <= passed,
                    "case \(index) through \(type(of: proxy)): \(seen) seen, \(refused) refused, \(passed) passed")
            }
        }
    }

    @Test("H11 the client's address comes from a trusted proxy, read from the right, and from nobody else")
    func clientAddress() throws {
        let flags = ["--open", "--max-connections-per-address", "2"]
        // Trusted: two clients that say they are 1.1.1.1 share the limit; the limit of another address is its own.
        let trusting = try RookeryServer(flags + ["--trusted-proxy", "127.0.0.1/32"])
        var kept: [TestWebSocket] = []
        let one = "X-Forwarded-For: 9.9.9.9, 1.1.1.1"
        for _ in 0..<2 { kept.append(try TestWebSocket(trusting.webSocketURL("/ws/1"), headers: [one])) }
        #expect(try Handshakes.status(of: "/ws/1", on: trusting, headers: ["X-Forwarded-For: 8.8.8.8, 1.1.1.1"]) == 429)
        #expect(try Handshakes.status(of: "/ws/1", on: trusting, headers: ["X-Forwarded-For: 1.1.1.1, 2.2.2.2"]) == 101)
        // Not trusted: the header changes nothing.
        let plain = try RookeryServer(flags)
        for number in 0..<2 {
            kept.append(try TestWebSocket(plain.webSocketURL("/ws/1"), headers: ["X-Forwarded-For: 1.1.1.\(number)"]))
        }
        #expect(try Handshakes.status(of: "/ws/1", on: plain, headers: ["X-Forwarded-For: 3.3.3.3"]) == 429)
        withExtendedLifetime(kept) {}
    }
}
