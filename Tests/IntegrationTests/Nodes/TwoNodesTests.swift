// Two nodes and one Redis: the way of a message across both, and what others publish there.
import TestSupport
import Testing

@Suite("Two nodes share one Redis", .needs(.rookery), .needs(.redis), .ownsWhatItStarts)
struct TwoNodesTests {
    private func twoNodes(
        _ redis: RedisServer, _ flags: [String] = []
    ) throws -> (RookeryServer, RookeryServer) {
        let nodes = try (0..<2).map { _ in try RookeryServer(["--redis", redis.url] + flags) }
        for node in nodes { try node.waitUntilReady() }
        return (nodes[0], nodes[1])
    }

    @Test("a message sent on one node arrives on both, and on Redis as exactly those bytes")
    func across() throws {
        let redis = try RedisServer()
        let (one, two) = try twoNodes(redis)
        let watcher = try redis.client()
        try watcher.subscribe("chat_channel")
        let alice = try TestWebSocket(one.webSocketURL("/ws/42"), followedBy: WireFrame.text("hi").bytes)
        #expect(try alice.receiveText() == "Client #42 says: hi")
        #expect(try watcher.nextMessage() == Array("Client #42 says: hi".utf8))
        let bob = try TestWebSocket(two.webSocketURL("/ws/bob"))
        try alice.sendText("Grüße 🐦")
        #expect(try bob.receiveText() == "Client #42 says: Grüße 🐦")
        #expect(try alice.receiveText() == "Client #42 says: Grüße 🐦")
        try bob.close()
        #expect(try alice.receiveText() == "Client #bob left the chat")
    }

