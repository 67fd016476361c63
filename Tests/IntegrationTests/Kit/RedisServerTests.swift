// The kit's Redis: a real one, and the trouble it can be put into.
import TestSupport
import Testing

@Suite("The kit starts a Redis of its own", .needs(.redis), .ownsWhatItStarts)
struct RedisServerTests {
    @Test("a message published on one connection arrives on another")
    func publish() throws {
        let redis = try RedisServer()
        let subscriber = try redis.client()
        try subscriber.subscribe("room")
        #expect(try redis.subscriberCount("room") == 1)
        #expect(try redis.client().publish("hello", on: "room") == 1)
        #expect(try subscriber.nextMessage() == Array("hello".utf8))
        #expect(try subscriber.nextMessage(seconds: 0.05) == nil)
    }

    @Test("a password is asked for")
    func password() throws {
        let redis = try RedisServer(password: "kit-secret")
        #expect(try redis.client().command("PING") == .text("PONG"))
        guard case .error(let text) = try RESPClient(port: redis.port).command("PING") else {
            Issue.record("a stranger was let in")
            return
        }
        #expect(text.hasPrefix("NOAUTH"))
    }

    @Test("a killed Redis comes back on its port, empty; a stalled one answers late")
    func trouble() throws {
        let redis = try RedisServer()
        try redis.client().command("SET", "key", "value")
        redis.kill()
        #expect(throws: KitError.self) { try redis.client() }
        try redis.start()
        #expect(try redis.client().command("GET", "key") == .null)

        let client = try redis.client()
        redis.stall()
        #expect(throws: KitError.self) { try client.command("PING", seconds: 0.2) }
        redis.resume()
        #expect(try client.reply(seconds: 5) == .text("PONG"))
        #expect(try RESPClient(unixPath: redis.unixPath).command("PING") == .text("PONG"))
    }
}
