// The opening handshake as a server must take or refuse it: RFC 6455 §4.2. A refusal is any answer but 101, or none: which status, and with how many
// words, is the server's choice unless a section says otherwise.

import EventLoop

enum HandshakeCases {
    static func all(_ door: WebSocketDoor) -> [ConformanceCase] {
        accepted.map { opens(door, $0, $1, $2, $3) } + keys(door) + answers(door) + pieces(door)
            + refused.map { refuses(door, $0, $1, $2, $3, $4) } + statusCodes(door)
    }

    private static let right = OpeningRequest()

    /// Name, section, sentence, request.
    private static var accepted: [(String, String, String, OpeningRequest)] {
        var noSpace = right
        noSpace.separator = ":"
        var spaces = right
        spaces.separator = ":  \t "
        var reversed = right
        reversed.fields.reverse()
        var lower = right
        lower.fields = right.fields.map { ($0.name.lowercased(), $0.value) }
        var upper = right
        upper.fields = right.fields.map { ($0.name.uppercased(), $0.value) }
        var many = right
        for number in 0..<40 { many.fields.append(("X-Field-\(number)", "value \(number)")) }
        var newer = right
        newer.version = "HTTP/1.2"
        return [
            ("right", "§4.2.1", "a handshake as §1.2 shows it", right),
            ("names-in-lower-case", "§4.2.1, RFC 7230 §3.2", "names of fields in lower case", lower),
            ("names-in-upper-case", "§4.2.1, RFC 7230 §3.2", "names of fields in upper case", upper),
            ("fields-in-another-order", "§4.2.1", "the order of the fields is not important", reversed),
            ("no-space-behind-colons", "RFC 7230 §3.2.4", "white space behind a colon is optional", noSpace),
            ("spaces-and-tabs-behind-colons", "RFC 7230 §3.2.4", "white space behind a colon has no meaning", spaces),
            (
                "upgrade-in-other-case", "§4.2.1", "\"websocket\" is compared without regard to case",
                right.with("Upgrade", "WebSocket")
            ),
            (
                "upgrade-in-upper-case", "§4.2.1", "\"websocket\" is compared without regard to case",
                right.with("Upgrade", "WEBSOCKET")
            ),
            (
                "connection-in-lower-case", "§4.2.1", "the token Upgrade is compared without regard to case",
                right.with("Connection", "upgrade")
            ),
            (
                "connection-in-upper-case", "§4.2.1", "the token Upgrade is compared without regard to case",
                right.with("Connection", "UPGRADE")
            ),
            (
                "connection-list", "§4.2.1", "Connection is a list, as Firefox sends it",
                right.with("Connection", "keep-alive, Upgrade")
            ),
            (
                "connection-list-other-order", "§4.2.1", "Connection is a list",
                right.with("Connection", "Upgrade, keep-alive")
            ),
            (
                "connection-list-without-space", "§4.2.1, RFC 7230 §7", "Connection is a list",
                right.with("Connection", "keep-alive,Upgrade")
            ),
            (
                "connection-in-two-fields", "§4.2.1, RFC 7230 §3.2.2", "Connection may stand in several fields",
                right.with("Connection", "keep-alive").adding("Connection", "Upgrade")
            ),
            (
                "connection-with-empty-elements", "§4.2.1, RFC 7230 §7", "a list may have empty elements",
                right.with("Connection", ", Upgrade, ,")
            ),
            ("unknown-fields", "§4.2.1", "other fields are ignored", many),
            ("cookie", "§4.2.1", "cookies may come along", right.adding("Cookie", "a=1; b=2")),
            (
                "user-agent", "§4.2.1", "other fields are ignored",
                right.adding("User-Agent", "conformance (test)").adding("Pragma", "no-cache").adding(
                    "Cache-Control", "no-cache")
            ),
            ("empty-field", "RFC 7230 §3.2", "a field may be empty", right.adding("X-Empty", "")),
            (
                "long-field", "RFC 7230 §3.2.5", "a field of 4,000 bytes is ordinary (cookies are)",
                right.adding("Cookie", "a=" + String(repeating: "x", count: 4_000))
            ),
            (
                "unknown-extension", "§9.1", "an extension that nobody knows is ignored",
                right.adding("Sec-WebSocket-Extensions", "x-nobody-knows-this")
            ),
            (
                "unknown-extension-with-parameters", "§9.1", "an extension that nobody knows is ignored",
                right.adding("Sec-WebSocket-Extensions", "x-nobody; a; b=1; c=\"2\", x-other")
            ),
            (
                "two-extension-fields", "§11.3.2", "Sec-WebSocket-Extensions may stand in several fields",
                right.adding("Sec-WebSocket-Extensions", "x-one").adding("Sec-WebSocket-Extensions", "x-two")
            ),
            ("newer-http", "§4.2.1", "HTTP/1.1 or higher: HTTP/1.2 is 1.1 and more (RFC 7230 §2.6)", newer),
        ]
    }

