// How often an address may connect: the one rate limit that stands before every door.
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A node limits how often an address connects", .needs(.rookery), .ownsWhatItStarts)
struct ConnectLimitTests {
    private let limited = ["kind": "connects", "scope": "address"]

    @Test("P15 connections of one address over the rate are answered 429 and counted; later ones are taken again")
    func connects() throws {
        // The kit's own question whether the node lives is the first connection.
        let node = try RookeryServer(["--limit-connects-per-address", "1/s:20", "--threads", "2"])
        var statuses: [Int] = []
        for _ in 0..<40 { statuses.append(try node.get("/health/live").status) }
        let refused = statuses.count { $0 == 429 }
        #expect(refused >= 15 && statuses.count { $0 == 200 } >= 15, "\(statuses)")
        let answer = try RawHTTP.get("/health/live", port: node.port)
        #expect(answer.status == 429 && answer["Retry-After"] != nil && answer.text.contains("too often"), "\(answer)")
        try wait(until: "the address may connect again", seconds: 10, everyMilliseconds: 1_500) {
            try node.get("/health/live").status == 200
        }
        try wait(until: "the refusals are counted", seconds: 20, everyMilliseconds: 1_500) {
            try node.get("/metrics").status == 200
        }
        Thread.sleep(forTimeInterval: 2)
        #expect(try node.metric("rookery_limited_total", limited) >= refused)
    }

    @Test("P15 H11 behind a trusted proxy each client has its own rate, and the proxy none")
    func proxied() throws {
        let node = try RookeryServer([
            "--limit-connects-per-address", "1/h:2", "--trusted-proxy", "127.0.0.0/8", "--open",
        ])
        func status(_ client: String) throws -> Int {
            try Handshakes.status(of: "/ws/1", on: node, headers: ["X-Forwarded-For: \(client)"])
        }
        for client in ["192.0.2.1", "192.0.2.2"] {
            #expect(try status(client) == 101 && status(client) == 101, "\(client)")
            #expect(try status(client) == 429, "\(client)")
        }
        // Each address of one IPv6 network is the same client.
        #expect(try status("2001:db8::1") == 101 && status("2001:db8::2") == 101 && status("2001:db8::3") == 429)
        for _ in 0..<10 { #expect(try node.get("/health/live").status == 200) }
        #expect(try node.metric("rookery_limited_total", limited) == 3)
    }

    @Test("--limits public lets a handful of people chat")
    func `public`() throws {
        let node = try RookeryServer(["--limits", "public"])
        for _ in 0..<30 { #expect(try Handshakes.status(of: "/ws/1", on: node) == 101) }
        #expect(try node.metric("rookery_limited_total") == 0)
    }

    @Test("SIGHUP switches a limit on and off while the node runs")
    func reload() throws {
        let folder = try TemporaryFolder("limits")
        let path = try folder.write(#"{"open": true}"#, to: "rookery.json")
        let node = try RookeryServer(["--config", path, "--threads", "2"])
        func count() throws -> Int { try (0..<20).count { _ in try node.get("/health/live").status == 429 } }
        #expect(try count() == 0)
        try folder.write(#"{"open": true, "limit_connects_per_address": "1/h:5"}"#, to: "rookery.json")
        node.process.kill(SIGHUP)
        try wait(until: "the limit is on", seconds: 10) { node.log.contains("changed: limit_connects_per_address") }
        // Each loop has seen it with its next connection.
        #expect(try count() >= 10)
        try folder.write(#"{"open": true}"#, to: "rookery.json")
        node.process.kill(SIGHUP)
        try wait(until: "the limit is off", seconds: 10) {
            node.log.split(separator: "\n").count { $0.contains("changed: limit_connects_per_address") } == 2
        }
        _ = try count()
        #expect(try count() == 0)
    }
}