    @Test("X4 what other programs publish arrives as it is; bytes that are not text are dropped and counted")
    func strangers() throws {
        let redis = try RedisServer()
        let (one, two) = try twoNodes(redis)
        let clients = try [one, two].map { try TestWebSocket($0.webSocketURL("/ws/1")) }
        let stranger = try redis.client()
        try stranger.publish("from a stranger", on: "chat_channel")
        try stranger.publish([0x61, 0xff, 0x62], on: "chat_channel")
        try stranger.publish("", on: "chat_channel")
        try stranger.publish("last", on: "chat_channel")
        for client in clients { #expect(try client.receiveTexts(3) == ["from a stranger", "", "last"]) }
        #expect(try one.metrics().value("rookery_dropped_total", ["reason": "not_text"]) == 1)
    }

    @Test("X4 X5 a 64 MiB payload between ordinary ones is skipped in bounded memory; the link goes on")
    func hugePayload() throws {
        // By default Redis itself cuts off a subscriber for whom more than 32 MiB wait.
        let redis = try RedisServer(options: ["--client-output-buffer-limit", "pubsub 0 0 0"])
        let node = try RookeryServer(["--redis", redis.url, "--relay", "other"])
        try node.waitUntilReady()
        let client = try TestWebSocket(node.webSocketURL("/ws/1"))
        let other = try TestWebSocket(node.webSocketURL("/relay/other"))
        try redis.waitForSubscribers(1, on: "chat_channel")
        try redis.waitForSubscribers(1, on: "other")
        let stranger = try redis.client()
        try stranger.publish("before", on: "chat_channel")
        #expect(try client.receiveText() == "before")
        let before = node.process.residentBytes
        try stranger.publish([UInt8](repeating: 120, count: 64 << 20), on: "chat_channel")
        try stranger.publish("between", on: "other")
        try stranger.publish("after", on: "chat_channel")
        #expect(try client.receiveText(seconds: 20) == "after")
        #expect(try other.receiveText() == "between")
        let peak = Int(node.process.status("VmHWM")?.prefix { $0.isNumber } ?? "") ?? 0
        #expect(peak * 1024 - before < 24 << 20, "grew by \((peak * 1024 - before) >> 20) MiB")
        #expect(try node.metrics().value("rookery_dropped_total", ["reason": "oversized"]) == 1)
        #expect(try node.metrics().value("rookery_broker_disconnects_total") == 0)
    }

    @Test("the relay carries what programs publish to browsers, text or bytes, and back")
    func relay() throws {
        let redis = try RedisServer()
        let (one, two) = try twoNodes(redis, ["--relay", "sensor"])
        let clients = try [one, two].map { try TestWebSocket($0.webSocketURL("/relay/sensor.1")) }
        try redis.waitForSubscribers(2, on: "sensor.1")
        let program = try redis.client()
        try program.subscribe("sensor.1")
        try redis.client().publish([0, 1, 0xff], on: "sensor.1")
        #expect(try program.nextMessage() == [0, 1, 0xff])
        for client in clients { #expect(try client.receive() == .binary([0, 1, 0xff])) }
        try clients[0].sendBinary([0x80, 0x81])
        #expect(try program.nextMessage() == [0x80, 0x81])
        #expect(try clients[1].receive() == .binary([0x80, 0x81]))
    }

    @Test("a stop publishes every leave before it ends with 0")
    func leavesAtStop() throws {
        let redis = try RedisServer()
        let (one, two) = try twoNodes(redis)
        let witness = try TestWebSocket(two.webSocketURL("/ws/witness"))
        let clients = try (0..<50).map { try TestWebSocket(one.webSocketURL("/ws/\($0)")) }
        #expect(one.stop() == .exited(0))
        let lines = try witness.receiveTexts(50)
        #expect(Set(lines) == Set((0..<50).map { "Client #\($0) left the chat" }))
        withExtendedLifetime(clients) {}
    }

    @Test("unix:, REDIS_URL and a password file lead to Redis as well")
    func addresses() throws {
        let redis = try RedisServer(password: "p4ss-w0rd")
        let folder = try TemporaryFolder()
        let file = try folder.write("p4ss-w0rd\n", to: "password")
        let nodes = try [
            RookeryServer(["--redis", "unix:\(redis.unixPath)", "--redis-password-file", file]),
            RookeryServer([], environment: ["REDIS_URL": redis.url]),
            RookeryServer(["--redis", "redis://:p4ss-w0rd@localhost:\(redis.port)/3"]),
            RookeryServer(["--redis", "redis://127.0.0.1:\(redis.port)", "--redis-password-file", file]),
        ]
        for node in nodes { try node.waitUntilReady() }
        let clients = try nodes.map { try TestWebSocket($0.webSocketURL("/ws/1")) }
        try clients[0].sendText("all")
        for client in clients { #expect(try client.receiveText() == "Client #1 says: all") }
        #expect(nodes[2].log.lowercased().contains("database"), "\(nodes[2].log)")
    }

    @Test("a password appears nowhere: not at the start, not in logs, health, metrics or errors")
    func secrets() throws {
        let secret = "s3cr3t-in-every-place"
        let redis = try RedisServer(password: "another")
        let wrong = try RookeryServer(["--redis", "redis://:\(secret)@127.0.0.1:\(redis.port)"])
        let away = try RookeryServer(["--redis", "redis://user:\(secret)@127.0.0.1:\(FreePort.next())"])
        try wait(until: "the wrong password is known") { try wrong.health().status == 503 }
        sleep(milliseconds: 300)
        var texts: [String] = []
        for node in [wrong, away] {
            let health = try node.health()
            #expect(health.status == 503)
            texts += [health.body, try node.get("/metrics").text, node.log]
            node.stop()
            texts.append(node.log)
        }
        texts.append(try RookeryServer.run(["--redis", "redis://:\(secret)@host:port/x"]).output)
        texts.append(try RookeryServer.run(["--redis", "http://:\(secret)@host"]).output)
        texts.append(try RookeryServer.run(["--redis", secret]).output)
        for text in texts { #expect(!text.contains(secret), "\(text)") }
    }
}