    private static func opens(
        _ door: WebSocketDoor, _ name: String, _ section: String, _ sentence: String, _ request: OpeningRequest
    ) -> ConformanceCase {
        // What RFC 7230 lets a server limit, or names as a recipient's choice.
        let level: ConformanceLevel =
            name == "newer-http" || name == "long-field" || name == "unknown-fields" ? .should : .must
        return ConformanceCase(
            "handshake/\(name)", section.first == "§" ? "RFC 6455 \(section)" : section, level, "accepted: \(sentence)"
        ) {
            attempt throws(CaseStop) in
            let peer = try door.open(attempt, request)
            try peer.expectHealthy("RFC 6455 §4.2.2: the connection is open")
        }
    }

    /// Keys, and what RFC 6455 §4.2.2 makes of them. Computed with Python: base64.b64encode(hashlib.sha1(key + GUID).digest()).
    private static let samples = [
        ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ("AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="),
        ("/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g="),
        ("AQIDBAUGBwgJCgsMDQ4PEA==", "C/0nmHhBztSRGR1CwL6Tf4ZjwpY="),
        ("+/+/+/+/+/+/+/+/+/+/+w==", "M0DUs3om0SqzerhOhYSMM7WQuBQ="),
        ("x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk="),
    ]

    private static func keys(_ door: WebSocketDoor) -> [ConformanceCase] {
        samples.enumerated().map { index, sample in
            ConformanceCase(
                "handshake/accept-of-key-\(index)", "RFC 6455 §4.2.2", .must,
                "the key \(sample.0) is answered with \(sample.1)"
            ) { attempt throws(CaseStop) in
                let head = try answer(door, right.with("Sec-WebSocket-Key", sample.0), attempt)
                guard head.values("sec-websocket-accept") == [sample.1] else {
                    throw .failed(
                        expected: "Sec-WebSocket-Accept: \(sample.1)",
                        came: head.values("sec-websocket-accept").joined(separator: ", "),
                        why: "RFC 6455 §4.2.2: it is the Base64 text of the SHA-1 of the key and the GUID")
                }
            }
        }
    }

    private static func answer(
        _ door: WebSocketDoor, _ request: OpeningRequest, _ attempt: CaseAttempt
    ) throws(CaseStop) -> HTTPHead {
        let (_, head) = try door.ask(request, attempt)
        guard let head, head.status == 101 else {
            throw .failed(
                expected: "HTTP/1.1 101", came: head?.firstLine ?? "no answer",
                why: "RFC 6455 §4.2.2: a valid opening handshake is answered with 101")
        }
        return head
    }

