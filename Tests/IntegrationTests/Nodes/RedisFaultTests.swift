// What Redis can do to a node: stall, refuse, be slow, end in the middle. Seen from a client of the node.
import TestSupport
import Testing

@Suite("A node and a Redis that misbehaves", .needs(.rookery), .needs(.redis), .ownsWhatItStarts)
struct RedisFaultTests {
    @Test("R8 a Redis that falls silent is noticed within the deadlines; what was sent is unknown, and all heals")
    func silence() throws {
        let redis = try RedisServer()
        let proxy = try FaultProxy(to: redis.port)
        let node = try RookeryServer([
            "--redis", "redis://127.0.0.1:\(proxy.port)", "--redis-timeout", "500ms", "--redis-ping", "500ms",
        ])
        try node.waitUntilReady()
        let listener = try TestWebSocket(node.webSocketURL("/ws/listener"))
        let sender = try TestWebSocket(node.webSocketURL("/ws/sender"))
        proxy.mode = .blackhole
        let start = monotonicNanoseconds()
        try sender.sendText("into the dark")
        #expect(try sender.receiveCloseCode(seconds: 5) == 1013)
        try node.waitUntilReady(false, seconds: 3)
        #expect(Double(monotonicNanoseconds() - start) / 1e9 < 3)
        proxy.mode = .pass
        try node.waitUntilReady()
        try listener.sendText("light")
        // The silent link's bytes may still reach Redis: the message came once or not at all.
        var lines: [String] = []
        while lines.last != "Client #listener says: light" { lines.append(try listener.receiveText()) }
        #expect(lines.filter { $0.hasSuffix("into the dark") }.count <= 1)
    }

    @Test("R8 an idle link whose Redis is stopped (SIGSTOP) is noticed by PING alone")
    func stopped() throws {
        let redis = try RedisServer()
        let node = try RookeryServer(["--redis", redis.url, "--redis-timeout", "400ms", "--redis-ping", "400ms"])
        try node.waitUntilReady()
        redis.stall()
        try node.waitUntilReady(false, seconds: 3)
        #expect(try node.health().body.contains("broker"))
        redis.resume()
        try node.waitUntilReady()
    }

    @Test("R9 the link dies between PUBLISH and its answer: never sent again, the sender is closed with 1013")
    func cut() throws {
        let redis = try FakeRedis()
        let node = try RookeryServer(["--redis", redis.url])
        try node.waitUntilReady()
        redis.answer { $0.payload.hasSuffix("once") ? .publishAndEnd : .publish }
        let sender = try TestWebSocket(node.webSocketURL("/ws/sender"))
        let listener = try TestWebSocket(node.webSocketURL("/ws/listener"))
        try sender.sendText("once")
        #expect(try listener.receiveText() == "Client #sender says: once")
        #expect(try sender.receiveCloseCode() == 1013)
        try node.waitUntilReady()
        #expect(try listener.receiveText() == "Client #sender left the chat")
        sleep(milliseconds: 300)
        #expect(redis.publications.filter { $0.payload.hasSuffix("once") }.count == 1)
    }

    @Test("R10 a Redis slower than its publishers: early refusal with 1013, bounded memory, listeners undisturbed")
    func slow() throws {
        let redis = try RedisServer()
        let node = try RookeryServer([
            "--redis", redis.url, "--broker-in-flight", "65536", "--broker-queue", "131072", "--redis-timeout", "20s",
            "--redis-ping", "20s",
        ])
        try node.waitUntilReady()
        let listeners = try ManyClients(10, port: node.port, path: { "/ws/listener\($0)" })
        let senders = try ManyClients(40, port: node.port, path: { "/ws/sender\($0)" })
        let before = node.process.residentBytes
        redis.stall()
        senders.startSending(from: 0..<40, perSecond: 2000, bytes: 4096, senderBase: 1000)
        try wait(until: "all senders are refused", seconds: 4) { senders.statistics.open == 0 }
        #expect(Set(senders.statistics.closedByServer.keys) == [1013], "\(senders.statistics.closeReasons)")
        #expect(try node.metric("rookery_broker_queue_bytes") <= 131_072 + 16_384)
        #expect(try node.metric("rookery_broker_in_flight_bytes") <= 65_536 + 4200)
        #expect(node.peakResidentBytes - before < 12 << 20)
        #expect(listeners.statistics.open == 10)
        redis.resume()
        try node.waitUntilReady()
        listeners.resetLatency()
        listeners.sendNumbered(from: 0..<10)
        try wait(until: "the room is alive") { (0..<10).allSatisfy { listeners.newest(of: $0, at: 0) != nil } }
        #expect(listeners.statistics.violations.isEmpty)
    }

