// Who is let in when many come, and for whom a connection counts.
import Foundation
import TestSupport
import Testing

extension Faults {
    @Suite("Admission")
    struct AdmissionTests {
        @Test("W14 3,000 silent sockets cost little, end at the deadline, and a user is served all the time")
        func silent() throws {
            ManyClients.raiseDescriptorLimit()
            let server = try RookeryServer(["--handshake-timeout", "4s", "--threads", "2"])
            let before = server.residentBytes
            let (asked, slowest) = try slowestAnswer(of: server) {
                let sockets = try (0..<3_000).map { index in
                    let socket = try StreamSocket(port: server.port)
                    // Some have begun to speak.
                    if index % 3 == 0 { try socket.send("GET /ws/1 HTTP/1.1\r\nHost: localhost\r\nUpgr") }
                    return socket
                }
                #expect(Programs.isSanitized || server.peakResidentBytes - before < 24 << 20)
                try server.waitForMetric("rookery_connections", seconds: 30) { $0 < 10 }
                #expect(try server.closes("request_timeout") == 3_000)
                for socket in sockets.prefix(30) { _ = try socket.receiveToEnd() }
            }
            #expect(asked > 20)
            #expect(slowest < 2, "\(slowest) s")
            try server.waitUntilEmpty()
        }

        @Test(
            "W14 silent sockets over the cap are gone soon, so that the cap is one, and users come in when there is room"
        )
        func overTheCap() throws {
            let server = try RookeryServer(["--max-connections", "50", "--handshake-timeout", "30s"])
            let sockets = try (0..<300).map { _ in try StreamSocket(port: server.port) }
            try wait(until: "all are accepted") { server.process.descriptorCount > 200 }
            try wait(until: "those over the cap are gone", seconds: 10) { server.process.descriptorCount < 80 }
            // Newcomers are told, in words, and when to come again.
            let refused = try Handshakes.answer("/ws/1", on: server)
            #expect(refused.status == 503)
            #expect(refused["Retry-After"] != nil)
            for socket in sockets { socket.close() }
            try wait(until: "there is room again") { (try? Handshakes.status(of: "/ws/1", on: server)) == 101 }
        }

        @Test("W14 429 over the limit of one address, as long as its connections last")
        func perAddress() throws {
            let server = try RookeryServer(["--max-connections-per-address", "3"])
            var inside = try (0..<3).map { try TestWebSocket(server.webSocketURL("/ws/\($0)")) }
            let refused = try Handshakes.answer("/ws/4", on: server)
            #expect(refused.status == 429)
            #expect(refused["Retry-After"] != nil)
            for round in 0..<20 {
                if round % 2 == 0 { inside.removeFirst().reset() } else { try inside.removeFirst().close() }
                try wait(until: "there is room again") {
                    guard let next = try? TestWebSocket(server.webSocketURL("/ws/next")) else { return false }
                    inside.append(next)
                    return true
                }
                #expect(try Handshakes.status(of: "/ws/4", on: server) == 429)
            }
        }

        @Test("H11 a proxy's connection counts for the client of each request, not for the first that used it")
        func reusedConnection() throws {
            let server = try RookeryServer([
                "--open", "--trusted-proxy", "127.0.0.0/8", "--max-connections-per-address", "1",
            ])
            func request(_ path: String, _ client: String) -> String {
                "GET \(path) HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: \(client)\r\n\r\n"
            }
            let proxy = try RawHTTP(port: server.port)
            try proxy.send(request("/health/live", "1.1.1.1"))
            #expect(try proxy.response().status == 200)
            // The same connection now carries another client: the first is free to connect.
            try proxy.send(
                Handshakes.request("/ws/two", port: server.port, headers: ["X-Forwarded-For: 2.2.2.2"]))
            #expect(try proxy.response().status == 101)
            #expect(try Handshakes.status(of: "/ws/1", on: server, headers: ["X-Forwarded-For: 1.1.1.1"]) == 101)
            #expect(try Handshakes.status(of: "/ws/1", on: server, headers: ["X-Forwarded-For: 2.2.2.2"]) == 429)
            proxy.socket.reset()
            try wait(until: "the second client's place is free") {
                try Handshakes.status(of: "/ws/1", on: server, headers: ["X-Forwarded-For: 2.2.2.2"]) == 101
            }
        }

