// Fragmented messages: RFC 6455 §5.4.

import EventLoop

enum FragmentationCases {
    static let all = lawful + interrupted + wrong

    private static var lawful: [PeerCase] {
        var cases: [PeerCase] = []
        for kind in [WebSocketPeer.Kind.text, .binary] {
            for (count, piece) in [
                (2, 1), (5, 1), (10, 3), (125, 1), (126, 125), (1_000, 126), (65_535, 65_534), (70_000, 1_000),
                (1 << 20, 65_536),
            ] {
                cases.append(
                    whole(
                        "\(kind.rawValue)-\(count)-in-fragments-of-\(piece)", kind, MessageCases.payload(kind, count),
                        pieces(count, piece)))
            }
            let five = MessageCases.payload(kind, 5)
            cases.append(whole("\(kind.rawValue)-first-empty", kind, five, [0, 5]))
            cases.append(whole("\(kind.rawValue)-last-empty", kind, five, [5, 0]))
            cases.append(whole("\(kind.rawValue)-middle-empty", kind, five, [2, 0, 3]))
            cases.append(whole("\(kind.rawValue)-all-empty", kind, [], [0, 0, 0]))
            cases.append(whole("\(kind.rawValue)-two-empty", kind, [], [0, 0]))
            cases.append(
                whole("\(kind.rawValue)-100-empty-then-five", kind, five, [Int](repeating: 0, count: 100) + [5]))
            cases.append(
                whole(
                    "\(kind.rawValue)-1000-fragments", kind, MessageCases.payload(kind, 1_000),
                    [Int](repeating: 1, count: 1_000)))
            cases.append(
                whole("\(kind.rawValue)-fragments-grow", kind, MessageCases.payload(kind, 300), [1, 2, 125, 126, 46]))
        }
        for piece in [1, 2, 3, 5, 7] {
            cases.append(
                PeerCase(
                    "fragmentation/three-in-pieces-of-\(piece)", "RFC 6455 §5.4", .must,
                    "three fragments that arrive in pieces of \(piece) bytes are one message"
                ) { peer throws(CaseStop) in
                    let payload = MessageCases.payload(.text, 40)
                    peer.send(frames(.text, payload, [10, 20, 10]), pieceBytes: piece)
                    try peer.expectMessage(
                        .text, payload, "RFC 6455 §5.4: a fragmented message is the concatenation of its frames")
                })
        }
        cases.append(
            PeerCase(
                "fragmentation/two-messages", "RFC 6455 §5.4", .must,
                "two fragmented messages, one behind the other, stay apart"
            ) { peer throws(CaseStop) in
                peer.send(frames(.text, Array("firstone".utf8), [5, 3]) + frames(.binary, [1, 2, 3], [1, 1, 1]))
                try peer.expectMessage(.text, Array("firstone".utf8), "RFC 6455 §5.4")
                try peer.expectMessage(.binary, [1, 2, 3], "RFC 6455 §5.4: the next message has its own kind")
            })
        return cases
    }

    private static func pieces(_ count: Int, _ piece: Int) -> [Int] {
        stride(from: 0, to: count, by: piece).map { min(piece, count - $0) }
    }

    static func frames(_ kind: WebSocketPeer.Kind, _ payload: [UInt8], _ counts: [Int]) -> [HandFrame] {
        var start = 0
        return counts.enumerated().map { index, count in
            defer { start += count }
            return HandFrame(
                index > 0 ? 0 : kind == .text ? 1 : 2, Array(payload[start..<(start + count)]),
                isFinal: index == counts.count - 1)
        }
    }

    private static func whole(_ name: String, _ kind: WebSocketPeer.Kind, _ payload: [UInt8], _ counts: [Int])
        -> PeerCase
    {
        PeerCase(
            "fragmentation/\(name)", "RFC 6455 §5.4", .must,
            "a \(kind.rawValue) message of \(payload.count) bytes in \(counts.count) fragments is received whole"
        ) { peer throws(CaseStop) in
            peer.send(frames(kind, payload, counts))
            try peer.expectMessage(
                kind, payload, "RFC 6455 §5.4: a fragmented message is the concatenation of its frames")
        }
    }