    @Test(
        "R12 each class of error has one action: the sender is told by 1013, the node goes on or dials anew",
        arguments: [
            ("LOADING Redis is loading the dataset in memory", true),
            ("READONLY You can't write against a replica.", true),
            ("MASTERDOWN Link with MASTER is down", true), ("NOAUTH Authentication required.", true),
            ("BUSY Redis is busy running a script.", false),
            ("OOM command not allowed when used memory > 'maxmemory'.", false),
            ("MISCONF Errors writing to the AOF file", false), ("NOREPLICAS Not enough good replicas to write.", false),
            ("NOPERM No permissions to access a channel", false), ("ERR something else", false),
        ])
    func errorClasses(_ line: String, _ redials: Bool) throws {
        let redis = try FakeRedis()
        let node = try RookeryServer(["--redis", redis.url])
        try node.waitUntilReady()
        let accepted = redis.acceptedCount
        redis.answer { $0.payload.hasSuffix(" says: bad") ? .error(line) : .publish }
        let sender = try TestWebSocket(node.webSocketURL("/ws/sender"))
        let listener = try TestWebSocket(node.webSocketURL("/ws/listener"))
        try sender.sendText("bad")
        #expect(try sender.receiveCloseCode() == 1013)
        #expect(try listener.receiveText() == "Client #sender left the chat")
        try node.waitUntilReady()
        try listener.sendText("good")
        #expect(try listener.receiveText() == "Client #listener says: good")
        #expect((redis.acceptedCount > accepted) == redials)
        #expect(redis.publications.filter { $0.payload.hasSuffix(" says: bad") }.count == 1)
    }

    @Test("R12 a script that blocks Redis: BUSY closes the sender, and the link lives on when the script is killed")
    func busy() throws {
        let redis = try RedisServer(options: ["--busy-reply-threshold", "100"])
        let node = try RookeryServer(["--redis", redis.url])
        try node.waitUntilReady()
        let sender = try TestWebSocket(node.webSocketURL("/ws/sender"))
        let listener = try TestWebSocket(node.webSocketURL("/ws/listener"))
        let script = try redis.client()
        try script.send(["EVAL", "while true do end", "0"].map { Array($0.utf8) })
        sleep(milliseconds: 300)
        try sender.sendText("bad luck")
        #expect(try sender.receiveCloseCode() == 1013)
        try redis.client().command("SCRIPT", "KILL")
        // Until the script has ended, which its client is told, Redis goes on to say BUSY.
        _ = try script.reply(seconds: 10)
        try node.waitUntilReady()
        try listener.sendText("again")
        var lines: [String] = []
        while lines.last != "Client #listener says: again" { lines.append(try listener.receiveText()) }
        #expect(!lines.contains("Client #sender says: bad luck"))
        #expect(try node.metric("rookery_broker_disconnects_total") == 0)
    }

    @Test("R11 a user without rights for the channel: 503 with Redis's own words, healing when the rights are there")
    func channelRights() throws {
        let redis = try RedisServer()
        try redis.client().command("ACL", "SETUSER", "chat", "on", ">word", "~*", "+@all", "resetchannels")
        let node = try RookeryServer(["--redis", "redis://chat:word@127.0.0.1:\(redis.port)"])
        try wait(until: "health tells of the rights") { try node.health().body.contains("NOPERM") }
        #expect(try node.health().status == 503)
        try redis.client().command("ACL", "SETUSER", "chat", "&*")
        try node.waitUntilReady(seconds: 20)
        let client = try TestWebSocket(node.webSocketURL("/ws/1"))
        try client.sendText("allowed")
        #expect(try client.receiveText() == "Client #1 says: allowed")
    }

    @Test("R11 another channel that may be subscribed does not make up for the node's own")
    func otherRights() throws {
        let redis = try RedisServer()
        try redis.client().command("ACL", "SETUSER", "chat", "on", ">word", "~*", "+@all", "resetchannels", "&other")
        let node = try RookeryServer(["--redis", "redis://chat:word@127.0.0.1:\(redis.port)", "--relay", "other"])
        try wait(until: "health tells of the rights") { try node.health().body.contains("NOPERM") }
        let relay = try TestWebSocket(node.webSocketURL("/relay/other"))
        try relay.sendText("heard")
        #expect(try relay.receiveText() == "heard")
        #expect(try node.health().status == 503)
    }

    @Test("R11 a greeting that is never answered ends at its deadline, and the node dials again")
    func silentGreeting() throws {
        let redis = try FakeRedis()
        redis.greets(false)
        let node = try RookeryServer(["--redis", redis.url, "--redis-timeout", "300ms"])
        try wait(until: "it has dialed several times") { redis.acceptedCount >= 6 }
        #expect(try node.health().status == 503)
        redis.greets(true)
        try node.waitUntilReady()
    }

    @Test("R3 a flood of publications of others does not disturb what the node publishes")
    func flood() throws {
        let redis = try RedisServer()
        let node = try RookeryServer(["--redis", redis.url, "--relay", "flood"])
        try node.waitUntilReady()
        let clients = try ManyClients(5, port: node.port, path: { "/ws/\($0)" })
        let reader = try ManyClients(1, port: node.port, path: { _ in "/relay/flood" })
        try redis.waitForSubscribers(1, on: "flood")
        let stranger = try redis.client()
        clients.startSending(from: 0..<5, perSecond: 200)
        for _ in 0..<2000 { try stranger.publish("noise", on: "flood") }
        clients.stopSending()
        let sent = clients.statistics.sent
        try clients.waitForReceived(sent * 5)
        try reader.waitForReceived(2000)
        #expect(clients.statistics.violations.isEmpty && clients.statistics.missing == 0)
        #expect(clients.statistics.open == 5)
    }
}