    /// What the answer itself must be like.
    private static func answers(_ door: WebSocketDoor) -> [ConformanceCase] {
        func check(
            _ name: String, _ sentence: String, _ request: OpeningRequest = right, expected: String, why: String,
            _ isRight: @escaping @Sendable (HTTPHead) -> Bool
        ) -> ConformanceCase {
            ConformanceCase("handshake/answer-\(name)", "RFC 6455 §4.2.2", .must, sentence) {
                attempt throws(CaseStop) in
                let head = try answer(door, request, attempt)
                guard isRight(head) else {
                    let fields = head.fields.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
                    throw .failed(
                        expected: expected, came: "\(head.firstLine); \(fields)", why: "RFC 6455 §4.2.2: \(why)")
                }
            }
        }
        let asksProtocol = right.adding("Sec-WebSocket-Protocol", "x-one, x-two")
        return [
            check(
                "http-version", "the answer is HTTP/1.1", expected: "HTTP/1.1 101",
                why: "a status line with 101 as of HTTP/1.1"
            ) {
                $0.firstLine.utf8.starts(with: "HTTP/1.1 101".utf8)
            },
            check(
                "upgrade", "the answer has Upgrade: websocket, once", expected: "Upgrade: websocket",
                why: "an Upgrade field with the value websocket"
            ) {
                $0.values("upgrade").map { $0.lowercased() } == ["websocket"]
            },
            check(
                "connection", "the answer has Connection: Upgrade", expected: "Connection: Upgrade",
                why: "a Connection field with the value Upgrade"
            ) {
                $0.tokens("connection").contains("upgrade")
            },
            check(
                "one-accept", "the answer has Sec-WebSocket-Accept once", expected: "one Sec-WebSocket-Accept",
                why: "it must not appear more than once (§11.3.3)"
            ) {
                $0.values("sec-websocket-accept").count == 1
            },
            check(
                "no-extension", "the answer names no extension when none was offered",
                expected: "no Sec-WebSocket-Extensions", why: "only extensions that the client offered (§9.1)"
            ) {
                $0.tokens("sec-websocket-extensions").allSatisfy { $0.isEmpty }
            },
            check(
                "no-unknown-extension", "the answer does not name an extension that nobody knows",
                right.adding("Sec-WebSocket-Extensions", "x-nobody-knows-this"),
                expected: "no Sec-WebSocket-Extensions",
                why: "a server that does not know an extension does not accept it (§9.1)"
            ) {
                $0.values("sec-websocket-extensions").isEmpty
            },
            check(
                "no-subprotocol", "the answer names no subprotocol when none was offered",
                expected: "no Sec-WebSocket-Protocol", why: "a subprotocol that was not offered must not be chosen"
            ) {
                $0.values("sec-websocket-protocol").isEmpty
            },
            ConformanceCase(
                "handshake/answer-subprotocol", "RFC 6455 §4.2.2", .must,
                "of offered subprotocols one is chosen or none, never another"
            ) { attempt throws(CaseStop) in
                let (_, head) = try door.ask(asksProtocol, attempt)
                guard let head else { throw noAnswer }
                // A server may refuse a client whose subprotocols it does not speak.
                guard head.status == 101 else {
                    attempt.note = "refused with \(head.firstLine)"
                    return
                }
                let chosen = head.values("sec-websocket-protocol")
                guard chosen.isEmpty || chosen == ["x-one"] || chosen == ["x-two"] else {
                    throw .failed(
                        expected: "x-one, x-two, or no Sec-WebSocket-Protocol",
                        came: chosen.map { "Sec-WebSocket-Protocol: \($0)" }.joined(separator: "; "),
                        why: "RFC 6455 §4.2.2: the value chosen must be one that the client offered")
                }
            },
            ConformanceCase(
                "handshake/silent-until-asked", "RFC 6455 §4.2.2", .must, "nothing is sent before the request is whole"
            ) { attempt throws(CaseStop) in
                let socket = try PatientSocket(to: door.target.address, attempt)
                let bytes = right.bytes(door.target, headers: door.headers, number: attempt.number)
                socket.send(Array(bytes.dropLast(2)))
                if socket.waitForMore(until: .now().adding(milliseconds: 150)) == .bytes {
                    throw .failed(
                        expected: "nothing yet", came: "an answer to a request without its end",
                        why: "RFC 6455 §4.2.1: the server reads the handshake, then answers")
                }
                socket.send([13, 10])
                guard HTTPHead.receive(on: socket, until: attempt.deadline())?.status == 101 else { throw noAnswer }
            },
        ]
    }

    private static let noAnswer = CaseStop.failed(
        expected: "HTTP/1.1 101", came: "no answer",
        why: "RFC 6455 §4.2.2: a valid opening handshake is answered with 101")

