// What nobody has given a meaning: reserved bits and opcodes. RFC 6455 §5.2.

enum ReservedCases {
    static let all = bits + opcodes

    private static var bits: [PeerCase] {
        let frames: [(String, HandFrame)] = [
            ("text", .text("x")), ("binary", HandFrame(2, [1])), ("empty-text", HandFrame(1)),
            ("ping", HandFrame(9, [1])),
            ("pong", HandFrame(10, [1])), ("close", .close(1000)),
        ]
        return (UInt8(1)...7).flatMap { reserved in
            frames.map { name, frame in
                bit(name, reserved) { peer throws(CaseStop) in
                    var frame = frame
                    frame.reserved = reserved
                    peer.send(frame)
                }
            }
                + [
                    bit("continuation", reserved) { peer throws(CaseStop) in
                        peer.send(HandFrame(1, [65], isFinal: false), HandFrame(0, [66], reserved: reserved))
                    }
                ]
        }
    }

    private static func bit(
        _ name: String, _ reserved: UInt8, _ send: @escaping @Sendable (WebSocketPeer) throws(CaseStop) -> Void
    ) -> PeerCase {
        let bits = (0..<3).filter { reserved & 4 >> UInt8($0) != 0 }.map { "RSV\($0 + 1)" }.joined(separator: "-")
        return PeerCase(
            "reserved/\(bits.lowercased())-\(name)", "RFC 6455 §5.2", .must,
            "\(bits) on a \(name) frame fails the connection, since no extension was agreed on"
        ) { peer throws(CaseStop) in
            try send(peer)
            try peer.expectFailed(
                "RFC 6455 §5.2: if a nonzero value is received and no negotiated extension defines its meaning, the connection must be failed"
            )
        }
    }

    private static var opcodes: [PeerCase] {
        ([3, 4, 5, 6, 7, 11, 12, 13, 14, 15] as [UInt8]).flatMap { opcode in
            [
                ("empty", [HandFrame(opcode)]), ("payload", [HandFrame(opcode, [65, 66])]),
                ("not-final", [HandFrame(opcode, [65], isFinal: false)]),
                ("between-fragments", [HandFrame(1, [65], isFinal: false), HandFrame(opcode), HandFrame(0, [66])]),
            ].map { name, frames in
                PeerCase(
                    "reserved/opcode-\(opcode)-\(name)", "RFC 6455 §5.2", .must,
                    "a frame with opcode \(opcode) fails the connection (\(name))"
                ) { peer throws(CaseStop) in
                    peer.send(frames)
                    try peer.expectFailed(
                        "RFC 6455 §5.2: if an unknown opcode is received, the connection must be failed")
                }
            }
        }
    }
}
