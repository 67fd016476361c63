// Real servers killed, stalled and cut while numbered messages flow. The promise: of each sender an unbroken beginning arrives,
// each message once and in order; whoever lost one was told. (At this node: what another node misses while its own link is
// away, Pub/Sub does not tell anybody.)
import RESP
import Server
import TestSupport
import Testing

/// Publishes numbered messages of several senders through one broker and checks what comes back.
final class NumberedLoad {
    private let driver: BrokerDriver
    /// Messages published by each sender; a refused sender is followed by another.
    private var published: [UInt32: Int] = [:]
    private var current: [UInt32]
    private var nextSlot: UInt32

    init(_ driver: BrokerDriver, senders: Int) {
        self.driver = driver
        current = (0..<UInt32(senders)).map { $0 }
        nextSlot = UInt32(senders)
        driver.subscribe(0, "numbered")
    }

    /// Turns for a while; in each turn every sender publishes one message.
    func run(milliseconds: Int) {
        let deadline = Deadline(seconds: Double(milliseconds) / 1_000)
        while !deadline.hasPassed { step() }
    }

    func run(until what: String, seconds: Double = 20, _ condition: () throws -> Bool) throws {
        let deadline = Deadline(seconds: seconds)
        while try !condition() {
            if deadline.hasPassed { throw KitError("ran \(seconds) s in vain until \(what)") }
            step()
        }
    }

    private func step() {
        let told = Set(driver.refused.map(\.sender.slot))
        for index in current.indices {
            if told.contains(current[index]) {
                driver.broker.forget(BrokerDriver.sender(current[index]))
                current[index] = nextSlot
                nextSlot += 1
            }
            let slot = current[index]
            let number = published[slot, default: 0]
            published[slot] = number + 1
            driver.publish("\(slot):\(number)", on: 0, "numbered", from: BrokerDriver.sender(slot))
        }
        driver.loop.turn(waitAtMostMilliseconds: 1)
    }

    /// Lets everything arrive, and then checks every sender.
    func finish() throws {
        let status = driver.broker.status
        try driver.turn(until: "all is quiet", seconds: 20) {
            status.current.isReady && status.inFlightBytes.value == 0 && status.queuedBytes.value == 0
        }
        driver.turn(milliseconds: 200)
        var heard: [UInt32: [Int]] = [:]
        for text in driver.texts(0) {
            let parts = text.split(separator: ":")
            heard[UInt32(parts[0])!, default: []].append(Int(parts[1])!)
        }
        let told = Set(driver.refused.map(\.sender.slot))
        #expect(driver.refused.count == told.count, "each sender is told once")
        for (slot, count) in published {
            let numbers = heard[slot] ?? []
            #expect(numbers == Array(0..<numbers.count), "sender \(slot): once, in order, without a gap")
            if numbers.count < count { #expect(told.contains(slot), "sender \(slot) lost messages and was not told") }
        }
        #expect(heard.values.reduce(0) { $0 + $1.count } > 100)
    }

    var toldCount: Int { Set(driver.refused.map(\.sender.slot)).count }
}

@Suite("The Redis broker and a server in trouble", .needs(.redis), .serialized)
struct RedisTroubleTests {
    @Test("S4 after kill -9 and a restart everything flows again by itself, and nobody lost a message untold")
    func kills() throws {
        let server = try RedisServer()
        let driver = try BrokerDriver.redis(server.url)
        let load = NumberedLoad(driver, senders: 5)
        try driver.turnUntilReady()
        for _ in 0..<5 {
            load.run(milliseconds: 150)
            let kill = OneShot { server.kill() }
            try load.run(until: "the server is dead") { kill.isDone }
            load.run(milliseconds: 100)
            let start = OneShot { try server.start() }
            try load.run(until: "the server is back") { start.isDone }
            try start.wait()
            try load.run(until: "it flows") { driver.broker.status.current.isReady }
        }
        try load.finish()
        driver.stop()
    }

    @Test("R8 a stalled server is noticed in bounded time: what is in flight is unknown, then everything flows again")
    func stalls() throws {
        let server = try RedisServer()
        let driver = try BrokerDriver.redis(server.url)
        let load = NumberedLoad(driver, senders: 5)
        try driver.turnUntilReady()
        for _ in 0..<3 {
            load.run(milliseconds: 150)
            let told = load.toldCount
            server.stall()
            // Half a second without an answer, and some room for a busy machine.
            try load.run(until: "the stall is noticed", seconds: 3) { load.toldCount > told }
            #expect(!driver.broker.status.current.isReady)
            load.run(milliseconds: 200)
            server.resume()
            try load.run(until: "it flows") { driver.broker.status.current.isReady }
        }
        #expect(driver.refused.contains { $0.failure == .unknown })
        try load.finish()
        driver.stop()
    }

    @Test("R8 a link that is open but silent is noticed by PING although nothing is published")
    func blackhole() throws {
        let server = try RedisServer()
        let proxy = try FaultProxy(to: server.port)
        let driver = try BrokerDriver.redis("redis://127.0.0.1:\(proxy.port)")
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        proxy.mode = .blackhole
        // PING after 500 ms, and 500 ms for its answer.
        try driver.turn(until: "it is noticed", seconds: 3) { !driver.broker.status.current.isReady }
        proxy.mode = .pass
        try driver.turnUntilReady()
        driver.stop()
    }

