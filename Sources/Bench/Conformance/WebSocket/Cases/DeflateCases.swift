// Compressed messages: RFC 7692 §6 and §7.2, with every parameter of §7.1. Where the exact bytes matter they are zlib's or the RFC's, from the tables.

import EventLoop

enum DeflateCases {
    static let all = windows + takeover + levels + fragments + mixed + bombs + DeflatePayloadCases.all

    private static let rule =
        "RFC 7692 §6.2: a compressed message is received by joining its frames and decompressing them"

    /// A message sent compressed, and what comes back.
    private static func exchange(
        _ peer: WebSocketPeer, _ kind: WebSocketPeer.Kind, _ message: [UInt8], counts: [Int]? = nil
    ) throws(CaseStop) {
        guard let deflate = peer.deflate else { return }
        let payload = deflate.compressed(message)
        var frames = FragmentationCases.frames(kind, payload, counts ?? [payload.count])
        frames[0].reserved = 4
        peer.send(frames)
        try peer.expectMessage(kind, message, rule)
    }

    private static var windows: [PeerCase] {
        (8...15).flatMap { bits in
            [true, false].flatMap { isTheirs -> [PeerCase] in
                let name = isTheirs ? "their" : "our"
                let section = "RFC 7692 §7.1.2, §7.2"
                var wish = DeflateWish()
                if isTheirs { wish.theirWindowBits = bits } else { wish.ourWindowBits = bits }
                var alone = wish
                if isTheirs { alone.theirNoContextTakeover = true } else { alone.ourNoContextTakeover = true }
                return [
                    PeerCase(
                        "deflate/\(name)-window-\(bits)", section, .must,
                        "a message with repetitions at all distances comes and goes within \(name) window of \(bits) bits",
                        deflate: wish
                    ) { peer throws(CaseStop) in try exchange(peer, .binary, repetitive(90_000)) },
                    PeerCase(
                        "deflate/\(name)-window-\(bits)-messages", section, .must,
                        "messages that are alike come and go within \(name) window of \(bits) bits", deflate: wish
                    ) { peer throws(CaseStop) in
                        for length in [700, 700, 300, 5_000, 700, 40_000, 700] {
                            try exchange(peer, .binary, repetitive(length))
                        }
                    },
                    PeerCase(
                        "deflate/\(name)-window-\(bits)-no-context", section, .must,
                        "the same without context takeover", deflate: alone
                    ) { peer throws(CaseStop) in
                        for length in [700, 700, 5_000, 700] { try exchange(peer, .binary, repetitive(length)) }
                    },
                    PeerCase(
                        "deflate/\(name)-window-\(bits)-incompressible", section, .must,
                        "bytes that do not compress come and go", deflate: wish
                    ) { peer throws(CaseStop) in try exchange(peer, .binary, noise(3_000, seed: UInt64(bits))) },
                ]
            }
        }
    }

    private static var takeover: [PeerCase] {
        [(false, false), (true, false), (false, true), (true, true)].flatMap { theirs, ours -> [PeerCase] in
            var wish = DeflateWish()
            wish.theirNoContextTakeover = theirs
            wish.ourNoContextTakeover = ours
            let name = [theirs ? "their" : nil, ours ? "our" : nil].compactMap(\.self).joined(separator: "-and-")
            let id = "deflate/" + (name.isEmpty ? "context" : "no-context-\(name)")
            return [0, 1, 2, 10, 64, 125, 126, 1_000, 16_384, 65_535, 65_536, 1 << 20].map { count in
                PeerCase(
                    "\(id)-\(count)", "RFC 7692 §7.1.1, §7.2", .must,
                    "three compressed texts of \(count) bytes, one after another, come and go", deflate: wish
                ) { peer throws(CaseStop) in
                    for seed in 0..<3 {
                        var text = MessageCases.payload(.text, count)
                        // The last character has one byte at every length.
                        if !text.isEmpty { text[text.count - 1] = UInt8(ascii: "0") + UInt8(seed) }
                        try exchange(peer, .text, text)
                    }
                }
            } + [
                PeerCase(
                    "\(id)-many", "RFC 7692 §7.2.1, §7.2.2", .must,
                    "200 messages that are alike, sent at once, all come and go",
                    deflate: wish
                ) { peer throws(CaseStop) in
                    guard let deflate = peer.deflate else { return }
                    let messages = (0..<200).map {
                        Array("{\"number\": \($0), \"text\": \"the same again and again\"}".utf8)
                    }
                    peer.send(messages.map { HandFrame(1, deflate.compressed($0), reserved: 4) })
                    for message in messages { try peer.expectMessage(.text, message, rule) }
                }
            ]
        }
    }

    private static var levels: [PeerCase] {
        (0...9).map { level in
            var wish = DeflateWish()
            wish.level = level
            return PeerCase(
                "deflate/level-\(level)", "RFC 7692 §7.2.1, RFC 1951", .must,
                "messages that were compressed with level \(level) are received, whichever kinds of blocks that gives",
                deflate: wish
            ) { peer throws(CaseStop) in
                for message in [Array("Hello".utf8), repetitive(20_000), noise(1_000, seed: 9), [], repetitive(70_000)]
                {
                    try exchange(peer, .binary, message)
                }
            }
        }
    }

