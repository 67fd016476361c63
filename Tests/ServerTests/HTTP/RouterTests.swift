// From heads to routes, without a socket.
import EventLoop
import Testing
import WSProtocol

@testable import Server

@Suite("Routes")
struct RouterTests {
    private static let upgrade =
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"

    private func head(_ text: String) throws -> RequestHead {
        var search = HeadSearch()
        let parsed = try RequestHead.parse(Array(text.utf8).span, search: &search, limits: HTTPLimits())
        return try #require(parsed).head
    }

    /// The status of the answer, or 101.
    private func status(
        _ path: String, _ fields: String = upgrade, method: String = "GET", host: String = "localhost",
        change: (inout Configuration) -> Void = { _ in }
    ) throws -> Int {
        var configuration = Configuration()
        change(&configuration)
        let node = try makeNode(configuration)
        let router = Router(node: node, api: APIDesk(node, on: try EventLoop(), node.apiCounters[0]))
        let head = try head("\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
        do {
            switch try router.route(head, node.live) {
            case .open: return 101
            case .answer(let response): return response.status.rawValue
            case .take, .logIn, .later, .admit:
                Issue.record("no answer yet")
                return 0
            }
        } catch {
            return error.status.rawValue
        }
    }

    @Test(
        "the doors' paths",
        arguments: [
            ("/ws/1", 101), ("/ws/%C3%BC", 101), ("/ws/", 400), ("/ws", 404), ("/ws/1/", 404), ("/ws/1/2", 404),
            ("/ws/%0a", 400),
            ("/ws/1?channel=chat_channel", 101), ("/ws/1?channel=", 400), ("/ws/1?channel=other", 403),
            ("/ws/1?channel=rookery", 403), ("/ws/1?channel=%zz", 400), ("/ws/1?channel=a%00", 400),
            ("/ws/1?other=x", 101),
            ("/connection/websocket", 101), ("/connection/websocket?format=protobuf", 101),
            ("/connection/websocket?token=abc", 400), ("/connection/websocket/", 404), ("/connection", 404),
            ("/relay/a", 404), ("/echo", 404), ("/WS/1", 404), ("/ws%2f1", 404),
        ])
    func doors(_ path: String, _ status: Int) throws { #expect(try self.status(path) == status) }

    @Test(
        "W11 names of the nodes and of Redis are out of reach, whatever the settings say",
        arguments: [
            "rookery", "rookery.x", "rookery:", "rookeryroom", "__keyspace@0__:x", "__keyevent@0__:del", "__key",
        ])
    func reserved(_ name: String) throws {
        let all: (inout Configuration) -> Void = {
            $0.relay = [""]
            $0.plainChannels = [""]
            $0.isOpen = true
        }
        #expect(try status("/relay/\(name)", change: all) == 403)
        #expect(try status("/ws/1?channel=\(name)", change: all) == 403)
        #expect(try status("/relay/%72%6fokery", change: all) == 403)
        #expect(try status("/relay/x\(name)", change: all) == 101)
    }

    @Test("another prefix of the nodes moves what is reserved")
    func otherPrefix() throws {
        let all: (inout Configuration) -> Void = {
            $0.relay = [""]
            $0.redisPrefix = "own"
        }
        #expect(try status("/relay/own.x", change: all) == 403)
        #expect(try status("/relay/rookery", change: all) == 101)
    }

    @Test("prefixes open what begins with them, byte for byte")
    func prefixes() throws {
        let some: (inout Configuration) -> Void = {
            $0.relay = ["sensor.", "caf\u{e9}"]
            $0.plainChannels = ["news"]
        }
        #expect(try status("/relay/sensor.1", change: some) == 101)
        #expect(try status("/relay/sensor", change: some) == 403)
        #expect(try status("/relay/caf%C3%A9s", change: some) == 101)
        #expect(try status("/relay/cafe%CC%81s", change: some) == 403)
        #expect(try status("/relay/a/b", change: some) == 404)
        #expect(try status("/ws/1?channel=news.x", change: some) == 101)
        #expect(try status("/ws/1?channel=sensor.1", change: some) == 403)
        #expect(try status("/ws/1?channel=chat_channel", change: some) == 101)
    }

    @Test("a door without a handshake says that it wants one")
    func noUpgrade() throws {
        #expect(try status("/ws/1", "") == 426)
        #expect(try status("/ws/1", RouterTests.upgrade, method: "POST") == 405)
        #expect(try status("/echo", "") { $0.servesEcho = true } == 426)
        #expect(try status("/echo") { $0.servesEcho = true } == 101)
    }

    @Test(
        "the documents' paths and methods",
        arguments: [
            ("GET", "/", 200), ("HEAD", "/", 200), ("OPTIONS", "/", 204), ("OPTIONS", "*", 204), ("POST", "/", 405),
            ("DELETE", "/health", 405), ("GET", "/health/live", 200), ("GET", "/metrics", 200),
            ("GET", "/nowhere", 404),
            ("POST", "/nowhere", 404), ("GET", "/%2e%2e/", 404),
        ])
    func documents(_ method: String, _ path: String, _ status: Int) throws {
        #expect(try self.status(path, "", method: method) == status)
    }

    @Test("W11 the order of checks: proxy, host, path, channel, origin, handshake")
    func checks() throws {
        #expect(try status("/nowhere", "Via: 1.1 x\r\n") == 403)
        #expect(try status("/nowhere", "", host: "evil.example") == 421)
        #expect(try status("/nowhere", "Origin: http://evil.example\r\n") == 404)
        #expect(try status("/ws/1", "Origin: http://evil.example\r\n") == 403)
        #expect(
            try status("/ws/1", "Origin: http://evil.example\r\n" + RouterTests.upgrade) { $0.isOpen = true } == 403)
        #expect(try status("/", "Via: 1.1 x\r\n", host: "evil.example") { $0.isOpen = true } == 200)
    }

    @Test("a loop's copy of the live settings is the latest one, and the same one until they are exchanged")
    func liveCopy() throws {
        let node = try makeNode(Configuration())
        var copy = LiveCopy(node)
        let first = copy.latest(of: node)
        #expect(copy.latest(of: node) === first && !first.servesEcho)
        var changed = Configuration()
        changed.servesEcho = true
        node.apply(changed, access: first.access)
        #expect(copy.latest(of: node).servesEcho)
        #expect(copy.latest(of: node) === copy.latest(of: node) && copy.latest(of: node) === node.live)
    }

    @Test("a node that stops lets nobody in and is not ready, and says when to come again")
    func stopping() throws {
        let node = try makeNode(Configuration())
        node.isStopping = true
        let router = Router(node: node, api: APIDesk(node, on: try EventLoop(), node.apiCounters[0]))
        let error = #expect(throws: HTTPRefusal.self) {
            try router.route(head("GET /ws/1 HTTP/1.1\r\nHost: localhost\r\n\(RouterTests.upgrade)\r\n"), node.live)
        }
        #expect(error?.status == .serviceUnavailable)
        #expect(error?.headers.contains { $0.name == "Retry-After" } == true)
        guard
            case .answer(let ready) = try router.route(
                head("GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"), node.live),
            case .answer(let live) = try router.route(
                head("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"), node.live)
        else {
            Issue.record("no answer")
            return
        }
        #expect(ready.status == .serviceUnavailable && live.status == .ok)
    }
}