    /// TCP may cut a request anywhere.
    private static func pieces(_ door: WebSocketDoor) -> [ConformanceCase] {
        [(1, 0), (2, 0), (3, 0), (7, 0), (64, 0), (1, 1), (16, 10)].map { piece, pause in
            ConformanceCase(
                "handshake/in-pieces-of-\(piece)" + (pause > 0 ? "-slowly" : ""), "RFC 6455 §4.2.1", .must,
                "accepted: a request that arrives in pieces of \(piece) bytes"
                    + (pause > 0 ? ", \(pause) ms apart" : "")
            ) { attempt throws(CaseStop) in
                let peer = try door.open(attempt, right, pieceBytes: piece, pauseMilliseconds: pause)
                try peer.expectHealthy("RFC 6455 §4.2.2: the connection is open")
            }
        }
            + [
                ConformanceCase(
                    "handshake/frame-in-the-same-segment", "RFC 6455 §4.1", .may,
                    "a frame behind the request, which a client must not send so early, is received"
                ) { attempt throws(CaseStop) in
                    let early = HandFrame.text("early").bytes(masks: true)
                    let (socket, head) = try door.ask(right, attempt, trailing: early)
                    guard head?.status == 101 else { throw noAnswer }
                    let peer = WebSocketPeer(socket, attempt, isClient: true, comparesKinds: door.isEcho)
                    try peer.expectMessage(
                        .text, Array("early".utf8), "the client had to wait (§4.1); most servers take it")
                }
            ]
    }

