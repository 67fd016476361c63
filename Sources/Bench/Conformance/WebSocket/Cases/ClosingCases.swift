// The closing handshake and its codes: RFC 6455 §5.5.1, §7.1, §7.4.

import EventLoop

enum ClosingCases {
    static let all = handshake + lawfulCodes + unlawfulCodes + bodies + codesOfFailures

    private static let answerRule =
        "RFC 6455 §5.5.1: an endpoint that receives a Close and has not sent one must send a Close in response"

    private static var handshake: [PeerCase] {
        [
            PeerCase("close/empty", "RFC 6455 §5.5.1", .must, "a Close without a body is answered with a Close") {
                peer throws(CaseStop) in
                peer.send(.close(nil))
                try peer.expectClose(answerRule)
            },
            PeerCase(
                "close/then-end", "RFC 6455 §5.5.1, §7.1.1", .must,
                "after both Closes a server ends the TCP connection at once; a client does when the server has"
            ) { peer throws(CaseStop) in
                peer.send(.close(1000))
                try peer.expectClose(answerRule)
                if !peer.isClient { peer.socket.endSending() }
                try peer.expectEnd(
                    "RFC 6455 §5.5.1: after both sending and receiving a Close an endpoint must close the TCP connection"
                )
            },
            PeerCase(
                "close/empty-then-end", "RFC 6455 §5.5.1, §7.1.1", .must, "the same after a Close without a body"
            ) { peer throws(CaseStop) in
                peer.send(.close(nil))
                try peer.expectClose(answerRule)
                if !peer.isClient { peer.socket.endSending() }
                try peer.expectEnd(
                    "RFC 6455 §5.5.1: after both sending and receiving a Close an endpoint must close the TCP connection"
                )
            },
            nothingFollows("text-behind", .text("too late")), nothingFollows("binary-behind", HandFrame(2, [1])),
            nothingFollows("ping-behind", HandFrame(9, [1])), nothingFollows("close-behind", .close(1001)),
            nothingFollows("wrong-frame-behind", HandFrame(7, reserved: 7)),
            PeerCase(
                "close/message-before", "RFC 6455 §5.5.1, §6.2", .may,
                "a message that arrives together with a Close behind it is received, then the Close is answered"
            ) { peer throws(CaseStop) in
                peer.send(.text("before"), .close(1000))
                try peer.expectMessage(
                    .text, Array("before".utf8),
                    "RFC 6455 §6.2: the message came before the Close; whether it is still answered is not said")
                try peer.expectClose(answerRule)
            },
            PeerCase("close/byte-by-byte", "RFC 6455 §5.5.1", .must, "a Close that arrives byte by byte is answered") {
                peer throws(CaseStop) in
                peer.send([.close(1000, Array("bye".utf8))], pieceBytes: 1, pauseMilliseconds: 5)
                try peer.expectClose(answerRule)
            },
            PeerCase(
                "close/after-fragment", "RFC 6455 §5.5.1", .must, "a Close with a message unfinished is answered"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(2, [1], isFinal: false), .close(1001))
                try peer.expectClose(answerRule)
            },
            PeerCase(
                "close/echoes-the-code", "RFC 6455 §5.5.1", .may,
                "the answer to a Close says the code that was received"
            ) { peer throws(CaseStop) in
                peer.send(.close(3333))
                try peer.expectClose(
                    "RFC 6455 §5.5.1: the endpoint typically echos the status code it received", codes: [3333])
            },
        ]
    }

    private static func nothingFollows(_ name: String, _ frame: HandFrame) -> PeerCase {
        PeerCase(
            "close/\(name)", "RFC 6455 §5.5.1", .must, "nothing behind a Close is answered (\(name))"
        ) { peer throws(CaseStop) in
            peer.send(.close(1000), frame)
            try peer.expectClose(answerRule)
            let incoming = try peer.next(until: .now().adding(milliseconds: 300))
            switch incoming {
            case .end, .nothing: return
            default:
                throw .failed(
                    expected: "nothing more", came: incoming.words,
                    why:
                        "RFC 6455 §5.5.1: after a Close no more data frames are sent, and after both Closes the connection is closed"
                )
            }
        }
    }

    private static var lawfulCodes: [PeerCase] {
        let codes = [
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3001, 3333, 3999, 4000, 4001, 4444, 4999,
        ]
        return codes.map { code in
            PeerCase(
                "close/code-\(code)", "RFC 6455 §7.4", .must, "a Close with \(code) is answered with a Close"
            ) { peer throws(CaseStop) in
                peer.send(.close(code))
                let answer = try peer.expectClose(answerRule)
                peer.attempt.note = "answered with \(answer.map(String.init) ?? "no code")"
            }
        }
            + [1012, 1013, 1014].map { code in
                PeerCase(
                    "close/code-\(code)", "RFC 6455 §11.7", .must,
                    "a Close with \(code), which IANA has registered since, is answered or refused with a Close"
                ) { peer throws(CaseStop) in
                    peer.send(.close(code))
                    let answer = try peer.expectClose(answerRule)
                    peer.attempt.note = "answered with \(answer.map(String.init) ?? "no code")"
                }
            }
    }

    /// What must not be sent must not be sent back either; the reader of frames sees to it.
    private static var unlawfulCodes: [PeerCase] {
        let codes = [
            0, 1, 2, 100, 500, 998, 999, 1004, 1005, 1006, 1015, 1016, 1017, 1099, 1100, 1500, 1999, 2000, 2001, 2500,
            2998, 2999, 5000,
            5001, 9999, 32_768, 65_535,
        ]
        return codes.flatMap { code in
            [
                PeerCase(
                    "close/code-\(code)", "RFC 6455 §5.5.1, §7.4", .must,
                    "a Close with \(code), which nobody may send, ends the connection, and is not sent back if it must not be sent"
                ) { peer throws(CaseStop) in
                    peer.send(.close(code))
                    try peer.expectFailed(answerRule)
                },
                PeerCase(
                    "close/code-\(code)-is-a-mistake", "RFC 6455 §7.4, §10.7", .may,
                    "a Close with \(code) is answered as the mistake that it is, with 1002"
                ) { peer throws(CaseStop) in
                    peer.send(.close(code))
                    try peer.expectFailed(codes: [1002], "RFC 6455 §7.4: \(code) is reserved or out of all ranges")
                },
            ]
        }
    }

    private static var bodies: [PeerCase] {
        [
            PeerCase(
                "close/one-byte", "RFC 6455 §5.5.1", .must, "a Close with a body of one byte ends the connection"
            ) { peer throws(CaseStop) in
                peer.send(HandFrame(8, [0x03]))
                try peer.expectFailed("RFC 6455 §5.5.1: the first two bytes of the body must be a code")
            },
            reason("reason-1", [65]), reason("reason-2", [65, 66]),
            reason("reason-122", [UInt8](repeating: 65, count: 122)),
            reason("reason-123", [UInt8](repeating: 65, count: 123)), reason("reason-utf-8", Array("κόσμε €𐍈".utf8)),
            reason("reason-nul", [0]),
        ]
            + ([
                ("lone-continuation", [0x80]), ("overlong", [0xC0, 0xAF]), ("surrogate", [0xED, 0xA0, 0x80]),
                ("unfinished", [0xE2, 0x82]),
                ("above-10ffff", [0xF4, 0x90, 0x80, 0x80]), ("ff", [0xFF]),
            ] as [(String, [UInt8])]).map { name, bytes in
                PeerCase(
                    "close/reason-not-utf-8-\(name)", "RFC 6455 §5.5.1, §8.1", .must,
                    "a Close whose reason is not UTF-8 ends the connection, and the reason is not sent back"
                ) { peer throws(CaseStop) in
                    peer.send(.close(1000, bytes))
                    try peer.expectFailed("RFC 6455 §5.5.1: the reason is UTF-8; §8.1: else the connection is failed")
                }
            }
    }

    private static func reason(_ name: String, _ bytes: [UInt8]) -> PeerCase {
        PeerCase(
            "close/\(name)", "RFC 6455 §5.5.1", .must, "a Close with a reason of \(bytes.count) bytes is answered"
        ) { peer throws(CaseStop) in
            peer.send(.close(1000, bytes))
            try peer.expectClose(answerRule)
        }
    }

    /// §7.1.7: before failing an established connection an endpoint should send a Close with an appropriate code.
    private static var codesOfFailures: [PeerCase] {
        let shapes: [(String, String, [HandFrame], [Int])] = [
            ("reserved-bit", "§5.2", [HandFrame(1, [65], reserved: 2)], [1002]),
            ("reserved-opcode", "§5.2", [HandFrame(3, [65])], [1002, 1003]),
            ("long-ping", "§5.5", [HandFrame(9, [UInt8](repeating: 65, count: 126))], [1002]),
            ("fragmented-ping", "§5.5", [HandFrame(9, [65], isFinal: false)], [1002]),
            ("continuation-first", "§5.4", [HandFrame(0, [65])], [1002]),
            ("text-inside-text", "§5.4", [HandFrame(1, [65], isFinal: false), HandFrame(1, [66])], [1002]),
            ("not-utf-8", "§8.1", [HandFrame(1, [0xFF])], [1007]),
            ("not-utf-8-in-fragments", "§8.1", [HandFrame(1, [0xE2], isFinal: false), HandFrame(0, [0x28])], [1007]),
            ("unfinished-utf-8", "§8.1", [HandFrame(1, [0xE2, 0x82])], [1007]),
            ("top-bit-of-length", "§5.2", [HandFrame(2, [65], length: .declared(1 << 63))], [1002, 1009]),
        ]
        let wrongMask = PeerCase(
            "failure/code-for-wrong-mask", "RFC 6455 §5.1, §7.1.7", .should,
            "the connection is failed with a Close that says 1002"
        ) { peer throws(CaseStop) in
            peer.send(HandFrame(1, [65], isMasked: !peer.isClient))
            try peer.expectFailed(
                codes: [1002], "RFC 6455 §5.1: a Close with 1002 may be sent; §7.1.7: a Close should be sent")
        }
        return [wrongMask]
            + shapes.map { name, section, frames, codes in
                let told = codes.map(String.init).joined(separator: " or ")
                return PeerCase(
                    "failure/code-for-\(name)", "RFC 6455 \(section), §7.1.7, §7.4.1", .should,
                    "the connection is failed with a Close that says \(told)"
                ) { peer throws(CaseStop) in
                    peer.send(frames)
                    try peer.expectFailed(
                        codes: codes,
                        "RFC 6455 §7.1.7: before failing the connection an endpoint should send a Close with an appropriate code (§7.4.1: \(told))"
                    )
                }
            }
    }
}