        @Test(
            "H11 the address is read from the right: what a client writes itself, or garbage, changes nothing",
            arguments: [
                "6.6.6.6, 1.1.1.1", "1.1.1.1", "x, 1.1.1.1", "127.0.0.1, 1.1.1.1, 127.0.0.2", "1.1.1.1:4711",
                ",,1.1.1.1",
                "\"6.6.6.6\", 1.1.1.1",
            ])
        func fromTheRight(_ value: String) throws {
            let server = try RookeryServer([
                "--open", "--trusted-proxy", "127.0.0.0/8", "--max-connections-per-address", "1",
            ])
            let first = try TestWebSocket(server.webSocketURL("/ws/1"), headers: ["X-Forwarded-For: 1.1.1.1"])
            #expect(try Handshakes.status(of: "/ws/1", on: server, headers: ["X-Forwarded-For: \(value)"]) == 429)
            // In two fields, as some proxies write it.
            #expect(
                try Handshakes.status(
                    of: "/ws/1", on: server, headers: ["X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: \(value)"]) == 429)
            #expect(try Handshakes.status(of: "/ws/1", on: server, headers: ["X-Forwarded-For: 6.6.6.6"]) == 101)
            _ = first
        }

        @Test("H11 behind nginx and haproxy a forged X-Forwarded-For does not help", .needs(.nginx), .needs(.haproxy))
        func behindProxies() throws {
            for kind in [0, 1] {
                let server = try RookeryServer([
                    "--open", "--trusted-proxy", "127.0.0.9/32", "--max-connections-per-address", "2",
                ])
                // The proxy calls from an address of its own, so that its clients (127.0.0.1) are not trusted.
                let proxy: any ReverseProxy =
                    kind == 0
                    ? try NginxServer(to: server.port, from: "127.0.0.9")
                    : try HAProxyServer(to: server.port, from: "127.0.0.9")
                let inside = try (0..<2).map {
                    try TestWebSocket(
                        "ws://127.0.0.1:\(proxy.port)/ws/\($0)", headers: ["X-Forwarded-For: 6.6.6.\($0)"])
                }
                let refused = #expect(throws: TestWebSocket.Refused.self) {
                    try TestWebSocket("ws://127.0.0.1:\(proxy.port)/ws/3", headers: ["X-Forwarded-For: 7.7.7.7"])
                }
                #expect(refused?.response.status == 429)
                // Not through the proxy: the client's own address, so the header is not believed, and the count is shared.
                #expect(try Handshakes.status(of: "/ws/4", on: server, headers: ["X-Forwarded-For: 8.8.8.8"]) == 429)
                inside[0].reset()
                try wait(until: "there is room again") {
                    try Handshakes.status(of: "/ws/4", on: server, headers: ["X-Forwarded-For: 8.8.8.8"]) == 101
                }
            }
        }

        @Test("H11 a node that is not open refuses what came through a real proxy", .needs(.nginx), .needs(.haproxy))
        func closedBehindProxies() throws {
            let server = try RookeryServer()
            let proxies: [any ReverseProxy] = [try NginxServer(to: server.port), try HAProxyServer(to: server.port)]
            for proxy in proxies {
                #expect(try RawHTTP.get("/", port: proxy.port).status == 403)
                let refused = #expect(throws: TestWebSocket.Refused.self) {
                    try TestWebSocket("ws://127.0.0.1:\(proxy.port)/ws/1")
                }
                #expect(refused?.response.status == 403)
            }
        }
    }
}
