// Messages in one frame: all sizes where the form of the length changes, up to 16 MiB; cut anywhere on their way; many at once. RFC 6455 §5.2, §5.6, §6.2.

enum MessageCases {
    static let all = sizes + pieces + slow + crowds

    /// Each form of the length, its first, its last, and their neighbours.
    private static let counts = [
        0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 64, 124, 125, 126, 127, 128, 129, 255, 256, 257, 1_000, 4_095, 4_096, 4_097,
        16_384,
        32_767, 32_768, 65_534, 65_535, 65_536, 65_537, 100_000, 131_072, 1 << 20, 4 << 20, 16 << 20,
    ]

    private static var sizes: [PeerCase] {
        counts.flatMap { count in
            [WebSocketPeer.Kind.text, .binary].map { kind in
                PeerCase(
                    "message/\(kind.rawValue)-\(count)", "RFC 6455 §5.2", .must,
                    "a \(kind.rawValue) message of \(count) bytes is received whole"
                ) { peer throws(CaseStop) in
                    let payload = MessageCases.payload(kind, count)
                    peer.send(MessageCases.frame(kind, payload))
                    try peer.expectMessage(kind, payload, "RFC 6455 §6.2: a message has been received")
                }
            }
        }
    }

    /// TCP keeps the order of bytes and nothing else: any read may end anywhere.
    private static var pieces: [PeerCase] {
        [
            (0, 1), (1, 1), (125, 1), (126, 1), (127, 2), (1_000, 7), (65_535, 997), (65_536, 1_024), (65_537, 4_093),
            (1 << 20, 16_381),
        ]
        .flatMap { count, piece in
            [WebSocketPeer.Kind.text, .binary].map { kind in
                PeerCase(
                    "message/\(kind.rawValue)-\(count)-in-pieces-of-\(piece)", "RFC 6455 §5.2", .must,
                    "a \(kind.rawValue) message of \(count) bytes that arrives in pieces of \(piece) is received whole"
                ) { peer throws(CaseStop) in
                    let payload = MessageCases.payload(kind, count)
                    peer.send([MessageCases.frame(kind, payload)], pieceBytes: piece)
                    try peer.expectMessage(kind, payload, "RFC 6455 §6.2: where TCP cuts a frame has no meaning")
                }
            }
        }
    }

    private static var slow: [PeerCase] {
        [(0, 20), (10, 20), (130, 3)].map { count, pause in
            PeerCase(
                "message/slow-\(count)", "RFC 6455 §5.2", .must,
                "a message of \(count) bytes with a pause of \(pause) ms after each byte is received whole"
            ) { peer throws(CaseStop) in
                let payload = MessageCases.payload(.text, count)
                peer.send([MessageCases.frame(.text, payload)], pieceBytes: 1, pauseMilliseconds: pause)
                try peer.expectMessage(.text, payload, "RFC 6455 §6.2: a frame may take its time")
            }
        }
    }

    /// Several messages in one segment: each comes back, in order.
    private static var crowds: [PeerCase] {
        [(2, 5), (3, 0), (10, 125), (10, 126), (50, 1_000), (100, 10), (500, 20), (4, 65_536)].map { number, count in
            PeerCase(
                "message/\(number)-at-once-of-\(count)", "RFC 6455 §6.2", .must,
                "\(number) messages of \(count) bytes that arrive together are all received, in order"
            ) { peer throws(CaseStop) in
                let payloads = (0..<number).map { MessageCases.payload(.binary, count, seed: $0) }
                peer.send(payloads.map { HandFrame(HandFrame.Opcode.binary, $0) })
                for payload in payloads {
                    try peer.expectMessage(.binary, payload, "RFC 6455 §6.2: each message is received")
                }
            }
        }
    }

    static func frame(_ kind: WebSocketPeer.Kind, _ payload: [UInt8]) -> HandFrame {
        HandFrame(kind == .text ? HandFrame.Opcode.text : HandFrame.Opcode.binary, payload)
    }

    /// Text of one, two, three and four bytes a character; or all bytes in turn.
    static func payload(_ kind: WebSocketPeer.Kind, _ count: Int, seed: Int = 0) -> [UInt8] {
        guard kind == .text else { return (0..<count).map { UInt8(truncatingIfNeeded: ($0 + seed) &* 167 &+ seed) } }
        let pattern = Array("a£€𐍈b".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(count)
        while text.count + pattern.count <= count { text += pattern }
        return text + [UInt8](repeating: UInt8(ascii: "x"), count: count - text.count)
    }
}