    @Test("P4 a Pub/Sub connection that Redis cuts costs nobody a message untold", arguments: ["pubsub", "normal"])
    func clientKill(type: String) throws {
        let server = try RedisServer()
        let driver = try BrokerDriver.redis(server.url)
        let load = NumberedLoad(driver, senders: 5)
        try driver.turnUntilReady()
        for _ in 0..<10 {
            load.run(milliseconds: 60)
            let kill = OneShot { _ = try server.client().command("CLIENT", "KILL", "TYPE", type) }
            try load.run(until: "they are killed") { kill.isDone }
            try load.run(until: "it flows") { driver.broker.status.current.isReady }
        }
        try load.finish()
        #expect(driver.broker.status.disconnectsTotal.value >= 5)
        driver.stop()
    }

    @Test("P4 a subscriber that falls behind is cut by Redis, comes back and is subscribed to everything again")
    func outputBufferLimit() throws {
        let server = try RedisServer(options: ["--client-output-buffer-limit", "pubsub 1mb 1mb 1"])
        let driver = try BrokerDriver.redis(server.url)
        driver.subscribe(0, "flood")
        driver.subscribe(1, "quiet")
        try driver.turnUntilReady()
        let flood = OneShot {
            let client = try server.client()
            let payload = [UInt8](repeating: 0x61, count: 64 << 10)
            for _ in 0..<400 { _ = try client.publish(payload, on: "flood") }
        }
        // Nobody turns the loop: a node that does not read for a while.
        try flood.wait()
        try driver.turn(until: "the link has died") { driver.broker.status.disconnectsTotal.value >= 1 }
        try driver.turnUntilReady()
        try server.client().publish("still here", on: "quiet")
        try driver.turn(until: "it is heard") { driver.texts(1) == ["still here"] }
        driver.stop()
    }

    @Test("P5 two kills within half a second with a thousand channels: all are subscribed again, once")
    func doubleKill() throws {
        let server = try RedisServer()
        let driver = try BrokerDriver.redis(server.url)
        for number in 0..<1_000 { driver.subscribe(ChannelNumber(number), "channel.\(number)") }
        try driver.turnUntilReady()
        for round in 0..<2 {
            let kill = OneShot {
                server.kill()
                try server.start()
            }
            try driver.turn(until: "the server is back") { kill.isDone }
            try kill.wait()
            driver.turn(milliseconds: round == 0 ? 60 : 0)
        }
        // Wishes change while the link comes back.
        for number in 0..<100 { driver.unsubscribe(ChannelNumber(number), "channel.\(number)") }
        try driver.turnUntilReady()
        try driver.turn(until: "the server knows 900 channels") {
            guard case .array(let names) = try server.client().command("PUBSUB", "CHANNELS") else { return false }
            return names.count == 900
        }
        driver.publish("heard", on: 999, "channel.999", from: BrokerDriver.sender(1))
        try driver.turn(until: "it is back") { driver.texts(999) == ["heard"] }
        driver.stop()
    }

    @Test("R12 each class of error, provoked on a real server, is read as what it is")
    func realErrors() throws {
        func classes(_ server: RedisServer, _ words: [String]) throws -> ServerError.Class? {
            let client = try server.client()
            try client.send(words.map { Array($0.utf8) })
            guard case .error(let text) = try client.reply(seconds: 10) else { return nil }
            return ServerError(Array(text.utf8)).errorClass
        }
        let full = try RedisServer(options: ["--maxmemory", "1"])
        #expect(try classes(full, ["SET", "k", "v"]) == .outOfMemory)
        let lonely = try RedisServer(options: ["--min-replicas-to-write", "1"])
        #expect(try classes(lonely, ["SET", "k", "v"]) == .noReplicas)
        let replica = try RedisServer(options: ["--replicaof", "127.0.0.1", "1", "--replica-serve-stale-data", "no"])
        #expect(try classes(replica, ["GET", "k"]) == .masterDown)
        try replica.client().command("CONFIG", "SET", "replica-serve-stale-data", "yes")
        #expect(try classes(replica, ["SET", "k", "v"]) == .readOnly)
        let locked = try RedisServer(password: "pw")
        #expect(
            try ServerError(Array("\(RESPClient(port: locked.port).command("PING"))".dropFirst(8).utf8)).errorClass
                == .noAuthentication)
        let busy = try RedisServer(options: ["--busy-reply-threshold", "1"])
        let script = OneShot { _ = try busy.client().command("EVAL", "while true do end", "0", seconds: 20) }
        try wait(until: "the script blocks the server") { try classes(busy, ["PUBLISH", "c", "x"]) == .busy }
        try busy.client().command("SCRIPT", "KILL")
        try script.wait()
        let small = try RedisServer(options: ["--maxclients", "2"])
        let taken = [try small.client(), try small.client()]
        try taken[0].command("PING")
        let text = try? RESPClient(port: small.port).reply(seconds: 5)
        #expect(text.map { "\($0)".contains("max number of clients") } == true)
    }
}