    private static var fragments: [PeerCase] {
        let shapes: [(String, @Sendable (Int) -> [Int])] = [
            ("two", { [$0 / 2, $0 - $0 / 2] }), ("per-byte", { [Int](repeating: 1, count: $0) }),
            ("first-empty", { [0, $0] }),
            ("last-empty", { [$0, 0] }), ("middle-empty", { [1, 0, $0 - 1] }), ("first-one-byte", { [1, $0 - 1] }),
            ("last-one-byte", { [$0 - 1, 1] }),
        ]
        return shapes.map { name, cut in
            PeerCase(
                "deflate/fragments-\(name)", "RFC 7692 §6.1, §6.2", .must,
                "a compressed message in fragments is received: only the first has RSV1 (\(name))",
                deflate: DeflateWish()
            ) { peer throws(CaseStop) in
                guard let deflate = peer.deflate else { return }
                for message in [Array("Hello, Hello, Hello".utf8), repetitive(3_000)] {
                    let payload = deflate.compressed(message)
                    var frames = FragmentationCases.frames(.binary, payload, cut(payload.count))
                    frames[0].reserved = 4
                    peer.send(frames)
                    try peer.expectMessage(.binary, message, rule)
                }
            }
        }
            + [1, 3, 64].map { piece in
                PeerCase(
                    "deflate/pieces-of-\(piece)", "RFC 7692 §6.2", .must,
                    "a compressed message that arrives in pieces of \(piece) bytes is received", deflate: DeflateWish()
                ) { peer throws(CaseStop) in
                    guard let deflate = peer.deflate else { return }
                    let message = repetitive(2_000)
                    let frame = HandFrame(2, deflate.compressed(message), reserved: 4)
                    peer.send([frame], pieceBytes: piece)
                    try peer.expectMessage(.binary, message, rule)
                }
            }
    }

    private static var mixed: [PeerCase] {
        [
            PeerCase(
                "deflate/uncompressed", "RFC 7692 §6.2", .must, "a message without RSV1 is received as it is",
                deflate: DeflateWish()
            ) { peer throws(CaseStop) in
                peer.send(.text("plain"))
                try peer.expectMessage(
                    .text, Array("plain".utf8), "RFC 7692 §6: compression is chosen for each message")
            },
            PeerCase(
                "deflate/uncompressed-between", "RFC 7692 §6, §7.2.2", .must,
                "messages without RSV1 between compressed ones do not change the context", deflate: DeflateWish()
            ) { peer throws(CaseStop) in
                for _ in 0..<3 {
                    try exchange(peer, .binary, repetitive(500))
                    peer.send(HandFrame(2, repetitive(400)))
                    try peer.expectMessage(
                        .binary, repetitive(400), "RFC 7692 §6: compression is chosen for each message")
                }
            },
            PeerCase(
                "deflate/ping", "RFC 7692 §6.1", .must, "control frames are not compressed", deflate: DeflateWish()
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(9, Array("not compressed".utf8)))
                try peer.expectPong(Array("not compressed".utf8), "RFC 6455 §5.5.2")
                try exchange(peer, .text, Array("Hello".utf8))
            },
            PeerCase(
                "deflate/close", "RFC 7692 §6.1, RFC 6455 §5.5.1", .must, "the closing handshake is as ever",
                deflate: DeflateWish()
            ) { peer throws(CaseStop) in
                try exchange(peer, .text, Array("Hello".utf8))
                peer.send(.close(1000, Array("bye".utf8)))
                try peer.expectClose("RFC 6455 §5.5.1: a Close must be answered")
            },
            PeerCase(
                "deflate/text-not-utf-8", "RFC 6455 §8.1", .must,
                "text that is not UTF-8 after decompressing fails the connection",
                deflate: DeflateWish()
            ) { peer throws(CaseStop) in
                guard let deflate = peer.deflate else { return }
                peer.send(HandFrame(1, deflate.compressed([65, 0xFF, 66]), reserved: 4))
                try peer.expectFailed("RFC 6455 §8.1: text that is not UTF-8")
            },
        ]
    }

    /// Few bytes that become many. To take them and to refuse them are both allowed; to be gone is not.
    private static var bombs: [PeerCase] {
        [1 << 20, 16 << 20, 64 << 20].map { count in
            PeerCase(
                "deflate/bomb-\(count >> 20)-mib", "RFC 6455 §10.4", .may,
                "\(count >> 20) MiB of zeros in a few KiB come back, or the connection is failed",
                deflate: DeflateWish()
            ) { peer throws(CaseStop) in
                guard let deflate = peer.deflate else { return }
                let message = [UInt8](repeating: 0, count: count)
                peer.send(HandFrame(2, deflate.compressed(message), reserved: 4))
                try peer.expectMessageOrFailure(.binary, message)
            }
        }
    }

    /// Repetitions at every distance from 1 to 40,000, between bytes that do not repeat.
    static func repetitive(_ count: Int) -> [UInt8] {
        let base = noise(700, seed: 5)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 700)
        var distance = 1
        while bytes.count < count {
            bytes += base.prefix(40)
            bytes += noise(distance % 97 + 3, seed: UInt64(distance))
            if bytes.count > distance + 60 { bytes += bytes[(bytes.count - distance - 50)..<(bytes.count - distance)] }
            distance = distance * 3 / 2 + 1
            if distance > 40_000 { distance = 1 }
        }
        return Array(bytes.prefix(count))
    }

    static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }
}
