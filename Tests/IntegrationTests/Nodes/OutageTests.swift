// Redis in trouble: the node runs, says so, and everything flows again by itself.
import Glibc
import TestSupport
import Testing

@Suite("A node outlives the trouble of its Redis", .needs(.rookery), .needs(.redis), .ownsWhatItStarts)
struct OutageTests {
    @Test("Redis is away at the start: the node runs, says 503 with the reason, keeps early messages and heals")
    func awayAtStart() throws {
        let port = try FreePort.next()
        let node = try RookeryServer(["--redis", "redis://127.0.0.1:\(port)"])
        let health = try node.health()
        #expect(health.status == 503)
        #expect(health.body.contains("reason"))
        #expect(try node.get("/health/live").status == 200)
        let client = try TestWebSocket(node.webSocketURL("/ws/1"))
        try client.sendText("early")
        let redis = try RedisServer(port: port)
        #expect(try client.receiveText(seconds: 8) == "Client #1 says: early")
        try node.waitUntilReady()
        withExtendedLifetime(redis) {}
    }

    @Test("E12 a stop that Redis does not confirm ends with 1 and says how much is open")
    func unconfirmedStop() throws {
        let redis = try RedisServer()
        let node = try RookeryServer(["--redis", redis.url, "--redis-timeout", "1s", "--stop-spread", "0s"])
        try node.waitUntilReady()
        let clients = try (0..<20).map { try TestWebSocket(node.webSocketURL("/ws/\($0)")) }
        redis.stall()
        node.process.kill(SIGTERM)
        #expect(node.process.waitForExit(seconds: 12) == .exited(1))
        #expect(node.log.contains("not confirmed by the broker"), "\(node.log.suffix(400))")
        redis.resume()
        withExtendedLifetime(clients) {}
    }

    @Test("R11 a wrong password: 503 with Redis's own words, and healing when the password is set right")
    func wrongPassword() throws {
        let redis = try RedisServer(password: "right")
        let node = try RookeryServer(["--redis", "redis://:wrong@127.0.0.1:\(redis.port)"])
        try wait(until: "health tells of the password") { try node.health().body.contains("WRONGPASS") }
        #expect(try node.health().status == 503)
        try redis.client().command("CONFIG", "SET", "requirepass", "wrong")
        try node.waitUntilReady()
        let client = try TestWebSocket(node.webSocketURL("/ws/1"))
        try client.sendText("in")
        #expect(try client.receiveText() == "Client #1 says: in")
    }

    @Test("killed and restarted: clients stay, later messages flow")
    func restart() throws {
        let redis = try RedisServer()
        let node = try RookeryServer(["--redis", redis.url])
        try node.waitUntilReady()
        let client = try TestWebSocket(node.webSocketURL("/ws/1"))
        try client.sendText("before")
        #expect(try client.receiveText() == "Client #1 says: before")
        // Until Redis has told the node that it published, this message would count as unknown and close its sender.
        sleep(milliseconds: 200)
        redis.kill()
        try node.waitUntilReady(false)
        try client.sendText("during")
        try redis.start()
        #expect(try client.receiveText() == "Client #1 says: during")
        try node.waitUntilReady()
        try client.sendText("after")
        #expect(try client.receiveText() == "Client #1 says: after")
    }

    @Test("an outage longer than the queue's time closes senders with 1013; listeners stay")
    func tooLong() throws {
        let redis = try RedisServer()
        let node = try RookeryServer(["--redis", redis.url, "--broker-queue-time", "500ms"])
        try node.waitUntilReady()
        let listener = try TestWebSocket(node.webSocketURL("/ws/listener"))
        let sender = try TestWebSocket(node.webSocketURL("/ws/sender"))
        redis.kill()
        try node.waitUntilReady(false)
        try sender.sendText("too late")
        #expect(try sender.receiveCloseCode() == 1013)
        try redis.start()
        try node.waitUntilReady()
        try listener.sendText("still here")
        var lines: [String] = []
        while lines.last != "Client #listener says: still here" { lines.append(try listener.receiveText()) }
        #expect(!lines.contains { $0.contains("too late") })
    }

    @Test("R9 kills and stalls under load: every message once and in order, or its sender closed; none twice")
    func checker() throws { try TroubleChecker(kills: 2, stalls: 2).run() }

    @Test(
        "R9 20 kills and 20 stalls under load: every message once and in order, or its sender closed; none twice",
        .slow())
    func longChecker() throws { try TroubleChecker(kills: 20, stalls: 20).run() }
}
