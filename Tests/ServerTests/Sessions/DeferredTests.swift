// Requests with bodies, and answers that come later, on a real loop and a pair of sockets; what a request comes to is decided by the test.
import EventLoop
import TestSupport
import Testing
import WSProtocol

@testable import Server

/// A loop with the sessions of a node, one client, and the routes that the test gives.
private final class DeferredDriver: TurnEnd {
    let loop: EventLoop
    let sessions: Sessions
    let client: Int32
    private let clock = TestClock()
    private(set) var text = ""
    private(set) var isOver = false

    init(_ routes: TestRoutes) throws {
        let clock = self.clock
        loop = try EventLoop { clock.now }
        let node = try makeNode(Configuration())
        let deflaters = Deflaters(DeflateSettings(), metrics: node.metrics[0])
        sessions = Sessions(
            worker: 0, node: node, loop: loop, hub: Hub(worker: 0, home: nil), deflaters: deflaters, router: routes)
        let (server, client) = try Socket.pair()
        self.client = client
        loop.turnEnd = self
        sessions.accept(server, from: .unix(""))
    }

    deinit { Socket.close(client) }

    func endOfTurn() -> Bool {
        sessions.writer.flush()
        return sessions.settle() || sessions.writer.hasWork || sessions.hasWork
    }

    func pass(milliseconds: Int) { clock.now = clock.now.adding(milliseconds: milliseconds) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            switch Socket.send(client, bytes.span.extracting(sent...)) {
            case .bytes(let count): sent += count
            case .wouldBlock: break
            case .failed, .endOfStream: sent = bytes.count
            }
            turn()
        }
    }

    func finishSending() {
        Socket.shutdownWrite(client)
        turn()
    }

    /// A few turns, and what came is in `text`.
    func turn() {
        for _ in 0..<6 { loop.turn(waitAtMostMilliseconds: 0) }
        var room = [UInt8](repeating: 0, count: 65_536)
        while true {
            switch room.withUnsafeMutableBytes({ Socket.receive(client, into: $0) }) {
            case .bytes(let count): text += String(decoding: room[..<count], as: UTF8.self)
            case .endOfStream, .failed:
                isOver = true
                return
            case .wouldBlock: return
            }
        }
    }

    /// The statuses of the answers so far.
    var statuses: [String] {
        text.split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
    }
}

private final class TestClock {
    var now = Instant.now()
}

/// `/now`: at once. `/take`: with a body of up to 1,000,000 bytes, answered when the test says so. `/later`: a door or what the test says.
private final class TestRoutes: Routing {
    var bodies: [[UInt8]] = []
    var answers: [(HTTPResponse) -> Void] = []
    var decisions: [RouteDecision] = []
    /// Decides before the call that asks has returned.
    var early: ((RequestHead) -> Result<Route, HTTPRefusal>)?

    func route(_ head: RequestHead, _ live: LiveSettings) throws(HTTPRefusal) -> Route {
        switch head.path {
        case "/take":
            return .take(
                BodyRequest(bytesMax: 1_000_000) { [unowned self] body, done in
                    bodies.append(body)
                    if early != nil { done(HTTPResponse(.ok, text: "early")) } else { answers.append(done) }
                })
        case "/later":
            return .later { [unowned self] decide in
                if let early { decide(early(head)) } else { decisions.append(decide) }
            }
        case "/now": return .answer(HTTPResponse(.ok, text: "now"))
        default: throw HTTPRefusal(.notFound, "nothing here")
        }
    }

    static func echo(_ head: RequestHead) throws(HTTPRefusal) -> Route {
        .open(
            DoorRequest(
                upgrade: try ServerHandshake.validate(head), door: .echo, channel: nil, form: .bytes, clientID: ""))
    }
}

@Suite("Bodies, and answers that come later")
struct DeferredTests {
    private let routes = TestRoutes()
    private let driver: DeferredDriver
    private static let handshake =
        "GET /later HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    init() throws { driver = try DeferredDriver(routes) }

