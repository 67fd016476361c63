// Control frames: RFC 6455 §5.5, §5.5.2, §5.5.3.

enum ControlCases {
    static let all = pings + pongs + wrong

    private static let pingRule =
        "RFC 6455 §5.5.2: upon a Ping a Pong must be sent, with identical application data (§5.5.3)"

    private static var pings: [PeerCase] {
        [0, 1, 2, 7, 8, 64, 124, 125].flatMap { count in
            [
                PeerCase(
                    "ping/\(count)-bytes", "RFC 6455 §5.5.2, §5.5.3", .must,
                    "a ping of \(count) bytes is answered with a pong of the same bytes"
                ) { peer throws(CaseStop) in
                    let payload = MessageCases.payload(.binary, count, seed: 3)
                    peer.send(HandFrame(9, payload))
                    try peer.expectPong(payload, pingRule)
                },
                PeerCase(
                    "ping/\(count)-bytes-byte-by-byte", "RFC 6455 §5.5.2", .must,
                    "a ping of \(count) bytes that arrives byte by byte is answered"
                ) { peer throws(CaseStop) in
                    let payload = MessageCases.payload(.binary, count, seed: 4)
                    peer.send([HandFrame(9, payload)], pieceBytes: 1)
                    try peer.expectPong(payload, pingRule)
                },
                PeerCase(
                    "ping/\(count)-bytes-between-fragments", "RFC 6455 §5.4, §5.5", .must,
                    "a ping of \(count) bytes between two fragments is answered, and the message goes on"
                ) { peer throws(CaseStop) in
                    let payload = MessageCases.payload(.binary, count, seed: 5)
                    peer.send(HandFrame(1, [65], isFinal: false), HandFrame(9, payload), HandFrame(0, [66]))
                    try peer.expectPong(payload, pingRule)
                    try peer.expectMessage(
                        .text, [65, 66], "RFC 6455 §5.4: control frames may stand between fragments")
                },
            ]
        } + [
            PeerCase(
                "ping/not-utf-8", "RFC 6455 §5.5.2", .must, "the bytes of a ping need not be text"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(9, [0xFF, 0xFE, 0xC0, 0x80]))
                try peer.expectPong([0xFF, 0xFE, 0xC0, 0x80], pingRule)
            },
            many(10), many(100),
            PeerCase(
                "ping/before-a-message", "RFC 6455 §5.5.2", .must,
                "a ping and a message that arrive together are both answered"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(9, [1]), .text("after"))
                var (hasPong, hasMessage) = (false, false)
                while !(hasPong && hasMessage) {
                    let incoming = try peer.next()
                    switch incoming {
                    case .pong([1]): hasPong = true
                    case .message(_, Array("after".utf8)): hasMessage = true
                    default: throw .failed(expected: "a pong and a message", came: incoming.words, why: pingRule)
                    }
                }
            },
        ]
    }

    private static func many(_ number: Int) -> PeerCase {
        PeerCase(
            "ping/\(number)-at-once", "RFC 6455 §5.5.3", .must,
            "of \(number) pings at once the last is answered; of the others, those that are answered are answered in order"
        ) { peer throws(CaseStop) in
            let payloads = (0..<number).map { Array("\($0)".utf8) }
            peer.send(payloads.map { HandFrame(9, $0) })
            var rest = payloads[...]
            while !rest.isEmpty {
                let incoming = try peer.next()
                // §5.5.3 — an endpoint may elect to send a Pong for only the most recently processed Ping.
                guard case .pong(let bytes) = incoming, let index = rest.firstIndex(of: bytes) else {
                    throw .failed(
                        expected: "pongs up to that of the last ping", came: incoming.words, why: pingRule)
                }
                rest = rest[(index + 1)...]
            }
        }
    }

    private static var pongs: [PeerCase] {
        [0, 1, 125].map { count in
            PeerCase(
                "pong/unsolicited-\(count)", "RFC 6455 §5.5.3", .must,
                "a pong that nobody asked for is no message, and the connection goes on"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(10, MessageCases.payload(.binary, count)), .text("after"))
                try expectNothingBut("after", peer)
            }
        } + [
            PeerCase(
                "pong/between-fragments", "RFC 6455 §5.4, §5.5.3", .must,
                "a pong between fragments does not disturb the message"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(1, [65], isFinal: false), HandFrame(10, [9]), HandFrame(0, [66]))
                try expectNothingBut("AB", peer)
            },
            PeerCase(
                "pong/unanswered", "RFC 6455 §5.5.3", .may, "a pong that nobody asked for is not answered with a pong"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(10, [9, 8, 7]), .text("after"))
                try expectNothingBut("after", peer)
                guard peer.unsolicitedPongs.contains([9, 8, 7]) else { return }
                throw .failed(
                    expected: "no pong", came: "a pong of the same bytes",
                    why: "RFC 6455 §5.5.3: a response to an unsolicited Pong is not expected (but any pong may be sent)"
                )
            },
            PeerCase(
                "pong/then-ping", "RFC 6455 §5.5.2", .must, "a ping behind an unsolicited pong is answered"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(10, [9]), HandFrame(9, [8]))
                try peer.expectPong([8], pingRule)
            },
        ]
    }

    private static func expectNothingBut(_ text: String, _ peer: WebSocketPeer) throws(CaseStop) {
        let incoming = try peer.next()
        guard case .message(_, Array(text.utf8)) = incoming else {
            throw .failed(
                expected: "the message \(text) and nothing before it", came: incoming.words,
                why: "RFC 6455 §5.5.3: a Pong is no part of a message, and a response to it is not expected")
        }
    }

    private static var wrong: [PeerCase] {
        let names: [(UInt8, String)] = [(9, "ping"), (10, "pong"), (8, "close")]
        return names.flatMap { opcode, name -> [PeerCase] in
            let body =
                opcode == 8 ? [0x03, 0xE8] + [UInt8](repeating: 65, count: 200) : [UInt8](repeating: 65, count: 202)
            return [
                refused(
                    "control/\(name)-126-bytes", "a \(name) of 126 bytes is refused",
                    [HandFrame(opcode, Array(body[..<126]))]),
                refused(
                    "control/\(name)-200-bytes", "a \(name) of 200 bytes is refused",
                    [HandFrame(opcode, Array(body[..<200]))]),
                refused(
                    "control/\(name)-fragmented", "a fragmented \(name) is refused",
                    [HandFrame(opcode, Array(body[..<10]), isFinal: false), HandFrame(0, [66])]),
                refused(
                    "control/\(name)-fragmented-inside-a-message", "a fragmented \(name) between fragments is refused",
                    [
                        HandFrame(1, [65], isFinal: false), HandFrame(opcode, Array(body[..<10]), isFinal: false),
                        HandFrame(0, [66]),
                    ]),
                refused(
                    "control/\(name)-64-bit-length", "a \(name) of 65,536 bytes is refused",
                    [
                        HandFrame(
                            opcode,
                            opcode == 8
                                ? [0x03, 0xE8] + [UInt8](repeating: 65, count: 65_534)
                                : [UInt8](repeating: 65, count: 65_536))
                    ]),
            ]
        }
    }

    private static func refused(_ id: String, _ sentence: String, _ frames: [HandFrame]) -> PeerCase {
        PeerCase(id, "RFC 6455 §5.5, §10.7", .should, sentence) { peer throws(CaseStop) in
            peer.send(frames)
            try peer.expectFailed(
                "RFC 6455 §5.5: control frames have at most 125 bytes and are not fragmented; §10.7: an endpoint that gets invalid data should send a Close"
            )
        }
    }
}
