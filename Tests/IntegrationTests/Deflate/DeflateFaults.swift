// What a hostile or careless peer does with compression, against a whole node.
import TestSupport
import Testing
import WSProtocol

@Suite("A node stands compressed attacks", .needs(.rookery), .ownsWhatItStarts, .serialized)
struct DeflateFaults {
    /// "Hello" of RFC 7692 §7.2.3.1.
    static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]

    private func frame(
        _ opcode: UInt8, _ payload: [UInt8], fin: Bool = true, reserved: UInt8 = 4
    ) -> [UInt8] {
        var frame = WireFrame(opcode: opcode, payload)
        frame.fin = fin
        frame.reserved = reserved
        return frame.bytes
    }

    @Test("W5 RSV1 is taken on the first frame of a message where it was agreed on, and ends the connection elsewhere")
    func reservedBits() throws {
        let node = try RookeryServer(["--echo"])
        let hello = Self.hello
        let begun = frame(1, Array(hello[..<3]), fin: false)
        let table: [(String, Bool, [UInt8], TestWebSocket.Event?, Int?)] = [
            ("text", true, frame(1, hello), .text("Hello"), nil),
            ("binary", true, frame(2, hello), .binary(Array("Hello".utf8)), nil),
            ("uncompressed", true, frame(1, Array("Hello".utf8), reserved: 0), .text("Hello"), nil),
            ("fragments", true, begun + frame(0, Array(hello[3...]), reserved: 0), .text("Hello"), nil),
            ("the empty message", true, frame(1, [0]), .text(""), nil),
            ("text without agreement", false, frame(1, hello), nil, 1002),
            ("binary without agreement", false, frame(2, hello), nil, 1002),
            ("continuation", true, begun + frame(0, Array(hello[3...])), nil, 1002),
            ("ping", true, frame(9, []), nil, 1002), ("pong", true, frame(10, []), nil, 1002),
            ("close", true, frame(8, [0x03, 0xE8]), nil, 1002),
            ("ping between fragments", true, begun + frame(9, []), nil, 1002),
            ("RSV2", true, frame(1, hello, reserved: 2), nil, 1002),
            ("RSV3", true, frame(1, hello, reserved: 1), nil, 1002),
            ("RSV1 and RSV2", true, frame(1, hello, reserved: 6), nil, 1002),
            ("corrupt", true, frame(1, [0x06]), nil, 1007),
            ("corrupt in a fragment", true, frame(1, [0x06], fin: false), nil, 1007),
            ("unfinished", true, frame(1, Array(hello[..<4])), nil, 1007),
            ("not UTF-8, stored", true, frame(1, [0, 1, 0, 0xFE, 0xFF, 0xFF], fin: false), nil, 1007),
            (
                "context of the message before", true, frame(1, hello) + frame(1, [0xF2, 0x00, 0x11, 0x00, 0x00]),
                .text("Hello"), 1007
            ),
        ]
        for (name, agreed, bytes, event, code) in table {
            let client = try TestWebSocket(node.webSocketURL("/echo"), deflate: agreed ? [DeflateOffer()] : [])
            try client.sendRaw(bytes)
            if let event { #expect(try client.receive() == event, "\(name)") }
            if let code { #expect(try client.receiveCloseCode() == code, "\(name)") }
        }
        #expect(try node.metric("rookery_closed_total", ["reason": "protocol_error"]) == 10)
        #expect(try node.metric("rookery_closed_total", ["reason": "invalid_text"]) == 5)
    }

    @Test("W4 bombs of a gibibyte of zeros end with 1009 in flat memory, and the chat goes on")
    func bombs() throws {
        let node = try RookeryServer(["--echo"])
        let bomb = DeflateBomb.bytes(zeros: 1 << 30)
        // Announced whole: refused by its header. As far as a header may say: inflated up to the limit. In fragments: the same.
        let whole = frame(2, bomb)
        let part = frame(2, Array(bomb.prefix(65_000)))
        var fragments = frame(2, Array(bomb.prefix(100)), fin: false)
        for start in stride(from: 100, to: 4_000, by: 100) {
            fragments += frame(0, Array(bomb[start..<start + 100]), fin: false, reserved: 0)
        }
        let witness = try TestWebSocket(node.webSocketURL("/ws/witness"))
        let first = try TestWebSocket(node.webSocketURL("/echo"), deflate: [DeflateOffer()])
        try first.sendRaw(frame(1, Self.hello))
        _ = try first.receiveText()
        let before = node.process.residentBytes
        for round in 0..<60 {
            let client = try TestWebSocket(node.webSocketURL("/echo"), deflate: [DeflateOffer()])
            try? client.sendRaw([whole, part, fragments][round % 3])
            // Whoever is still sending may find a reset before the Close.
            #expect([1009, 1006].contains(try client.receiveCloseCode()))
        }
        #expect(try node.metric("rookery_closed_total", ["reason": "message_too_big"]) == 60)
        let grown = node.peakResidentBytes - before
        #expect(Programs.isSanitized || grown < 8 << 20, "resident memory grew by \(grown >> 10) KiB")
        print("60 bombs: resident +\(grown >> 10) KiB")
        try witness.sendText("still here")
        #expect(try witness.receiveText() == "Client #witness says: still here")
    }

    @Test("D6 a message of empty blocks that never ends is cut off with 1009")
    func emptyBlocks() throws {
        let node = try RookeryServer(["--echo"])
        let client = try TestWebSocket(node.webSocketURL("/echo"), deflate: [DeflateOffer()])
        let blocks = [UInt8]((0..<1_000).lazy.flatMap { _ in [0, 0, 0, 0xFF, 0xFF] as [UInt8] })
        try client.sendRaw(frame(1, blocks, fin: false))
        for _ in 0..<2_000 {
            do { try client.sendRaw(frame(0, blocks, fin: false, reserved: 0)) } catch { break }
        }
        #expect([1009, 1006].contains(try client.receiveCloseCode()))
        #expect(try node.metric("rookery_closed_total", ["reason": "message_too_big"]) == 1)
    }

    @Test(
        "E7 W4 messages that fit the limit, 232 in one segment, share the turns: all are heard, in flat memory",
        arguments: [1, 2])
    func manyInOneSegment(threads: Int) throws {
        let node = try RookeryServer(["--threads", "\(threads)"])
        let plain = try TestWebSocket(node.webSocketURL("/ws/plain"))
        let compressed = try TestWebSocket(node.webSocketURL("/ws/compressed"), deflate: [DeflateOffer()])
        let sender = try TestWebSocket(node.webSocketURL("/ws/s"), deflate: [DeflateOffer()])
        // 65,000 times "a" in 80 bytes, by zlib at level 9.
        let head: [UInt8] = [0xEC, 0xC1, 0x81, 0, 0, 0, 0, 0xC3, 0x20, 0xD6, 0xF9, 0x4B, 0x1C, 0xE4, 0x55, 0x01]
        let one = frame(1, head + [UInt8](repeating: 0, count: 62) + [0x6F, 0x06])
        let count = 20_000 / one.count
        let segment = [UInt8]((0..<count).lazy.flatMap { _ in one })
        let before = (memory: node.process.residentBytes, turns: try node.metric("rookery_turns_total"))
        try sender.sendRaw(segment)
        for number in 0..<count {
            let bytes = try plain.receiveText().utf8.count
            guard bytes == 65_016 else {
                Issue.record("message \(number) has \(bytes) bytes")
                return
            }
        }
        for _ in 0..<count { #expect(try compressed.receiveText().utf8.count == 65_016) }
        // Two of them are a connection's share of a turn.
        let turns = try node.metric("rookery_turns_total") - before.turns
        #expect(turns >= count / 2, "\(turns) turns")
        let grown = node.peakResidentBytes - before.memory
        #expect(Programs.isSanitized || grown < 6 << 20, "resident memory grew by \(grown >> 10) KiB")
        print(
            "\(count) messages of 65,000 bytes in \(segment.count) bytes: \(turns) turns, resident +\(grown >> 10) KiB")
    }
}
