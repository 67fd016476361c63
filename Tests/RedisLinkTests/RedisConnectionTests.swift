// One connection on a loop, against real servers behind a proxy that misbehaves, and against scripts.
import EventLoop
import RESP
import RedisLink
import TestSupport
import Testing

/// Keeps a record of what a connection says.
final class LinkRecord: RedisConnectionDelegate, TurnEnd {
    let loop: EventLoop
    private(set) var connection: RedisConnection!
    private(set) var welcomes: [Welcome] = []
    private(set) var losses: [(reason: String, pause: Int)] = []
    private(set) var replies: [(number: UInt64, value: RESPValue)] = []
    private(set) var messages: [String] = []
    private(set) var events: [Subscriptions.Event] = []

    init(
        _ url: String, role: ClientSession.Role = .commands, random: @escaping () -> UInt64 = { 1 << 63 },
        change: (inout RedisConnectionConfiguration) -> Void = { _ in }
    ) throws {
        loop = try EventLoop()
        var configuration = RedisConnectionConfiguration(address: try RedisAddress(parsing: url))
        configuration.firstPauseMilliseconds = 10
        configuration.mostPauseMilliseconds = 80
        configuration.dialMilliseconds = 1_000
        change(&configuration)
        connection = RedisConnection(
            loop: loop, role: role, configuration, resolver: Resolver(loop: loop), random: random)
        connection.delegate = self
        loop.turnEnd = self
        connection.start()
    }

    func endOfTurn() -> Bool {
        connection.flush()
        return false
    }

    func turn(until what: String, seconds: Double = 10, _ condition: () throws -> Bool) throws {
        let deadline = Deadline(seconds: seconds)
        while try !condition() {
            if deadline.hasPassed {
                throw KitError("turned \(seconds) s in vain until \(what); \(losses.map(\.reason))")
            }
            loop.turn(waitAtMostMilliseconds: 5)
        }
    }

    func ready(_ connection: RedisConnection, _ welcome: Welcome) { welcomes.append(welcome) }
    func lost(_ connection: RedisConnection, _ reason: String, nextDialInMilliseconds pause: Int) {
        losses.append((reason, pause))
    }
    func replied(_ connection: RedisConnection, to number: UInt64, _ value: RESPValue) {
        replies.append((number, value))
    }
    func received(_ connection: RedisConnection, _ payload: Span<UInt8>, on channel: Span<UInt8>) {
        messages.append(String(decoding: payload.indices.map { payload[$0] }, as: UTF8.self))
    }
    func skipped(_ connection: RedisConnection, byteCount: Int, on channel: [UInt8]) {}
    func subscription(_ connection: RedisConnection, _ event: Subscriptions.Event) { events.append(event) }
    func probed(_ connection: RedisConnection) {}
}

@Suite("A connection to Redis")
struct RedisConnectionTests {
    @Test(
        "R1 behind a slow line, ten thousand commands of which many are given up: each value comes with its own key",
        .needs(.redis))
    func slowLine() throws {
        let server = try RedisServer()
        let proxy = try FaultProxy(to: server.port)
        proxy.mode = .delay(milliseconds: 100)
        let record = try LinkRecord("redis://127.0.0.1:\(proxy.port)")
        try record.turn(until: "it is ready") { record.connection.isReady }
        var generator = SeededGenerator(seed: 1)
        var waiting: [UInt64: String] = [:]
        for index in 0..<10_000 {
            let number = try record.connection.send(["ECHO", "value \(index)"].map { Array($0.utf8) })
            if generator.next() % 2 == 0 { waiting[number] = "value \(index)" }
            if index % 500 == 0 { record.loop.turn(waitAtMostMilliseconds: 1) }
        }
        try record.turn(until: "all are answered", seconds: 30) { record.replies.count == 10_000 }
        for (number, value) in record.replies {
            guard let expected = waiting.removeValue(forKey: number) else { continue }
            #expect(value == .bulkString(Array(expected.utf8)))
        }
        #expect(waiting.isEmpty)
    }

