// The plain-text door on one node without Redis, as a client sees it on the wire.
import TestSupport
import Testing

@Suite("The plain door speaks the tutorial's wire", .needs(.rookery), .ownsWhatItStarts)
struct PlainDoorTests {
    @Test("a message goes to everyone, its sender included, as Client #id says: text")
    func says() throws {
        let node = try RookeryServer()
        let alice = try TestWebSocket(node.webSocketURL("/ws/42"))
        let bob = try TestWebSocket(node.webSocketURL("/ws/bob"))
        try alice.sendText("hi")
        #expect(try alice.receiveText() == "Client #42 says: hi")
        #expect(try bob.receiveText() == "Client #42 says: hi")
        try bob.sendText("")
        #expect(try alice.receiveText() == "Client #bob says: ")
    }

    @Test("a message in the same segment as the handshake comes back")
    func early() throws {
        let node = try RookeryServer()
        for number in 0..<20 {
            let client = try TestWebSocket(
                node.webSocketURL("/ws/\(number)"),
                followedBy: WireFrame.text("one").bytes + WireFrame.text("two").bytes)
            // The leave of the client before may still be on its way.
            var lines: [String] = []
            while lines.count < 2 {
                let line = try client.receiveText()
                if !line.hasSuffix(" left the chat") { lines.append(line) }
            }
            #expect(lines == ["Client #\(number) says: one", "Client #\(number) says: two"])
            try client.close()
        }
    }

    enum Leaving: CaseIterable { case close, vanish, reset }

    @Test("a client that leaves, however, has left the chat once", arguments: Leaving.allCases)
    func leaves(_ leaving: Leaving) throws {
        let node = try RookeryServer()
        let witness = try TestWebSocket(node.webSocketURL("/ws/witness"))
        let client = try TestWebSocket(node.webSocketURL("/ws/7"))
        switch leaving {
        case .close: try client.close()
        case .vanish: client.vanish()
        case .reset: client.reset()
        }
        #expect(try witness.receiveText() == "Client #7 left the chat")
        #expect(try witness.receiveIfAny(seconds: 0.3) == nil)
    }

    @Test("one client's messages arrive everywhere in the order they were sent")
    func order() throws {
        let node = try RookeryServer()
        let clients = try ManyClients(20, port: node.port, path: { "/ws/\($0)" })
        for _ in 0..<200 { clients.sendNumbered(from: 0..<5) }
        try clients.waitForReceived(20 * 5 * 200)
        #expect(clients.statistics.violations.isEmpty)
        #expect(clients.statistics.missing == 0)
    }

    @Test("a binary message closes with 1003, one over the limit with 1009, invalid UTF-8 with 1007")
    func refusedMessages() throws {
        let node = try RookeryServer(["--max-message-bytes", "1000"])
        let cases: [([UInt8], Int)] = [
            (WireFrame.binary([1]).bytes, 1003),
            (WireFrame.binary([]).bytes, 1003),
            (WireFrame.text(String(repeating: "x", count: 1001)).bytes, 1009),
            (WireFrame.text("").with { $0.declaredLength = 1 << 40 }.bytes, 1009),
            (WireFrame(opcode: 1, [0x61, 0xff]).bytes, 1007),
            (WireFrame(opcode: 1, [0xc3]).with { $0.fin = false }.bytes + WireFrame.continuation([0x28]).bytes, 1007),
        ]
        let other = try TestWebSocket(node.webSocketURL("/ws/other"))
        for (bytes, code) in cases {
            let client = try TestWebSocket(node.webSocketURL("/ws/1"))
            try client.sendRaw(bytes)
            #expect(try client.receiveCloseCode() == code, "\(printable(bytes, atMost: 20))")
            #expect(try other.receiveText() == "Client #1 left the chat")
        }
        let client = try TestWebSocket(node.webSocketURL("/ws/1"))
        let longest = String(repeating: "x", count: 1000)
        try client.sendText(longest)
        #expect(try client.receiveText() == "Client #1 says: " + longest)
    }

    @Test(
        "a client id is percent-decoded text of 1 to 64 scalars without controls; a further segment is nowhere",
        arguments: [
            ("/ws/J%C3%BCrgen", 101), ("/ws/%F0%9F%90%A6", 101), ("/ws/a%20b", 101), ("/ws/a%2Fb", 101),
            ("/ws/" + String(repeating: "a", count: 64), 101), ("/ws/" + String(repeating: "a", count: 65), 400),
            ("/ws/" + String(repeating: "%F0%9F%90%A6", count: 64), 101), ("/ws/", 400), ("/ws/%0A", 400),
            ("/ws/%7F", 400), ("/ws/%C2%85", 400), ("/ws/%E2%80%AE", 400), ("/ws/%E2%81%A6", 400),
            ("/ws/%E2%80%A8", 400), ("/ws/%FF", 400), ("/ws/%E9", 400), ("/ws/%zz", 400), ("/ws/a/b", 404),
            ("/ws/a/", 404), ("/ws", 404), ("/WS/a", 404),
        ])
    func clientIDs(_ path: String, _ status: Int) throws {
        #expect(try Handshakes.status(of: path, on: SharedNode.plain()) == status)
    }

