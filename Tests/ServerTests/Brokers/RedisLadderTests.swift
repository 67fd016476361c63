// The ladder of the Redis broker, step by step, against a Redis of our own that does as the test says.
import Server
import TestSupport
import Testing

@Suite("The Redis broker: one ladder for trouble")
struct RedisLadderTests {
    private let a = BrokerDriver.sender(1)
    private let b = BrokerDriver.sender(2)

    // MARK: The gate

    @Test("nothing is published while this node's subscriptions are not confirmed")
    func nodeGate() throws {
        let redis = try FakeRedis()
        redis.set { $0.confirms = false }
        let driver = try BrokerDriver.redis(redis.url) { $0.answerMilliseconds = 5_000 }
        driver.subscribe(0, "room")
        driver.publish("hi", on: 0, "room", from: a)
        driver.publish("elsewhere", on: .max, "not subscribed", from: b)
        try driver.turn(until: "it has subscribed") { redis.commands.contains("SUBSCRIBE") }
        driver.turn(milliseconds: 50)
        #expect(redis.published.isEmpty)
        #expect(!driver.broker.status.current.isReady)
        redis.release()
        try driver.turn(until: "it is back") { driver.texts(0) == ["hi"] && redis.published.count == 2 }
        #expect(redis.published == ["hi", "elsewhere"])
        #expect(driver.broker.status.current.isReady)
    }