    @Test("R11 a server that takes too long over the greeting is given up at one deadline, and nothing else was said")
    func slowGreeting() throws {
        let peer = try ScriptedPeer { connection in
            // HELLO is refused at once, AUTH is never answered: still the same deadline.
            _ = try connection.command()
            try connection.send("-ERR unknown command `HELLO`, with args beginning with: `3`, \r\n")
            try connection.expectCommand("AUTH", "pw")
            try connection.expectCommand("CLIENT", "SETNAME", "rookery")
            try connection.expectEnd()
        }
        let record = try LinkRecord("redis://:pw@127.0.0.1:\(peer.port)", change: { $0.dialMilliseconds = 200 })
        try record.turn(until: "it is lost twice") { record.losses.count == 2 }
        #expect(record.welcomes.isEmpty)
        try peer.waitUntilFinished(2)
        record.connection.stop()
        peer.release()
    }

    @Test("R9 commands without an answer are not sent again on the next connection")
    func neverAgain() throws {
        let peer = try ScriptedPeer { connection in
            let words = try connection.commandAfterGreeting()
            if words != ["SET", "k", "\(connection.number)"] { throw KitError("got \(words)") }
            if connection.number == 1 { try connection.send("+OK\r\n") }
        }
        let record = try LinkRecord("redis://127.0.0.1:\(peer.port)")
        for number in 0..<2 {
            try record.turn(until: "it is ready") { record.welcomes.count == number + 1 && record.connection.isReady }
            try record.connection.send(["SET", "k", "\(number)"].map { Array($0.utf8) })
            try record.turn(until: "it is lost") { record.losses.count == number + 1 }
        }
        #expect(record.replies.count == 1)
        try peer.waitUntilFinished(2)
        record.connection.stop()
    }

    @Test("S6 pauses grow with full jitter up to their bound, and start over after a link has proven itself")
    func pauses() throws {
        let peer = try ScriptedPeer { connection in
            if connection.number < 8 || connection.number == 9 { return }  // ends at once
            _ = try connection.commandAfterGreeting()
            sleep(milliseconds: 150)
        }
        // The greatest word: each pause is as long as it can be.
        let longest: () -> UInt64 = { .max }
        let record = try LinkRecord("redis://127.0.0.1:\(peer.port)", random: longest) { $0.provenMilliseconds = 100 }
        try record.turn(until: "it is ready") { record.connection.isReady }
        #expect(record.losses.map(\.pause) == [10, 20, 40, 80, 80, 80, 80, 80])
        let proven = Deadline(seconds: 0.12)
        try record.turn(until: "the link is proven") { proven.hasPassed }
        try record.connection.send([Array("QUIT".utf8)])
        try record.turn(until: "it is lost again") { record.losses.count == 10 }
        #expect(record.losses.suffix(2).map(\.pause) == [10, 20])
        record.connection.stop()
    }

    @Test("a name is resolved anew for each dial")
    func names() throws {
        let peer = try ScriptedPeer { connection in _ = try? connection.commandAfterGreeting(seconds: 0.05) }
        let record = try LinkRecord("redis://localhost:\(peer.port)")
        try record.turn(until: "it was dialed three times") { record.losses.count == 3 }
        #expect(record.connection.dials >= 3)
        record.connection.stop()
        let unknown = try LinkRecord("redis://no-such-host.invalid")
        try unknown.turn(until: "it has failed", seconds: 20) { !unknown.losses.isEmpty }
        #expect(unknown.losses[0].reason.contains("no-such-host.invalid"))
        unknown.connection.stop()
    }

    @Test("wishes made before, during and after an outage are all fulfilled", .needs(.redis))
    func wishes() throws {
        let server = try RedisServer()
        let proxy = try FaultProxy(to: server.port)
        let record = try LinkRecord("redis://127.0.0.1:\(proxy.port)", role: .publications)
        record.connection.subscribe(Array("before".utf8))
        try record.turn(until: "it is confirmed") { record.events.contains(.confirmed(.channel(Array("before".utf8)))) }
        proxy.mode = .reset
        try record.turn(until: "it is lost") { !record.losses.isEmpty }
        record.connection.subscribe(Array("during".utf8))
        proxy.mode = .pass
        try record.turn(until: "it is settled again") { record.events.last == .settled && record.events.count >= 5 }
        record.connection.subscribe(Array("after".utf8))
        try record.turn(until: "it is confirmed") { record.events.last == .confirmed(.channel(Array("after".utf8))) }
        for name in ["before", "during", "after"] { try server.client().publish(name, on: name) }
        try record.turn(until: "all are heard") { record.messages == ["before", "during", "after"] }
        record.connection.stop()
    }
}
