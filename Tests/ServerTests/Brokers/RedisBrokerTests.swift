// The Redis broker against real servers.
import Server
import TestSupport
import Testing

/// One server for each way to speak to it, started when first used.
enum RedisServers {
    static let plain = Result { try RedisServer() }
    /// Without HELLO a server speaks RESP2, as Redis did before version 6.
    static let old = Result { try RedisServer(options: ["--rename-command", "HELLO", ""]) }
    static let withPassword = Result { try RedisServer(password: "s:kr@t/%") }
}

@Suite("The Redis broker and a real server", .needs(.redis))
struct RedisBrokerTests {
    private func run(_ test: BrokerCase, _ url: String, expecting word: String) throws {
        let driver = try BrokerDriver.redis(url)
        try test.run(driver)
        try driver.turnUntilReady()
        #expect(driver.broker.status.current.text.contains(word))
        driver.stop()
    }

    @Test("does what every broker must, in RESP3", arguments: BrokerCase.all)
    func suite(test: BrokerCase) throws { try run(test, RedisServers.plain.get().url, expecting: "RESP3") }

    @Test("does what every broker must, in RESP2", arguments: BrokerCase.all)
    func suiteOfOldServers(test: BrokerCase) throws { try run(test, RedisServers.old.get().url, expecting: "RESP2") }

    @Test("does what every broker must, over a unix socket", arguments: BrokerCase.all.prefix(2))
    func suiteOverUnixSocket(test: BrokerCase) throws {
        try run(test, "unix:\(RedisServers.plain.get().unixPath)", expecting: "unix:")
    }

    @Test("speaks with a password and a database other than 0; neither log nor status show the password")
    func password() throws {
        let server = try RedisServers.withPassword.get()
        let log = LogLines()
        let driver = try BrokerDriver.redis("redis://:s%3Akr%40t%2F%25@127.0.0.1:\(server.port)/3", log: log)
        driver.subscribe(0, "room")
        driver.publish("hi", on: 0, "room", from: BrokerDriver.sender(1))
        try driver.turn(until: "it is back") { driver.texts(0) == ["hi"] }
        driver.stop()
        for text in log.lines + [driver.broker.status.current.text] { #expect(!text.contains("kr")) }
    }

    @Test("R11 a wrong password is told, and everything flows by itself once it is right")
    func wrongPassword() throws {
        let server = try RedisServer(password: "right")
        let log = LogLines()
        let driver = try BrokerDriver.redis("redis://:sekret@127.0.0.1:\(server.port)", log: log) {
            $0.queueMilliseconds = 60_000
        }
        driver.subscribe(0, "room")
        driver.publish("waits", on: 0, "room", from: BrokerDriver.sender(1))
        try driver.turn(until: "it is told") { driver.broker.status.current.text.contains("WRONGPASS") }
        driver.turn(milliseconds: 300)
        for text in log.lines + [driver.broker.status.current.text] { #expect(!text.contains("sekret")) }
        #expect(log.lines.count == 1, "the same trouble is one line: \(log.lines)")
        try server.client().command("CONFIG", "SET", "requirepass", "sekret")
        try driver.turn(until: "it is back") { driver.texts(0) == ["waits"] }
        driver.stop()
    }

    @Test("a server that repeats the arguments of commands it does not know gets no password into log or status")
    func repeatedArguments() throws {
        let server = try RedisServer(options: ["--rename-command", "HELLO", "", "--rename-command", "AUTH", ""])
        let log = LogLines()
        let driver = try BrokerDriver.redis("redis://ann:sekret@127.0.0.1:\(server.port)", log: log)
        try driver.turn(until: "it is told") { driver.broker.status.current.text.contains("AUTH") }
        for text in log.lines + [driver.broker.status.current.text] { #expect(!text.contains("sekret")) }
        driver.stop()
    }

    @Test("R11 a user without the right to channels is told so, and everything flows once it has it")
    func userWithoutChannels() throws {
        let server = try RedisServer()
        let client = try server.client()
        try client.command("ACL", "SETUSER", "ann", "on", ">pw", "+@all", "resetchannels")
        let driver = try BrokerDriver.redis("redis://ann:pw@127.0.0.1:\(server.port)")
        driver.subscribe(0, "room")
        try driver.turn(until: "it is told") { driver.broker.status.current.text.contains("NOPERM") }
        #expect(!driver.broker.status.current.isReady)
        driver.publish("no", on: 0, "room", from: BrokerDriver.sender(1))
        #expect(driver.failures(of: BrokerDriver.sender(1)) == [.rejected])
        driver.broker.forget(BrokerDriver.sender(1))
        try client.command("ACL", "SETUSER", "ann", "&room")
        try driver.turnUntilReady()
        driver.publish("yes", on: 0, "room", from: BrokerDriver.sender(1))
        try driver.turn(until: "it is back") { driver.texts(0) == ["yes"] }
        driver.stop()
    }

    @Test("X4 a payload over the limit is skipped and counted; the link and other channels go on")
    func oversized() throws {
        // By default Redis itself cuts a subscriber that has 32 MiB before it.
        let server = try RedisServer(options: ["--client-output-buffer-limit", "pubsub 0 0 0"])
        let log = LogLines()
        let driver = try BrokerDriver.redis(server.url, log: log) { $0.payloadBytesMax = 1 << 20 }
        driver.subscribe(0, "over")
        driver.subscribe(1, "other")
        try driver.turnUntilReady()
        let client = try server.client()
        try client.publish("before", on: "over")
        let feeder = OneShot { try client.publish([UInt8](repeating: 0x61, count: 64 << 20), on: "over") }
        try driver.turn(until: "it was skipped", seconds: 30) { driver.broker.status.oversizedTotal.value == 1 }
        try feeder.wait()
        try client.publish("after", on: "over")
        try client.publish("other", on: "other")
        try driver.turn(until: "the others are here") { driver.texts(0).count == 2 && driver.texts(1).count == 1 }
        #expect(driver.texts(0) == ["before", "after"])
        #expect(driver.broker.status.disconnectsTotal.value == 0)
        #expect(log.lines.count { $0.contains("skipped") } == 1)
        driver.stop()
    }
}