    /// Name, section, level, sentence, request.
    private static var refused: [(String, String, ConformanceLevel, String, OpeningRequest)] {
        let abnf = "§4.2.1"
        func method(_ name: String) -> OpeningRequest {
            var request = right
            request.method = name
            return request
        }
        func version(_ version: String) -> OpeningRequest {
            var request = right
            request.version = version
            return request
        }
        var bareLineFeeds = right
        bareLineFeeds.lineEnd = "\n"
        var spaceBeforeColon = right
        spaceBeforeColon.separator = " : "
        var list: [(String, String, ConformanceLevel, String, OpeningRequest)] = [
            ("no-upgrade", abnf, .must, "no Upgrade", right.without("Upgrade")),
            ("upgrade-to-something-else", abnf, .must, "Upgrade: h2c", right.with("Upgrade", "h2c")),
            ("upgrade-that-only-begins-alike", abnf, .must, "Upgrade: websockets", right.with("Upgrade", "websockets")),
            ("upgrade-empty", abnf, .must, "an empty Upgrade", right.with("Upgrade", "")),
            ("no-connection", abnf, .must, "no Connection", right.without("Connection")),
            (
                "connection-without-upgrade", abnf, .must, "Connection: keep-alive",
                right.with("Connection", "keep-alive")
            ),
            ("connection-close", abnf, .must, "Connection: close", right.with("Connection", "close")),
            (
                "connection-that-only-contains-the-word", abnf, .must, "Connection: NoUpgrade",
                right.with("Connection", "NoUpgrade")
            ),
            ("connection-upgrades", abnf, .must, "Connection: Upgrades", right.with("Connection", "Upgrades")),
            ("no-key", abnf, .must, "no Sec-WebSocket-Key", right.without("Sec-WebSocket-Key")),
            ("empty-key", "§4.2.1, §11.3.1", .must, "an empty Sec-WebSocket-Key", right.with("Sec-WebSocket-Key", "")),
            (
                "two-keys", "§11.3.1", .should, "Sec-WebSocket-Key twice",
                right.adding("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
            ),
            ("no-version", abnf, .must, "no Sec-WebSocket-Version", right.without("Sec-WebSocket-Version")),
            ("no-host", "§4.2.1, RFC 7230 §5.4", .must, "no Host", right.without("Host")),
            ("two-hosts", "RFC 7230 §5.4", .must, "Host twice", right.adding("Host", "other.example")),
            ("http-1.0", abnf, .must, "HTTP/1.0", version("HTTP/1.0")),
            ("http-0.9", abnf, .must, "HTTP/0.9", version("HTTP/0.9")),
            ("no-http", abnf, .must, "a first line that is not HTTP", version("JUNK/1.1")),
            (
                "space-before-colons", "RFC 7230 §3.2.4", .must, "white space between a name and its colon",
                spaceBeforeColon
            ),
        ]
        for name in ["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "GE", "GETT"] {
            list.append(("method-\(name)", abnf, .must, "the method \(name)", method(name)))
        }
        for value in ["0", "7", "8", "12", "14", "255"] {
            // 7 and 8 are those of drafts that were in use: a server may understand them, too.
            let level: ConformanceLevel = value == "7" || value == "8" ? .may : .must
            list.append(
                (
                    "version-\(value)", "§4.2.2, §4.4", level, "Sec-WebSocket-Version: \(value)",
                    right.with("Sec-WebSocket-Version", value)
                ))
        }
        for (name, value) in [
            ("13-dot-0", "13.0"), ("plus-13", "+13"), ("013", "013"), ("13x", "13x"), ("letters", "abc"),
            ("256", "256"), ("minus-13", "-13"), ("empty", ""), ("1300", "1300"),
        ] {
            list.append(
                (
                    "version-\(name)", "§4.2.1, §11.3.5", .must, "Sec-WebSocket-Version: \(value)",
                    right.with("Sec-WebSocket-Version", value)
                ))
        }
        list.append(
            (
                "version-twice", "§11.3.5", .should, "Sec-WebSocket-Version twice, 13 and 8",
                right.adding("Sec-WebSocket-Version", "8")
            ))
        // §4.2.2 /key/: it is not necessary for the server to decode the key.
        for (name, value) in [
            ("15-bytes", "dGhlIHNhbXBsZSBub25j"), ("17-bytes", "dGhlIHNhbXBsZSBub25jZWU="),
            ("not-base64", "this is not base64 !!!=="),
            ("without-padding", "dGhlIHNhbXBsZSBub25jZQ"), ("url-alphabet", "_____________________w=="),
            ("short", "dGhl"),
        ] {
            list.append(
                (
                    "key-\(name)", "§4.2.1, §4.2.2", .may, "a key that is not 16 bytes in Base64 (\(name))",
                    right.with("Sec-WebSocket-Key", value)
                ))
        }
        list.append(("bare-line-feeds", "RFC 7230 §3.5", .may, "lines that end with LF alone", bareLineFeeds))
        list.append(
            (
                "folded-field", "RFC 7230 §3.2.4", .may, "a folded field (or the fold is read as a space)",
                right.adding("X-Folded", "one\r\n two")
            ))
        return list
    }

    private static func refuses(
        _ door: WebSocketDoor, _ name: String, _ section: String, _ level: ConformanceLevel, _ what: String,
        _ request: OpeningRequest
    ) -> ConformanceCase {
        let full = section.first == "§" ? "RFC 6455 \(section)" : section
        return ConformanceCase("handshake/refuse-\(name)", full, level, "refused: \(what)") {
            attempt throws(CaseStop) in
            let (_, head) = try door.ask(request, attempt)
            attempt.note = head?.firstLine ?? "no answer"
            if let head, head.status == 101 {
                throw .failed(
                    expected: "an HTTP error", came: head.firstLine,
                    why:
                        "\(full): a handshake that does not match is not answered with 101, but with an HTTP error code"
                )
            }
        }
    }

    private static func statusCodes(_ door: WebSocketDoor) -> [ConformanceCase] {
        ["0", "14", "255"].map { version in
            ConformanceCase(
                "handshake/version-\(version)-is-told-13", "RFC 6455 §4.2.2, §4.4", .must,
                "the refusal of version \(version) says in Sec-WebSocket-Version that 13 is understood"
            ) { attempt throws(CaseStop) in
                let (_, head) = try door.ask(right.with("Sec-WebSocket-Version", version), attempt)
                guard let head, head.status != 101, head.tokens("sec-websocket-version").contains("13") else {
                    throw .failed(
                        expected: "an HTTP error with Sec-WebSocket-Version: 13",
                        came: head.map {
                            "\($0.firstLine); Sec-WebSocket-Version: \($0.values("sec-websocket-version"))"
                        } ?? "no answer",
                        why:
                            "RFC 6455 §4.2.2: the server must send an HTTP error code and a Sec-WebSocket-Version field with the versions it understands"
                    )
                }
            }
        }
            + [
                ("no-key", right.without("Sec-WebSocket-Key")),
                ("version-255", right.with("Sec-WebSocket-Version", "255")),
            ]
            .map { name, request in
                ConformanceCase(
                    "handshake/error-is-told-\(name)", "RFC 6455 §4.2.1", .should,
                    "the refusal is an HTTP answer with a status from 400 on (\(name))"
                ) { attempt throws(CaseStop) in
                    let (_, head) = try door.ask(request, attempt)
                    guard let status = head?.status, (400...599).contains(status) else {
                        throw .failed(
                            expected: "HTTP/1.1 400 or another error", came: head?.firstLine ?? "no answer",
                            why:
                                "RFC 6455 §4.2.1: the server must return an HTTP response with an appropriate error code"
                        )
                    }
                }
            }
    }
}
