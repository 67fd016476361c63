// Clients on a loop, against servers that follow a script.
import Digest
import EventLoop
import Synchronization
import TestSupport
import Testing
import WSProtocol
import WebSocketLink

@Suite("RFC 6455 a client on a loop", .ownsWhatItStarts)
struct SwarmTests {
    /// What a swarm says, and a loop to turn.
    private final class Record: SwarmDelegate {
        let loop: EventLoop
        let swarm: Swarm
        var opened: [Int] = []
        var texts: [String] = []
        /// Frames to take from the front of what comes before it is read; nil: none, whatever they are.
        var takes: ((Span<UInt8>) -> Int)?
        var ends: [String] = []

        init(port: Int) throws {
            loop = try EventLoop()
            swarm = Swarm(
                loop: loop, address: try SocketAddress(parsing: "127.0.0.1:\(port)"), host: "localhost:\(port)")
            swarm.delegate = self
        }

        func opened(_ client: Int) { opened.append(client) }
        func received(_ text: Span<UInt8>, by client: Int) {
            texts.append(String(decoding: text.indices.map { text[$0] }, as: UTF8.self))
        }
        func receivedFrames(_ bytes: Span<UInt8>, by client: Int) -> Int { takes?(bytes) ?? 0 }
        func ended(_ client: Int, _ reason: String) { ends.append(reason) }

        func turn(until what: String, _ condition: () throws -> Bool) throws {
            let deadline = Deadline(seconds: 10)
            while try !condition() {
                if deadline.hasPassed { throw KitError("turned in vain until \(what); \(ends)") }
                loop.turn(waitAtMostMilliseconds: 5)
            }
        }
    }

    /// Reads a request; its lines.
    private static func request(_ connection: ScriptedConnection) throws -> [String] {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) { bytes += try connection.socket.receiveExactly(1) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }

    private static func key(_ request: [String]) throws -> String {
        let line = try #require(request.first { $0.hasPrefix("Sec-WebSocket-Key: ") })
        return String(line.dropFirst("Sec-WebSocket-Key: ".count))
    }