    private func post(_ body: String, _ fields: String = "") -> String {
        "POST /take HTTP/1.1\r\nHost: a\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private var echo: Route {
        get throws {
            var search = HeadSearch()
            let bytes = Array(DeferredTests.handshake.utf8)
            let head = try RequestHead.parse(bytes.span, search: &search, limits: HTTPLimits())
            return try TestRoutes.echo(#require(head).head)
        }
    }

    @Test("H8 while an answer is waited for nothing behind it is served; then all goes on in order")
    func order() {
        driver.send(post("one") + "GET /now HTTP/1.1\r\nHost: a\r\n\r\n" + post("two"))
        driver.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(driver.text == "")
        #expect(routes.bodies == [Array("one".utf8)])
        routes.answers[0](HTTPResponse(.ok, text: "first"))
        driver.turn()
        #expect(driver.statuses == ["200", "200"])
        #expect(driver.text.utf8.count > 0 && routes.bodies == [Array("one".utf8), Array("two".utf8)])
        routes.answers[1](HTTPResponse(.badRequest, text: "second"))
        driver.turn()
        #expect(driver.statuses == ["200", "200", "400", "404"])
    }

    @Test("a body is whole however it comes", arguments: [1, 7, 65_536])
    func pieces(_ size: Int) {
        let body = String(repeating: "0123456789", count: size == 65_536 ? 90_000 : 30)
        var rest = Array(post(body).utf8)[...]
        while !rest.isEmpty {
            driver.send(String(decoding: rest.prefix(size), as: UTF8.self))
            rest = rest.dropFirst(size)
        }
        #expect(routes.bodies == [Array(body.utf8)])
        driver.send("POST /take HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        routes.answers[0](HTTPResponse(.ok, text: ""))
        driver.send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        #expect(routes.bodies.last == Array("abcde".utf8))
        #expect(driver.statuses == ["200"])
    }

    @Test("H5 a body over the limit is 413: by its length before it is read, else as soon as it is longer")
    func tooLarge() throws {
        driver.send("POST /take HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000001\r\n\r\n")
        #expect(driver.statuses == ["413"] && driver.isOver)
        let other = try DeferredDriver(routes)
        other.send("POST /take HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nF4241\r\n")
        #expect(other.statuses == ["413"] && other.isOver && routes.bodies.isEmpty)
    }

    @Test("who waits for 100 Continue gets it when a body is wanted")
    func expectation() {
        driver.send("POST /take HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(driver.text == "HTTP/1.1 100 Continue\r\n\r\n")
        driver.send("ok")
        routes.answers[0](HTTPResponse(.ok, text: "done"))
        driver.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(driver.statuses == ["100", "200", "200"] && routes.bodies == [Array("ok".utf8)])
        // Nobody wants this one: answered at once, and where the next request begins is not certain.
        driver.send("GET /now HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        #expect(driver.statuses == ["100", "200", "200", "200"] && driver.isOver)
    }

    @Test("H6 a body that does not end is 408 at the deadline of its request, however it dribbles")
    func slowBody() {
        driver.send("POST /take HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
        for _ in 0..<12 {
            driver.pass(milliseconds: 1_000)
            driver.send("x")
        }
        #expect(driver.statuses == ["408"] && driver.isOver && routes.bodies.isEmpty)
    }

    @Test("nobody decides: 503 at the deadline, and what is said later is dropped")
    func noDecision() {
        driver.send(post("one"))
        driver.pass(milliseconds: Sessions.decisionMilliseconds - 1)
        driver.turn()
        #expect(driver.text == "")
        driver.pass(milliseconds: 2)
        driver.turn()
        #expect(driver.statuses == ["503"] && driver.isOver)
        routes.answers[0](HTTPResponse(.ok, text: "late"))
        driver.turn()
        #expect(driver.statuses == ["503"])
    }

    @Test("E8 an answer for a connection that is gone is dropped, and never reaches the next one of its place")
    func gone() throws {
        driver.send(post("one"))
        driver.sessions.vanish(0, .vanished)
        let (server, client) = try Socket.pair()
        defer { Socket.close(client) }
        driver.sessions.accept(server, from: .unix(""))
        #expect(driver.sessions.table.isInUse(0))
        let request = Array(post("two").utf8)
        _ = Socket.send(client, request.span)
        driver.turn()
        #expect(routes.answers.count == 2)
        routes.answers[0](HTTPResponse(.ok, text: "late"))
        driver.turn()
        var room = [UInt8](repeating: 0, count: 100)
        #expect(room.withUnsafeMutableBytes { Socket.receive(client, into: $0) } == .wouldBlock)
    }

    @Test("an answer counts once: said again, it does not answer the next request")
    func twice() {
        driver.send(post("one") + post("two"))
        routes.answers[0](HTTPResponse(.ok, text: "first"))
        routes.answers[0](HTTPResponse(.ok, text: "again"))
        driver.turn()
        routes.answers[0](HTTPResponse(.ok, text: "and again"))
        driver.turn()
        #expect(driver.statuses == ["200"] && routes.bodies.count == 2)
    }

    @Test("a peer that has ended its direction still hears the answer it waits for")
    func halfClosed() {
        driver.send(post("one"))
        driver.finishSending()
        #expect(driver.text == "" && !driver.isOver)
        routes.answers[0](HTTPResponse(.ok, text: "first"))
        driver.turn()
        #expect(driver.statuses == ["200"] && driver.isOver)
    }

    @Test("what comes behind a request that is not decided stays in the kernel")
    func bounded() throws {
        driver.send(post("one"))
        let more = [UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20)
        var sent = 0
        for _ in 0..<2_000 {
            if case .bytes(let count) = Socket.send(driver.client, more.span) { sent += count }
            driver.loop.turn(waitAtMostMilliseconds: 0)
        }
        let kept = try #require(driver.sessions.table[0].exchange).received.count
        #expect(sent > 0 && kept <= EventLoop.receiveBytesMax)
    }

    @Test("E12 a stop waits a little for an answer under way, and ends the connection with it")
    func stopping() {
        driver.send(post("one"))
        driver.sessions.hurryStop()
        driver.turn()
        #expect(!driver.isOver)
        routes.answers[0](HTTPResponse(.ok, text: "first"))
        driver.turn()
        #expect(driver.statuses == ["200"] && driver.isOver && driver.text.utf8.count > 0)
    }

    // MARK: Doors

    @Test("a door opens later; what came behind the handshake is read then")
    func doorLater() throws {
        driver.send(DeferredTests.handshake)
        #expect(driver.text == "" && driver.sessions.table[0].phase == .http)
        // RFC 6455 §5.7 — a single-frame masked text message, "Hello".
        let frame: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        _ = Socket.send(driver.client, frame.span)
        driver.turn()
        routes.decisions[0](.success(try echo))
        driver.turn()
        #expect(driver.statuses == ["101"] && driver.text.hasSuffix("Hello"))
        _ = Socket.send(driver.client, frame.span)
        driver.turn()
        #expect(driver.text.hasSuffix("Hello\u{FFFD}\u{5}Hello"))
    }

    @Test("a door that is decided at once opens as if nothing had been asked")
    func doorEarly() {
        routes.early = { head in Result { () throws(HTTPRefusal) in try TestRoutes.echo(head) } }
        driver.send(DeferredTests.handshake)
        #expect(driver.statuses == ["101"] && driver.sessions.table[0].phase == .open)
    }

    @Test("a door that stays shut is a refusal, early or late", arguments: [true, false])
    func refused(early: Bool) {
        let refusal = HTTPRefusal(.forbidden, "no")
        if early { routes.early = { _ in .failure(refusal) } }
        driver.send(DeferredTests.handshake)
        if !early { routes.decisions[0](.failure(refusal)) }
        driver.turn()
        #expect(driver.statuses == ["403"] && driver.isOver)
    }

    @Test("E12 a door decided after the stop began does not open")
    func doorWhileStopping() throws {
        driver.send(DeferredTests.handshake)
        driver.sessions.node.isStopping = true
        routes.decisions[0](.success(try echo))
        driver.turn()
        #expect(driver.statuses == ["503"])
    }

    @Test("a peer that has gone finds no door open")
    func doorForNobody() throws {
        driver.send(DeferredTests.handshake)
        driver.finishSending()
        routes.decisions[0](.success(try echo))
        driver.turn()
        #expect(!driver.sessions.table.isInUse(0) && driver.isOver)
    }

    @Test("a decision may need the body, or more time, itself")
    func chain() {
        driver.send("POST /later HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
        var body: [UInt8] = []
        var again: RouteDecision?
        routes.decisions[0](.success(.later { again = $0 }))
        driver.turn()
        again?(
            .success(
                .take(
                    BodyRequest(bytesMax: 3) {
                        body = $0
                        $1(HTTPResponse(.ok, text: "chained"))
                    })))
        driver.turn()
        #expect(driver.statuses == ["200"] && body == Array("abc".utf8))
        driver.send("GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(driver.statuses == ["200", "200"])
    }
}
