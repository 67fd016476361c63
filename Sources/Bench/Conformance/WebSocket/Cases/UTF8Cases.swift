// Text is UTF-8 (RFC 6455 §5.6, §8.1; RFC 3629), wherever frames and fragments cut it. The samples are those of the tables, which come from Fixtures.

enum UTF8Cases {
    static let all = valid + invalid + others

    private static let samples: [(name: String, isValid: Bool, bytes: [UInt8])] = TableText.rows(UTF8Table.text).map {
        ($0[0], $0[1] == "valid", TableText.bytes(hex: $0[2]))
    }

    private static let rule =
        "RFC 6455 §8.1: when an endpoint is to interpret bytes as UTF-8 and they are not, it must fail the connection"

    private static var valid: [PeerCase] {
        samples.filter(\.isValid).flatMap { name, _, bytes in
            [
                PeerCase("utf8/\(name)", "RFC 6455 §5.6", .must, "valid text is received (\(name))") {
                    peer throws(CaseStop) in
                    peer.send(HandFrame(1, bytes))
                    try peer.expectMessage(.text, bytes, "RFC 6455 §5.6, RFC 3629 §4: this is UTF-8")
                },
                PeerCase(
                    "utf8/\(name)-every-split", "RFC 6455 §5.6, §5.4", .must,
                    "valid text is received in two fragments, wherever they part (\(name))"
                ) { peer throws(CaseStop) in
                    // Of a long text the end, from the beginning of a character.
                    let text = Array(bytes.suffix(64).drop { bytes.count > 64 && $0 & 0xC0 == 0x80 })
                    let cuts = Array(0...text.count)
                    for cut in cuts { peer.send(FragmentationCases.frames(.text, text, [cut, text.count - cut])) }
                    for _ in cuts {
                        try peer.expectMessage(.text, text, "RFC 6455 §5.6: a fragment need not hold whole characters")
                    }
                },
                PeerCase(
                    "utf8/\(name)-fragment-per-byte", "RFC 6455 §5.6, §5.4", .must,
                    "valid text is received in fragments of one byte (\(name))"
                ) { peer throws(CaseStop) in
                    peer.send(
                        FragmentationCases.frames(.text, bytes, [Int](repeating: 1, count: bytes.count) + [0]))
                    try peer.expectMessage(.text, bytes, "RFC 6455 §5.6: a fragment need not hold whole characters")
                },
            ]
        }
    }

    private static var invalid: [PeerCase] {
        samples.filter { !$0.isValid }.flatMap { name, _, bytes in
            [
                PeerCase(
                    "utf8/\(name)", "RFC 6455 §8.1", .must, "text that is not UTF-8 fails the connection (\(name))"
                ) { peer throws(CaseStop) in
                    peer.send(HandFrame(1, bytes))
                    try peer.expectFailed(rule)
                },
                PeerCase(
                    "utf8/\(name)-fragment-per-byte", "RFC 6455 §8.1", .must,
                    "text that is not UTF-8 fails the connection, in fragments of one byte (\(name))"
                ) { peer throws(CaseStop) in
                    peer.send(
                        FragmentationCases.frames(.text, bytes, [Int](repeating: 1, count: bytes.count) + [0]))
                    try peer.expectFailed(rule)
                },
                PeerCase(
                    "utf8/\(name)-as-binary", "RFC 6455 §5.6", .must, "a binary message may hold any bytes (\(name))"
                ) { peer throws(CaseStop) in
                    peer.send(HandFrame(2, bytes))
                    try peer.expectMessage(.binary, bytes, "RFC 6455 §5.6: binary data is arbitrary")
                },
            ]
        }
    }

    private static var others: [PeerCase] {
        [
            PeerCase(
                "utf8/fails-at-first-bad-byte-of-a-frame", "RFC 6455 §8.1", .may,
                "the connection fails before the rest of the frame has come"
            ) { peer throws(CaseStop) in
                let bytes = HandFrame(1, [0xFF] + [UInt8](repeating: 65, count: 100)).bytes(masks: peer.isClient)
                peer.socket.send(Array(bytes.dropLast(50)))
                try peer.expectFailed("RFC 6455 §8.1 does not say when; the sooner, the less is held in memory")
            },
            PeerCase(
                "utf8/fails-at-first-bad-fragment", "RFC 6455 §8.1", .may,
                "the connection fails before the last fragment has come"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(1, [0xFF], isFinal: false))
                try peer.expectFailed("RFC 6455 §8.1 does not say when; the sooner, the less is held in memory")
            },
            PeerCase(
                "utf8/bad-text-behind-good", "RFC 6455 §8.1", .must,
                "a good message before the bad one is received, and then the connection fails"
            ) { peer throws(CaseStop) in
                peer.send(.text("good"))
                try peer.expectMessage(.text, Array("good".utf8), "RFC 6455 §6.2")
                peer.send(HandFrame(1, [0xC0, 0xAF]))
                try peer.expectFailed(rule)
            },
            PeerCase(
                "utf8/state-does-not-outlive-a-message", "RFC 6455 §8.1", .must,
                "a character begun in one message is not continued in the next"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(1, [0xE2, 0x82]), HandFrame(1, [0xAC]))
                try peer.expectFailed(rule)
            },
            PeerCase(
                "utf8/bad-byte-at-65536", "RFC 6455 §8.1", .must,
                "a bad byte at the end of a long message fails the connection"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(1, [UInt8](repeating: 65, count: 65_535) + [0xFF]))
                try peer.expectFailed(rule)
            },
        ]
    }
}