    @Test("another plain channel needs --plain-channels, and the nodes' own names are out of reach")
    func channels() throws {
        let node = try RookeryServer(["--plain-channels", "news", "--plain-channels", "rook", "--plain-channels", "__"])
        let reader = try TestWebSocket(node.webSocketURL("/ws/reader?channel=news.today"))
        let lobby = try TestWebSocket(node.webSocketURL("/ws/lobby"))
        let named = try TestWebSocket(node.webSocketURL("/ws/named?channel=chat_channel"))
        let writer = try TestWebSocket(node.webSocketURL("/ws/writer?channel=news%2Etoday"))
        try writer.sendText("extra")
        #expect(try reader.receiveText() == "Client #writer says: extra")
        try lobby.sendText("hello")
        #expect(try lobby.receiveText() == "Client #lobby says: hello")
        #expect(try named.receiveText() == "Client #lobby says: hello")

        for (query, status) in [
            ("other", 403), ("rookery", 403), ("rookery.x", 403), ("__keyspace@0__:a", 403), ("rook", 101), ("", 400),
            ("news%00", 400), ("news" + String(repeating: "n", count: 252), 400),
        ] {
            #expect(try Handshakes.status(of: "/ws/1?channel=" + query, on: node) == status, "\(query)")
        }
    }

    @Test("the echo door is there only when asked for, and changes nothing")
    func echo() throws {
        #expect(try Handshakes.status(of: "/echo", on: SharedNode.plain()) == 404)
        let node = try RookeryServer(["--echo"])
        let client = try TestWebSocket(node.webSocketURL("/echo"))
        try client.sendText("Grüße")
        #expect(try client.receiveText() == "Grüße")
        try client.sendBinary([0, 255])
        #expect(try client.receive() == .binary([0, 255]))
        let long = [UInt8](repeating: 9, count: 65_536)
        try client.sendBinary(long)
        #expect(try client.receive() == .binary(long))
    }

    @Test("messages of every kind that come in one piece keep their order", arguments: [1, 2])
    func manyKindsAtOnce(threads: Int) throws {
        let node = try RookeryServer(["--relay", "", "--threads", "\(threads)"])
        // With two loops one of the two is not the home of the channel.
        for channel in ["a", "b", "c"] {
            let client = try TestWebSocket(node.webSocketURL("/relay/" + channel))
            let frames: [WireFrame] = [
                .text("one"), .text(""), .binary([0xff]), .binary([0xfe, 0]), .ping([7]), .text("two"),
                .text("fra").with { $0.fin = false }, .ping(), .continuation(Array("gments".utf8)), .binary([0xfd]),
                .text(String(repeating: "long", count: 40)), .pong(), .text("last"),
            ]
            try client.sendRaw(frames.flatMap(\.bytes))
            var pongs: [TestWebSocket.Event] = []
            var messages: [TestWebSocket.Event] = []
            while messages.last != .text("last") {
                let event = try client.receive()
                if case .pong = event { pongs.append(event) } else { messages.append(event) }
            }
            #expect(pongs == [.pong([7]), .pong([])])
            #expect(
                messages == [
                    .text("one"), .text(""), .binary([0xff]), .binary([0xfe, 0]), .text("two"), .text("fragments"),
                    .binary([0xfd]), .text(String(repeating: "long", count: 40)), .text("last"),
                ])
        }
    }

    @Test("what was said before a broken rule in the same piece is heard")
    func saidBeforeTheEnd() throws {
        let node = try RookeryServer([])
        let listener = try TestWebSocket(node.webSocketURL("/ws/listener"))
        let ends: [(WireFrame, Int)] = [
            (.binary([1]), 1003), (.text("x").with { $0.reserved = 4 }, 1002), (.close(1000), 1000),
            (WireFrame(opcode: 1, [0xff]), 1007),
        ]
        for (frame, code) in ends {
            let client = try TestWebSocket(node.webSocketURL("/ws/7"))
            try client.sendRaw(WireFrame.text("one").bytes + WireFrame.text("two").bytes + frame.bytes)
            for expected in ["Client #7 says: one", "Client #7 says: two", "Client #7 left the chat"] {
                #expect(try listener.receiveText() == expected, "\(code)")
            }
            var received: Int?
            while received == nil { if case .close(let code, _) = try client.receive() { received = code } }
            #expect(received == code)
        }
    }

    @Test("the relay door is there only when asked for, and carries bytes as they are")
    func relay() throws {
        #expect(try Handshakes.status(of: "/relay/a", on: SharedNode.plain()) == 404)
        let node = try RookeryServer(["--relay", "sensor", "--relay", "rookery"])
        let one = try TestWebSocket(node.webSocketURL("/relay/sensor%20one"))
        let two = try TestWebSocket(node.webSocketURL("/relay/sensor%20one"))
        try one.sendText("{\"t\": 21.5}")
        #expect(try two.receiveText() == "{\"t\": 21.5}")
        #expect(try one.receiveText() == "{\"t\": 21.5}")
        try two.sendBinary([0xff, 0xfe])
        #expect(try one.receive() == .binary([0xff, 0xfe]))
        try two.sendBinary(Array("text".utf8))
        #expect(try one.receive() == .text("text"))
        one.vanish()
        #expect(try two.receive() == .binary([0xff, 0xfe]))
        #expect(try two.receive() == .text("text"))
        #expect(try two.receiveIfAny(seconds: 0.2) == nil)
        for (name, status) in [("other", 403), ("rookery.room", 403), ("sensor/x", 404), ("", 400)] {
            #expect(try Handshakes.status(of: "/relay/" + name, on: node) == status, "\(name)")
        }
        let open = try RookeryServer(["--relay", ""])
        #expect(try Handshakes.status(of: "/relay/anything", on: open) == 101)
        #expect(try Handshakes.status(of: "/relay/__keyevent@0__:del", on: open) == 403)
    }
}