    private static func answer(_ request: [String]) throws -> String {
        let text = Array((try key(request) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        let accept = String(decoding: Base64.encode(SHA1.hash(text.span).span), as: UTF8.self)
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: \(accept)\r\n\r\n"
    }

    /// The next frame of the client, at most 125 bytes: its first byte, key and payload.
    private static func frame(_ connection: ScriptedConnection) throws -> (first: UInt8, key: [UInt8], payload: [UInt8])
    {
        let head = try connection.socket.receiveExactly(2)
        guard head[1] & 0x80 != 0 else { throw KitError("not masked") }
        let key = try connection.socket.receiveExactly(4)
        let masked = try connection.socket.receiveExactly(Int(head[1] & 0x7F))
        return (head[0], key, masked.enumerated().map { $0.element ^ key[$0.offset & 3] })
    }

    @Test("a client whose server cannot be reached is told so and has no connection")
    func unreachable() throws {
        let record = try Record(port: try FreePort.next())
        _ = try record.swarm.connect(path: "/")
        try record.turn(until: "the client is told") { !record.ends.isEmpty }
        #expect(record.opened.isEmpty && record.swarm.openCount == 0)
    }

    @Test("a client sends nothing before the answer to its handshake")
    func waits() throws {
        let heard = Mutex<[UInt8]>([])
        let peer = try ScriptedPeer { connection in
            let request = try SwarmTests.request(connection)
            // What comes before the answer, in a while.
            let early = try? connection.socket.receiveIfAny(seconds: 0.2)
            heard.withLock { $0 = early ?? [] }
            try connection.send(SwarmTests.answer(request))
            let frame = try SwarmTests.frame(connection)
            guard frame.first == 0x81, frame.payload == Array("late".utf8) else { throw KitError("\(frame)") }
        }
        let record = try Record(port: peer.port)
        let client = try record.swarm.connect(path: "/")
        let early = Array("early".utf8)
        for _ in 0..<20 {
            record.swarm.send(early.span, from: client)
            record.loop.turn(waitAtMostMilliseconds: 2)
        }
        try record.turn(until: "the handshake is done") {
            guard record.opened.isEmpty && record.ends.isEmpty else { return true }
            record.swarm.send(early.span, from: client)
            return false
        }
        let late = Array("late".utf8)
        record.swarm.send(late.span, from: client)
        try record.turn(until: "the script has ended") { peer.finishedCount == 1 }
        try peer.waitUntilFinished()
        #expect(heard.withLock { $0 }.isEmpty)
    }

    @Test(
        "a client sends nothing behind its handshake while the answer is not whole",
        arguments: Fixture.load("ws/client-handshakes.jsonl").filter { $0.json["expect"] as? String == "incomplete" })
    func waitsForTheWholeAnswer(_ fixture: Fixture) throws {
        let wire = try #require(fixture.bytes("wire"))
        let heard = Mutex<[UInt8]?>(nil)
        let peer = try ScriptedPeer { connection in
            _ = try SwarmTests.request(connection)
            try connection.send(wire)
            let more = try connection.socket.receiveIfAny(seconds: 0.2)
            heard.withLock { $0 = more ?? [] }
        }
        let record = try Record(port: peer.port)
        let client = try record.swarm.connect(path: "/")
        let early = Array("early".utf8)
        try record.turn(until: "the script has ended") {
            record.swarm.send(early.span, from: client)
            return heard.withLock { $0 != nil }
        }
        try peer.waitUntilFinished()
        #expect(heard.withLock { $0 } == [])
        #expect(record.opened.isEmpty)
    }

    @Test("a client draws a nonce for each connection and a masking key for each frame")
    func entropy() throws {
        let seen = Mutex<(nonces: Set<String>, keys: Set<[UInt8]>)>(([], []))
        let peer = try ScriptedPeer { connection in
            let request = try SwarmTests.request(connection)
            let nonce = try SwarmTests.key(request)
            _ = seen.withLock { $0.nonces.insert(nonce) }
            try connection.send(SwarmTests.answer(request))
            for _ in 0..<300 {
                let frame = try SwarmTests.frame(connection)
                _ = seen.withLock { $0.keys.insert(frame.key) }
            }
        }
        // Two lives of the program would draw the same from a fixed seed.
        for life in 1...2 {
            let record = try Record(port: peer.port)
            for _ in 0..<4 { _ = try record.swarm.connect(path: "/") }
            try record.turn(until: "all are open") { record.opened.count == 4 }
            let text = Array("x".utf8)
            for client in 0..<4 { for _ in 0..<300 { record.swarm.send(text.span, from: client) } }
            try record.turn(until: "the scripts have ended") { peer.finishedCount == 4 * life }
        }
        try peer.waitUntilFinished(8)
        let (nonces, keys) = seen.withLock { ($0.nonces, $0.keys) }
        #expect(nonces.count == 8)
        // 2,400 draws of 32 bits: more than two pairs alike would be a wonder.
        #expect(keys.count >= 2_398)
    }

    @Test("a client answers the Close of its server, masked and with its code, and tells what rule was broken")
    func closes() throws {
        let words = Mutex<[[UInt8]]>([])
        let farewells: [[UInt8]] = [
            WireFrame.close(1001, "bye").with { $0.maskingKey = nil }.bytes,
            WireFrame.close(nil).with { $0.maskingKey = nil }.bytes,
            [0x83, 0x00],
            WireFrame.text("masked").bytes,
            [0x81, 0x01, 0xFF],
        ]
        let peer = try ScriptedPeer { connection in
            try connection.send(SwarmTests.answer(SwarmTests.request(connection)))
            try connection.send(farewells[connection.number])
            let frame = try SwarmTests.frame(connection)
            guard frame.first == 0x88 else { throw KitError("not a Close: \(frame)") }
            words.withLock { $0.append(frame.payload) }
            try connection.expectEnd()
        }
        let record = try Record(port: peer.port)
        for number in farewells.indices {
            _ = try record.swarm.connect(path: "/")
            try record.turn(until: "the client has ended") { record.ends.count == number + 1 }
            try record.turn(until: "the script has ended") { peer.finishedCount == number + 1 }
        }
        try peer.waitUntilFinished(farewells.count)
        #expect(words.withLock { $0 } == [[0x03, 0xE9], [], [0x03, 0xEA], [0x03, 0xEA], [0x03, 0xEF]])
    }

    @Test("what is queued leaves together, in its order, and binary messages come as texts do")
    func queued() throws {
        let heard = Mutex<[String]>([])
        let peer = try ScriptedPeer { connection in
            try connection.send(SwarmTests.answer(SwarmTests.request(connection)))
            for _ in 0..<3 {
                let payload = try SwarmTests.frame(connection).payload
                heard.withLock { $0.append(String(decoding: payload, as: UTF8.self)) }
            }
            try connection.send(WireFrame.binary([0x68, 0x69]).with { $0.maskingKey = nil }.bytes)
            try connection.staySilent(seconds: 10)
        }
        let record = try Record(port: peer.port)
        let client = try record.swarm.connect(path: "/")
        try record.turn(until: "it is open") { !record.opened.isEmpty }
        for text in ["one", "two", "three"] {
            let bytes = Array(text.utf8)
            record.swarm.queue(bytes.span, from: client)
        }
        // 3 × (header and key) and the words: nothing has left.
        #expect(record.swarm.unsentBytes(client) == 3 * 6 + 11)
        record.swarm.flushQueued()
        #expect(record.swarm.unsentBytes(client) == 0)
        try record.turn(until: "the answer comes") { !record.texts.isEmpty }
        #expect(heard.withLock { $0 } == ["one", "two", "three"] && record.texts == ["hi"])
        #expect(record.swarm.isOpen(client) && record.swarm.hasOpened(client))
        record.swarm.vanish(client)
        #expect(!record.swarm.isOpen(client) && record.swarm.hasOpened(client))
        record.swarm.skip()
        #expect(record.swarm.count == 2 && !record.swarm.hasOpened(1))
    }

    @Test("frames can be taken from the front of what comes; what is left is read as ever, at every border")
    func taken() throws {
        let frames = (0..<4).map { WireFrame.text("text \($0)").with { $0.maskingKey = nil }.bytes }
        let wire = Array(frames.joined())
        let peer = try ScriptedPeer { connection in
            try connection.send(SwarmTests.answer(SwarmTests.request(connection)))
            // Half a frame more than is asked for: the rest of it is nobody's to take.
            try connection.send(Array(wire[..<10]))
            sleep(milliseconds: 30)
            try connection.send(Array(wire[10...]))
            try connection.staySilent(seconds: 10)
        }
        let record = try Record(port: peer.port)
        var borders: [Bool] = []
        record.takes = { bytes in
            borders.append(bytes[0] == 0x81)
            return bytes.count >= 16 ? 8 : 0
        }
        _ = try record.swarm.connect(path: "/")
        try record.turn(until: "all came") { record.texts.contains("text 3") }
        // One of 8 bytes was taken whenever two were there; asked was only at borders of frames.
        #expect(borders.allSatisfy { $0 } && borders.count >= 2)
        #expect(record.texts.count < 4 && record.ends.isEmpty)
    }

    @Test("clients of one swarm reach several targets, each with its own Host and more headers")
    func targets() throws {
        let heard = Mutex<[String]>([])
        let script: ScriptedPeer.Script = { connection in
            let request = try SwarmTests.request(connection)
            heard.withLock {
                $0 += request.filter { $0.hasPrefix("Host") || $0.hasPrefix("X-") || $0.hasPrefix("GET") }
            }
            try connection.send(SwarmTests.answer(request))
            try connection.staySilent(seconds: 10)
        }
        let peers = [try ScriptedPeer(script), try ScriptedPeer(script)]
        let loop = try EventLoop()
        let swarm = Swarm(
            loop: loop,
            targets: try peers.enumerated().map {
                SwarmTarget(address: try SocketAddress(parsing: "127.0.0.1:\($1.port)"), host: "host\($0)")
            })
        for target in 0..<2 {
            _ = try swarm.connect(
                path: "/\(target)", target: target, headers: [HTTPField("X-Number", "\(target)")],
                from: IPAddress("127.0.0.\(target + 5)"))
            let deadline = Deadline(seconds: 10)
            while swarm.openCount <= target, !deadline.hasPassed { loop.turn(waitAtMostMilliseconds: 5) }
        }
        #expect(
            heard.withLock { $0 } == [
                "GET /0 HTTP/1.1", "Host: host0", "X-Number: 0", "GET /1 HTTP/1.1", "Host: host1", "X-Number: 1",
            ])
    }
}