    /// Control frames between fragments.
    private static var interrupted: [PeerCase] {
        [2, 3, 10, 50].map { number in
            PeerCase(
                "fragmentation/ping-between-each-of-\(number)", "RFC 6455 §5.4", .must,
                "pings between all of \(number) fragments are answered, and the message is received whole"
            ) { peer throws(CaseStop) in
                let payload = MessageCases.payload(.text, number)
                var all: [HandFrame] = []
                for frame in frames(.text, payload, [Int](repeating: 1, count: number)) {
                    all += [HandFrame(9, [7]), frame]
                }
                peer.send(all)
                var pongs = 0
                while true {
                    let incoming = try peer.next()
                    if case .pong([7]) = incoming {
                        pongs += 1
                        continue
                    }
                    guard case .message(_, payload) = incoming, pongs > 0 else {
                        throw .failed(
                            expected: "pongs, then the message", came: incoming.words,
                            why:
                                "RFC 6455 §5.4: an endpoint must be capable of handling control frames in the middle of a fragmented message"
                        )
                    }
                    return
                }
            }
        } + [
            PeerCase(
                "fragmentation/close-between", "RFC 6455 §5.4, §5.5.1", .must,
                "a Close between fragments is answered, and the unfinished message is dropped"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(1, [65], isFinal: false), .close(1000))
                try peer.expectClose(
                    "RFC 6455 §5.5.1: a Close must be answered; §5.4: control frames may stand between fragments")
            },
            PeerCase(
                "fragmentation/long-pause", "RFC 6455 §5.4", .must,
                "half a second between two fragments changes nothing"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(1, [65], isFinal: false))
                _ = try peer.next(until: .now().adding(milliseconds: 500))
                peer.send(HandFrame(0, [66]))
                try peer.expectMessage(.text, [65, 66], "RFC 6455 §5.4")
            },
        ]
    }

    private static var wrong: [PeerCase] {
        let shapes: [(String, [HandFrame])] = [
            ("continuation-first", [HandFrame(0, [65])]), ("empty-continuation-first", [HandFrame(0)]),
            ("continuation-first-not-final", [HandFrame(0, [65], isFinal: false), HandFrame(0, [66])]),
            ("continuation-after-whole-message", [.text("whole"), HandFrame(0, [66])]),
            (
                "continuation-after-last-fragment",
                [HandFrame(1, [65], isFinal: false), HandFrame(0, [66]), HandFrame(0, [67])]
            ),
            ("continuation-first-then-ping", [HandFrame(0, [65], isFinal: false), HandFrame(9, [1])]),
            ("text-inside-text", [HandFrame(1, [65], isFinal: false), .text("x")]),
            ("binary-inside-text", [HandFrame(1, [65], isFinal: false), HandFrame(2, [1])]),
            ("text-inside-binary", [HandFrame(2, [65], isFinal: false), .text("x")]),
            (
                "two-beginnings",
                [HandFrame(1, [65], isFinal: false), HandFrame(1, [66], isFinal: false), HandFrame(0, [67])]
            ),
            (
                "text-after-a-continuation",
                [HandFrame(1, [65], isFinal: false), HandFrame(0, [66], isFinal: false), .text("x")]
            ),
            ("text-inside-after-ping", [HandFrame(1, [65], isFinal: false), HandFrame(10, [1]), .text("x")]),
        ]
        return shapes.map { name, frames in
            PeerCase(
                "fragmentation/wrong-\(name)", "RFC 6455 §5.4, §10.7", .should,
                "frames out of order are refused (\(name))"
            ) { peer throws(CaseStop) in
                var rest = frames[...]
                // What is whole before the mistake is sent and awaited first: together they might both be dropped.
                if name == "continuation-after-whole-message" {
                    peer.send(Array(rest.prefix(1)))
                    rest = rest.dropFirst()
                    try peer.expectMessage(.text, Array("whole".utf8), "RFC 6455 §6.2: a message has been received")
                }
                if name == "continuation-after-last-fragment" {
                    peer.send(Array(rest.prefix(2)))
                    rest = rest.dropFirst(2)
                    try peer.expectMessage(.text, [65, 66], "RFC 6455 §5.4: a message has been received")
                }
                peer.send(Array(rest))
                try peer.expectFailed(
                    "RFC 6455 §5.4: fragments are not interleaved, and a continuation continues something; §10.7: an endpoint that gets invalid data should send a Close"
                )
            }
        }
    }
}