    @Test("publications on a channel just subscribed wait for its confirmation, others flow")
    func channelGate() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url) { $0.answerMilliseconds = 5_000 }
        driver.subscribe(0, "old")
        try driver.turnUntilReady()
        redis.set { $0.confirms = false }
        driver.subscribe(1, "new")
        driver.publish("n1", on: 1, "new", from: a)
        driver.publish("o1", on: 0, "old", from: b)
        driver.publish("n2", on: 1, "new", from: a)
        try driver.turn(until: "the old channel flows") { driver.texts(0) == ["o1"] }
        driver.turn(milliseconds: 30)
        #expect(redis.published == ["o1"])
        redis.release()
        try driver.turn(until: "the new one follows") { driver.texts(1) == ["n1", "n2"] }
    }

    @Test("what waits for a subscription is published when the channel is left meanwhile")
    func leftWhileWaiting() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url) { $0.answerMilliseconds = 5_000 }
        driver.subscribe(0, "old")
        try driver.turnUntilReady()
        redis.set { $0.confirms = false }
        driver.subscribe(1, "new")
        driver.publish("said before leaving", on: 1, "new", from: a)
        driver.publish("left the chat", on: 1, "new")
        driver.turn(milliseconds: 30)
        #expect(redis.published.isEmpty)
        driver.unsubscribe(1, "new")
        // The number belongs to another channel now, whose own subscription is on its way.
        driver.subscribe(1, "newer")
        driver.publish("waits", on: 1, "newer", from: b)
        try driver.turn(until: "it is published") { redis.published.count >= 2 }
        driver.turn(milliseconds: 30)
        #expect(redis.published == ["said before leaving", "left the chat"])
    }

    // MARK: In flight, in the queue, refused

    @Test("R10 what Redis does not answer is bounded: first in flight, then in the queue, then refused")
    func backpressure() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url) {
            $0.inFlightBytesMax = 10_000
            $0.queueBytesMax = 20_000
            $0.answerMilliseconds = 10_000
            $0.pingIntervalMilliseconds = 10_000
        }
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        redis.set { $0.answers = false }
        let payload = String(repeating: "x", count: 90)
        for number in 0..<1_000 {
            driver.publish("\(number):\(payload)", on: 0, "room", from: BrokerDriver.sender(UInt32(number)))
        }
        driver.turn(milliseconds: 200)
        let status = driver.broker.status
        #expect(redis.publishedBytes <= 10_000)
        #expect(status.inFlightBytes.value <= 10_000)
        #expect(status.queuedBytes.value <= 20_000)
        #expect(status.refusedQueueFullTotal.value == driver.refused.count)
        #expect(driver.refused.allSatisfy { $0.failure == .queueFull })
        #expect(driver.refused.count > 700)
        // Afterwards everything that was not refused flows, once and in order.
        redis.set { $0.answers = true }
        redis.release()
        let refused = Set(driver.refused.map { Int($0.sender.slot) })
        let expected = (0..<1_000).filter { !refused.contains($0) }.map { "\($0):\(payload)" }
        try driver.turn(until: "the rest has flowed") { driver.texts(0).count >= expected.count }
        #expect(driver.texts(0) == expected)
        try driver.turn(until: "all is proven") { status.inFlightBytes.value == 0 && status.queuedBytes.value == 0 }
    }

    @Test("without a link a publication waits so long, then its sender is told; it is never published")
    func expires() throws {
        let redis = try FakeRedis()
        redis.set { $0.greets = false }
        let driver = try BrokerDriver.redis(redis.url) {
            $0.queueMilliseconds = 150
            $0.dialMilliseconds = 300
        }
        driver.subscribe(0, "room")
        driver.publish("too late", on: 0, "room", from: a)
        driver.turn(milliseconds: 80)
        #expect(driver.refused.isEmpty)
        try driver.turn(until: "it has expired") { driver.failures(of: a) == [.expired] }
        driver.broker.forget(a)
        redis.set { $0.greets = true }
        try driver.turnUntilReady()
        driver.publish("in time", on: 0, "room", from: b)
        try driver.turn(until: "the other is back") { driver.texts(0) == ["in time"] }
        #expect(redis.published == ["in time"])
        #expect(driver.broker.status.refusedExpiredTotal.value == 1)
    }

    @Test("R9 a publication whose link died before its answer is unknown and never sent again")
    func unknown() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url) { $0.answerMilliseconds = 5_000 }
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        redis.set { $0.answers = false }
        driver.publish("once", on: 0, "room", from: a)
        driver.publish("left the chat", on: 0, "room")
        try driver.turn(until: "it was sent") { redis.published.count == 2 }
        redis.cut(.commands)
        try driver.turn(until: "its sender is told") { driver.failures(of: a) == [.unknown] }
        redis.set { $0.answers = true }
        try driver.turnUntilReady()
        driver.publish("after", on: 0, "room", from: b)
        try driver.turn(until: "the next is back") { driver.texts(0).last == "after" }
        driver.turn(milliseconds: 50)
        #expect(redis.published == ["once", "left the chat", "after"])
        #expect(driver.broker.status.unknownTotal.value == 2)
        #expect(driver.refused.count == 1)
    }

    @Test("R9 an answered publication whose push may be lost with the Pub/Sub link is unknown")
    func silentLoss() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url) { $0.answerMilliseconds = 5_000 }
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        redis.set {
            $0.pushes = false
            $0.pongs = false
        }
        driver.publish("answered, not heard", on: 0, "room", from: a)
        try driver.turn(until: "it is answered") { driver.broker.status.publishedTotal.value == 1 }
        driver.turn(milliseconds: 30)
        #expect(driver.refused.isEmpty)
        redis.cut(.publications)
        try driver.turn(until: "its sender is told") { driver.failures(of: a) == [.unknown] }
    }

    @Test("an answered publication that a later PONG proves is not unknown when the Pub/Sub link dies")
    func proven() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url)
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        let pings = redis.commands.count { $0 == "PING" }
        driver.publish("heard", on: 0, "room", from: a)
        try driver.turn(until: "it is back") { driver.texts(0) == ["heard"] }
        try driver.turn(until: "it was probed") { redis.commands.count { $0 == "PING" } > pings }
        driver.turn(milliseconds: 50)
        redis.cut(.publications)
        try driver.turn(until: "the link has died") { driver.broker.status.disconnectsTotal.value == 1 }
        try driver.turnUntilReady()
        #expect(driver.refused.isEmpty)
    }

    @Test("R1 answers that come after the Pub/Sub link died still meet their own publications")
    func slotsStayOwned() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url) { $0.answerMilliseconds = 5_000 }
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        redis.set {
            $0.answers = false
            $0.error = "NOPERM of the first"
        }
        driver.publish("first", on: 0, "room", from: a)
        try driver.turn(until: "it was sent") { redis.published.count == 1 }
        redis.cut(.publications)
        try driver.turn(until: "its sender is told") { driver.failures(of: a) == [.unknown] }
        redis.set { $0.error = nil }
        try driver.turnUntilReady()
        driver.publish("second", on: 0, "room", from: b)
        try driver.turn(until: "it was sent") { redis.published.count == 2 }
        // Now the error of the first and the answer of the second arrive together.
        redis.release()
        try driver.turn(until: "both are answered") { driver.broker.status.inFlightBytes.value == 0 }
        driver.turn(milliseconds: 30)
        #expect(driver.failures(of: b).isEmpty)
        #expect(driver.texts(0) == ["second"])
    }

    // MARK: Refused senders

    @Test("what a refused sender published is discarded until it is forgotten, what waits in the queue included")
    func prefix() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url) {
            $0.inFlightBytesMax = 1
            $0.answerMilliseconds = 5_000
        }
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        redis.set {
            $0.answers = false
            $0.error = "OOM command not allowed when used memory > 'maxmemory'."
        }
        for text in ["a1", "a2", "a3"] { driver.publish(text, on: 0, "room", from: a) }
        driver.publish("b1", on: 0, "room", from: b)
        try driver.turn(until: "one is in flight") { redis.published == ["a1"] }
        redis.set {
            $0.answers = true
            $0.error = nil
        }
        redis.release()
        try driver.turn(until: "the others flow") { driver.texts(0) == ["b1"] }
        #expect(driver.failures(of: a) == [.rejected])
        driver.publish("a4", on: 0, "room", from: a)
        driver.broker.forget(a)
        driver.turn(milliseconds: 30)
        driver.publish("a5, a new life", on: 0, "room", from: a)
        try driver.turn(until: "the new life is heard") { driver.texts(0) == ["b1", "a5, a new life"] }
        #expect(redis.published == ["a1", "b1", "a5, a new life"])
    }

    @Test("a sender forgotten during the outage leaves nothing behind in the queue")
    func forgottenInTheQueue() throws {
        let redis = try FakeRedis()
        redis.set { $0.greets = false }
        let driver = try BrokerDriver.redis(redis.url) {
            $0.queueBytesMax = 1_000
            $0.dialMilliseconds = 200
        }
        driver.subscribe(0, "room")
        let long = String(repeating: "x", count: 200)
        for number in 0..<5 { driver.publish("\(number)\(long)", on: 0, "room", from: a) }
        #expect(driver.failures(of: a) == [.queueFull])
        driver.broker.forget(a)
        driver.publish("b", on: 0, "room", from: b)
        driver.turn(milliseconds: 20)
        redis.set { $0.greets = true }
        try driver.turn(until: "the other flows") { driver.texts(0).contains("b") }
        #expect(redis.published == ["b"])
    }

    // MARK: Leaves

    @Test("leaves wait as long as it takes, the oldest go when there is no room, and all arrive in order")
    func leaves() throws {
        let redis = try FakeRedis()
        redis.set { $0.greets = false }
        let driver = try BrokerDriver.redis(redis.url) {
            $0.queueMilliseconds = 50
            $0.queueBytesMax = 16_000
            $0.dialMilliseconds = 200
        }
        driver.subscribe(0, "room")
        for number in 0..<500 { driver.publish("Client #\(number) left the chat", on: 0, "room") }
        driver.turn(milliseconds: 200)
        let status = driver.broker.status
        let dropped = status.droppedLeavesTotal.value
        #expect(dropped > 300)
        #expect(status.queuedBytes.value <= 16_000)
        #expect(status.queuedMessages.value == 500 - dropped)
        redis.set { $0.greets = true }
        let expected = (dropped..<500).map { "Client #\($0) left the chat" }
        try driver.turn(until: "they arrive") { driver.texts(0).count >= expected.count }
        #expect(driver.texts(0) == expected)
        #expect(driver.refused.isEmpty)
    }

    @Test("a queue full of leaves still takes clients' messages, and a queue full of messages still takes leaves")
    func fairness() throws {
        let redis = try FakeRedis()
        redis.set { $0.greets = false }
        let driver = try BrokerDriver.redis(redis.url) {
            $0.queueBytesMax = 40_000
            $0.queueMilliseconds = 60_000
            $0.dialMilliseconds = 200
        }
        driver.subscribe(0, "room")
        for number in 0..<1_000 { driver.publish("leave \(number)", on: 0, "room") }
        for number in 0..<1_000 { driver.publish("message \(number)", on: 0, "room", from: BrokerDriver.sender(7)) }
        for number in 1_000..<1_100 { driver.publish("leave \(number)", on: 0, "room") }
        #expect(driver.failures(of: BrokerDriver.sender(7)) == [.queueFull])
        redis.set { $0.greets = true }
        try driver.turn(until: "the last leave arrives") { driver.texts(0).last == "leave 1099" }
        let texts = driver.texts(0)
        // The sender was refused in the end: what it had in the queue goes with it. Its messages had pushed leaves out, but not all.
        let leaves = texts.filter { $0.hasPrefix("leave") }
        #expect(leaves.count >= 50)
        #expect(leaves.count < 200)
        #expect(leaves == leaves.sorted { Int($0.dropFirst(6))! < Int($1.dropFirst(6))! })
    }

    @Test("leaves of one turn leave in one pipeline")
    func pipeline() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url)
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        let before = driver.broker.status.inFlightBytes.value
        for number in 0..<500 { driver.publish("Client #\(number) left the chat", on: 0, "room") }
        #expect(redis.published.isEmpty, "nothing leaves before the end of the turn")
        driver.loop.turn(waitAtMostMilliseconds: 0)
        #expect(driver.broker.status.inFlightBytes.value > before + 500 * 50, "one turn took all of them")
        try driver.turn(until: "they arrive") { driver.texts(0).count == 500 }
    }

    // MARK: Setting up, errors, the end

    @Test("R11 a greeting that is not answered ends at its deadline, and nothing else was said before")
    func silentGreeting() throws {
        let redis = try FakeRedis()
        redis.set { $0.greets = false }
        let driver = try BrokerDriver.redis(redis.url) { $0.dialMilliseconds = 150 }
        driver.subscribe(0, "room")
        driver.publish("waits", on: 0, "room", from: a)
        try driver.turn(until: "it has dialed again") { redis.connections >= 5 }
        #expect(Set(redis.commands) == ["HELLO"])
        #expect(driver.broker.status.current.text.contains("not connected"))
        redis.set { $0.greets = true }
        try driver.turn(until: "it flows") { driver.texts(0) == ["waits"] }
    }

    @Test("S4 the pauses between dials stay below their bound, and dialing never ends")
    func dialsForEver() throws {
        let redis = try FakeRedis()
        redis.set { $0.greets = false }
        let driver = try BrokerDriver.redis(redis.url) {
            $0.dialMilliseconds = 20
            $0.mostPauseMilliseconds = 40
        }
        try driver.turn(until: "it has dialed often", seconds: 20) { redis.connections >= 60 }
        redis.set { $0.greets = true }
        try driver.turnUntilReady()
    }

    @Test(
        "R12 an error that speaks of the command refuses its sender; one that speaks of the server dials anew",
        arguments: [
            ("LOADING Redis is loading the dataset in memory", true), ("BUSY Redis is busy running a script.", false),
            ("OOM command not allowed when used memory > 'maxmemory'.", false), ("MISCONF Errors writing", false),
            ("NOREPLICAS Not enough good replicas to write.", false),
            ("READONLY You can't write against a read only replica.", true),
            ("MASTERDOWN Link with MASTER is down", true),
            ("NOAUTH Authentication required.", true), ("NOPERM this user has no permissions", false),
        ])
    func errorClasses(error: String, redials: Bool) throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url)
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        let before = redis.connections
        redis.set { $0.error = error }
        driver.publish("refused", on: 0, "room", from: a)
        try driver.turn(until: "its sender is told") { driver.failures(of: a) == [.rejected] }
        redis.set { $0.error = nil }
        driver.turn(milliseconds: 20)
        try driver.turnUntilReady()
        driver.publish("flows", on: 0, "room", from: b)
        try driver.turn(until: "it flows") { driver.texts(0) == ["flows"] }
        #expect((redis.connections > before) == redials)
        #expect(driver.failures(of: b).isEmpty)
    }

    @Test("R4 a channel that may not be subscribed closes its own gate only, and opens when it may")
    func forbiddenChannel() throws {
        let redis = try FakeRedis()
        redis.set { $0.forbidden = ["no"] }
        let driver = try BrokerDriver.redis(redis.url)
        for (number, name) in ["a", "no", "b"].enumerated() { driver.subscribe(ChannelNumber(number), name) }
        try driver.turn(until: "the others are confirmed") { Set(driver.confirmed) == [0, 2] }
        try driver.turnUntilReady()
        #expect(driver.broker.status.current.text.contains("NOPERM"))
        driver.publish("flows", on: 0, "a", from: a)
        driver.publish("cannot be heard", on: 1, "no", from: b)
        try driver.turn(until: "a flows") { driver.texts(0) == ["flows"] }
        #expect(driver.failures(of: b) == [.rejected])
        #expect(redis.published == ["flows"])
        driver.broker.forget(b)
        redis.set { $0.forbidden = [] }
        try driver.turn(until: "it is asked for again") { driver.confirmed.contains(1) }
        driver.publish("heard", on: 1, "no", from: b)
        try driver.turn(until: "it flows") { driver.texts(1) == ["heard"] }
        #expect(!driver.broker.status.current.text.contains("NOPERM"))
    }

    @Test("a node that stops publishes its leaves although its own subscriptions are gone")
    func drains() throws {
        let redis = try FakeRedis()
        let driver = try BrokerDriver.redis(redis.url) { $0.answerMilliseconds = 5_000 }
        driver.subscribe(0, "room")
        try driver.turnUntilReady()
        redis.set {
            $0.answers = false
            $0.confirms = false
        }
        redis.cut(.publications)
        try driver.turn(until: "the link has died") { driver.broker.status.disconnectsTotal.value == 1 }
        for number in 0..<10 { driver.publish("Client #\(number) left the chat", on: 0, "room") }
        driver.broker.drain()
        try driver.turn(until: "all are sent") { redis.published.count == 10 }
        driver.turn(milliseconds: 30)
        #expect(!driver.broker.isDrained, "sent is not confirmed")
        redis.release()
        try driver.turn(until: "it is drained") { driver.broker.isDrained }
    }
}
