// The deny list that nodes share over Redis: a sorted set, and a channel that says when it has changed.
import Foundation
import TestSupport
import Testing

@Suite(
    "Denied on every node", .needs(.rookery), .needs(.redis), .needs(.pythonPackages), .ownsWhatItStarts)
struct DenyTests {
    private static let secret = "0123456789abcdef0123456789abcdef"
    private let folder: TemporaryFolder
    private let issuer: TokenIssuer

    init() throws {
        folder = try TemporaryFolder("deny")
        issuer = try TokenIssuer()
    }

    private func node(_ url: String) throws -> RookeryServer {
        let file = #"{"without_namespace": {"allow_subscribe_for_client": true, "allow_publish_for_client": true}}"#
        let path = try folder.write(file, to: "rookery.json")
        return try RookeryServer(
            ["--config", path, "--redis", url, "--redis-timeout", "1s", "--redis-ping", "300ms"],
            environment: ["ROOKERY_TOKEN_SECRET": DenyTests.secret])
    }

    private func fields(_ claims: String) throws -> [String] {
        ["Authorization: Bearer \(try issuer.token(claims, secret: DenyTests.secret))"]
    }

    private func deny(_ redis: RedisServer, _ member: String, _ score: String) throws {
        let client = try redis.client()
        _ = try client.command("ZADD", "rookery.deny", score, member)
        _ = try client.publish("changed", on: "rookery.deny")
    }

    /// Behind what others say, and that they leave.
    private func closeCode(_ client: TestWebSocket) throws -> Int? {
        while true {
            switch try client.receive(seconds: 15) {
            case .text: continue
            case .close(let code, _): return code
            case let event: throw KitError("\(event) instead of a close")
            }
        }
    }

    /// The list has been read once.
    private func ready(_ node: RookeryServer, _ fields: [String]) throws {
        try node.waitUntilReady()
        try wait(until: "tokens are taken:\n\(node.log)") {
            try Handshakes.status(of: "/ws/42", on: node, headers: fields) == 101
        }
    }

    @Test("who is denied in Redis is closed with 3503 on every node, and comes in when the time is over")
    func everywhere() throws {
        let redis = try RedisServer()
        let nodes = try (0..<2).map { _ in try node(redis.url) }
        let one = try fields(#"{"sub": "42", "jti": "j1"}"#)
        let two = try fields(#"{"sub": "42", "jti": "j2"}"#)
        for node in nodes { try ready(node, one) }
        let clients = try nodes.map { try TestWebSocket($0.webSocketURL("/ws/42"), headers: one) }
        let others = try nodes.map { try TestWebSocket($0.webSocketURL("/ws/42"), headers: two) }
        try deny(redis, "token:j1", "\(Int(Date().timeIntervalSince1970) + 3)")
        for client in clients { #expect(try closeCode(client) == 3503) }
        #expect(try Handshakes.status(of: "/ws/42", on: nodes[1], headers: one) == 401)
        #expect(try Handshakes.status(of: "/ws/42", on: nodes[1], headers: two) == 101)
        try deny(redis, "user:42", "+inf")
        for other in others { #expect(try closeCode(other) == 3503) }
        #expect(try Handshakes.status(of: "/ws/42", on: nodes[0], headers: two) == 401)
        _ = try redis.client().command("ZREM", "rookery.deny", "user:42")
        _ = try redis.client().publish("changed", on: "rookery.deny")
        try wait(until: "both come in again") {
            try nodes.allSatisfy {
                try Handshakes.status(of: "/ws/42", on: $0, headers: two) == 101
                    && Handshakes.status(of: "/ws/42", on: $0, headers: one) == 101
            }
        }
    }

    @Test("who is denied while a node's link is cut is closed when it stands again")
    func cut() throws {
        let redis = try RedisServer()
        let proxy = try FaultProxy(to: redis.port)
        let near = try node(redis.url)
        let far = try node("redis://127.0.0.1:\(proxy.port)")
        let token = try fields(#"{"sub": "42", "jti": "j1"}"#)
        for node in [near, far] { try ready(node, token) }
        let here = try TestWebSocket(near.webSocketURL("/ws/42"), headers: token)
        let there = try TestWebSocket(far.webSocketURL("/ws/42"), headers: token)
        proxy.mode = .reset
        try wait(until: "the far node says so") {
            try far.health().body.contains("the deny list is not read from Redis")
        }
        try deny(redis, "token:j1", "+inf")
        #expect(try closeCode(here) == 3503)
        while let event = try there.receiveIfAny(seconds: 0.5) {
            guard case .text = event else { throw KitError("\(event) while nobody could know") }
        }
        proxy.mode = .pass
        #expect(try closeCode(there) == 3503)
        try wait(until: "it is said no more") { try !far.health().body.contains("deny list") }
    }

    @Test("as long as the list was never read nobody is let in: Redis away, or something else at its key")
    func unread() throws {
        let port = try FreePort.next()
        let node = try node("redis://127.0.0.1:\(port)")
        let token = try fields(#"{"sub": "42", "jti": "j1"}"#)
        let answer = try Handshakes.answer("/ws/42", on: node, headers: token)
        #expect(answer.status == 503 && answer["Retry-After"] == "1")
        let redis = try RedisServer(port: port)
        _ = try redis.client().command("SET", "rookery.deny", "nonsense")
        try wait(until: "it is told:\n\(node.log)") { try node.health().body.contains("WRONGTYPE") }
        #expect(try Handshakes.status(of: "/ws/42", on: node, headers: token) == 503)
        _ = try redis.client().command("DEL", "rookery.deny")
        try ready(node, token)
    }
}
