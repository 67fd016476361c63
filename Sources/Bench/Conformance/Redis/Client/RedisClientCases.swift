// What a client must understand, and what it must refuse. The values are those of the specification's own examples.

import EventLoop

struct RedisClientCase: Sendable {
    let id: String
    let section: String
    let level: ConformanceLevel
    let sentence: String
    let play: @Sendable (ClientStage) throws -> Void

    func on(_ door: ClientDoor) -> ConformanceCase {
        ConformanceCase(id, section, level, sentence) { attempt throws(CaseStop) in
            let stage = try ClientStage(attempt, door)
            defer { stage.stop() }
            do {
                try play(stage)
            } catch let stop as CaseStop {
                throw stop
            } catch {
                throw .couldNotTest("\(error)")
            }
        }
    }
}

enum RedisClientCases {
    static let all: [RedisClientCase] = understood + refused + cutOff + manners

    private static let misread = "the client shows another value than was sent"

    // MARK: Right

    private struct Row {
        let id: String
        let section: String
        let wire: String
        let value: WireValue
        var needsRESP3 = false
    }

    private static func text(_ text: String) -> [UInt8] { Array(text.utf8) }
    private static func string(_ content: String) -> WireValue { .bulk(text(content)) }

    private static let rows: [Row] = [
        Row(id: "simple", section: "Simple strings", wire: "+OK\r\n", value: .simple(text("OK"))),
        Row(id: "simple-empty", section: "Simple strings", wire: "+\r\n", value: .simple([])),
        Row(
            id: "error", section: "Simple errors", wire: "-ERR unknown command 'asdf'\r\n",
            value: .error(text("ERR unknown command 'asdf'"))),
        Row(
            id: "error-wrongtype", section: "Simple errors",
            wire: "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
            value: .error(text("WRONGTYPE Operation against a key holding the wrong kind of value"))),
        Row(id: "integer", section: "Integers", wire: ":1000\r\n", value: .integer(1_000)),
        Row(id: "integer-zero", section: "Integers", wire: ":0\r\n", value: .integer(0)),
        Row(id: "integer-negative", section: "Integers", wire: ":-1\r\n", value: .integer(-1)),
        Row(id: "integer-greatest", section: "Integers", wire: ":9223372036854775807\r\n", value: .integer(.max)),
        Row(id: "integer-least", section: "Integers", wire: ":-9223372036854775808\r\n", value: .integer(.min)),
        Row(id: "bulk", section: "Bulk strings", wire: "$5\r\nhello\r\n", value: string("hello")),
        Row(id: "bulk-empty", section: "Bulk strings", wire: "$0\r\n\r\n", value: string("")),
        Row(id: "bulk-of-crlf", section: "Bulk strings", wire: "$4\r\n\r\n\r\n\r\n", value: string("\r\n\r\n")),
        Row(
            id: "bulk-like-resp", section: "Bulk strings", wire: "$9\r\n*1\r\n+OK\r\n\r\n",
            value: string("*1\r\n+OK\r\n")),
        Row(id: "bulk-utf8", section: "Bulk strings", wire: "$7\r\ngrüße\r\n", value: string("grüße")),
        Row(id: "null-bulk", section: "Null bulk strings", wire: "$-1\r\n", value: .nullBulk),
        Row(
            id: "array", section: "Arrays", wire: "*2\r\n$5\r\nhello\r\n$5\r\nworld\r\n",
            value: .array([string("hello"), string("world")])),
        Row(id: "array-empty", section: "Arrays", wire: "*0\r\n", value: .array([])),
        Row(
            id: "array-integers", section: "Arrays", wire: "*3\r\n:1\r\n:2\r\n:3\r\n",
            value: .array([.integer(1), .integer(2), .integer(3)])),
        Row(
            id: "array-mixed", section: "Arrays", wire: "*5\r\n:1\r\n:2\r\n:3\r\n:4\r\n$5\r\nhello\r\n",
            value: .array([.integer(1), .integer(2), .integer(3), .integer(4), string("hello")])),
        Row(
            id: "array-nested", section: "Arrays", wire: "*2\r\n*3\r\n:1\r\n:2\r\n:3\r\n*1\r\n+Hello\r\n",
            value: .array([.array([.integer(1), .integer(2), .integer(3)]), .array([.simple(text("Hello"))])])),
        Row(id: "array-null", section: "Null arrays", wire: "*-1\r\n", value: .nullArray),
        Row(
            id: "array-null-element", section: "Null elements in arrays",
            wire: "*3\r\n$5\r\nhello\r\n$-1\r\n$5\r\nworld\r\n",
            value: .array([string("hello"), .nullBulk, string("world")])),
        Row(id: "null", section: "Nulls", wire: "_\r\n", value: .null, needsRESP3: true),
        Row(id: "true", section: "Booleans", wire: "#t\r\n", value: .boolean(true), needsRESP3: true),
        Row(id: "false", section: "Booleans", wire: "#f\r\n", value: .boolean(false), needsRESP3: true),
        Row(id: "double", section: "Doubles", wire: ",1.23\r\n", value: .double(text("1.23")), needsRESP3: true),
        Row(id: "double-whole", section: "Doubles", wire: ",10\r\n", value: .double(text("10")), needsRESP3: true),
        Row(
            id: "double-exponent", section: "Doubles", wire: ",1.5e3\r\n", value: .double(text("1500")),
            needsRESP3: true),
        Row(id: "double-inf", section: "Doubles", wire: ",inf\r\n", value: .double(text("inf")), needsRESP3: true),
        Row(
            id: "double-minus-inf", section: "Doubles", wire: ",-inf\r\n", value: .double(text("-inf")),
            needsRESP3: true),
        Row(id: "double-nan", section: "Doubles", wire: ",nan\r\n", value: .double(text("nan")), needsRESP3: true),
        Row(
            id: "big-number", section: "Big numbers", wire: "(3492890328409238509324850943850943825024385\r\n",
            value: .bigNumber(text("3492890328409238509324850943850943825024385")), needsRESP3: true),
        Row(
            id: "big-number-negative", section: "Big numbers",
            wire: "(-3492890328409238509324850943850943825024385\r\n",
            value: .bigNumber(text("-3492890328409238509324850943850943825024385")), needsRESP3: true),
        Row(
            id: "bulk-error", section: "Bulk errors", wire: "!21\r\nSYNTAX invalid syntax\r\n",
            value: .bulkError(text("SYNTAX invalid syntax")), needsRESP3: true),
        Row(
            id: "verbatim", section: "Verbatim strings", wire: "=15\r\ntxt:Some string\r\n",
            value: .verbatim(format: text("txt"), text: text("Some string")), needsRESP3: true),
        Row(
            id: "map", section: "Maps", wire: "%2\r\n+first\r\n:1\r\n+second\r\n:2\r\n",
            value: .map([.simple(text("first")), .integer(1), .simple(text("second")), .integer(2)]), needsRESP3: true),
        Row(id: "map-empty", section: "Maps", wire: "%0\r\n", value: .map([]), needsRESP3: true),
        Row(
            id: "map-of-array", section: "Maps", wire: "%1\r\n+a\r\n*1\r\n_\r\n",
            value: .map([.simple(text("a")), .array([.null])]), needsRESP3: true),
        Row(
            id: "set", section: "Sets", wire: "~3\r\n:1\r\n:2\r\n:3\r\n",
            value: .set([.integer(1), .integer(2), .integer(3)]), needsRESP3: true),
        Row(
            id: "push-before", section: "Pushes", wire: ">2\r\n+rookery-unknown\r\n:42\r\n$5\r\nreply\r\n",
            value: string("reply"), needsRESP3: true),
        Row(
            id: "pushes-before", section: "Pushes",
            wire: ">1\r\n+a\r\n>3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nhi\r\n:7\r\n", value: .integer(7),
            needsRESP3: true),
        Row(
            id: "attribute-before", section: "Attribute type", wire: "|1\r\n+ttl\r\n:3600\r\n$5\r\nreply\r\n",
            value: string("reply"), needsRESP3: true),
    ]

    private static func section(_ row: Row) -> String {
        row.section == "Attribute type" ? Spec.resp3(row.section) : Spec.protocolSpec(row.section)
    }

    private static let understood: [RedisClientCase] = rows.flatMap { row in
        let shown = WireText.escaped(text(row.wire))
        return [
            RedisClientCase(
                id: "understands/\(row.id)", section: section(row),
                level: row.section == "Attribute type" ? .should : .must, sentence: "\(shown) is understood"
            ) { stage in
                try stage.awaitRequest()
                if row.needsRESP3, stage.version == .two {
                    throw CaseStop.skipped("the client has not asked for RESP3")
                }
                // Twice: the second reply shows that the first one was read to its end.
                for _ in 0..<2 {
                    stage.send(text(row.wire))
                    try stage.expect(row.value, misread)
                    try stage.awaitRequest()
                }
            },
            RedisClientCase(
                id: "chopped/\(row.id)", section: Spec.protocolSpec("Network layer"),
                level: row.section == "Attribute type" ? .should : .must,
                sentence: "\(shown) is understood byte by byte, and cut in two at each byte"
            ) { stage in
                try stage.awaitRequest()
                if row.needsRESP3, stage.version == .two {
                    throw CaseStop.skipped("the client has not asked for RESP3")
                }
                let bytes = text(row.wire)
                stage.send(bytes)
                guard case .value(let whole) = try stage.shown("the value"), row.value.isShown(by: whole) else {
                    throw CaseStop.skipped("it is not understood whole either")
                }
                try stage.awaitRequest()
                stage.send(bytes, pieceBytes: 1)
                try stage.expect(row.value, "byte by byte: \(misread)")
                for cut in 1..<bytes.count {
                    try stage.awaitRequest()
                    stage.send(Array(bytes[..<cut]))
                    Pause.short()
                    stage.send(Array(bytes[cut...]))
                    try stage.expect(row.value, "cut behind byte \(cut): \(misread)")
                }
            },
        ]
    }

    // MARK: Wrong

    /// The specification says what a server sends, and nothing of a client that is sent something else; but there is no value that it could
    /// show. So all of these are `should`.
    private static func wrong(
        _ id: String, _ section: String, _ wire: String, _ why: String, needsRESP3: Bool = false
    ) -> RedisClientCase {
        RedisClientCase(
            id: "refuses/\(id)", section: Spec.protocolSpec(section), level: .should,
            sentence: "\(WireText.escaped(text(wire))) is refused: \(why)"
        ) { stage in
            try stage.awaitRequest()
            if needsRESP3, stage.version == .two { throw CaseStop.skipped("the client has not asked for RESP3") }
            stage.send(text(wire))
            // A client may wait for more of what it takes for the beginning of a value; then the end must make an error of it.
            Threads.sleep(milliseconds: 50)
            stage.close()
            try stage.expectError(why)
        }
    }

    private static let refused: [RedisClientCase] = [
        wrong("unknown-type", "RESP protocol description", "@5\r\nhello\r\n", "no type begins with @"),
        wrong("http", "RESP protocol description", "HTTP/1.1 400 Bad Request\r\n\r\n", "that is HTTP"),
        wrong(
            "binary-garbage", "RESP protocol description", "\u{1}\u{2}\u{3}\u{4}\r\n", "no type begins with the byte 1"),
        wrong("integer-of-letters", "Integers", ":abc\r\n", "that is no number"),
        wrong("integer-empty", "Integers", ":\r\n", "that is no number"),
        wrong(
            "integer-over-64-bits", "Integers", ":9223372036854775808\r\n", "an integer fits 64 bits with a sign"),
        wrong("bulk-length-of-letters", "Bulk strings", "$abc\r\nhello\r\n", "a length is a number"),
        wrong("bulk-length-minus-two", "Bulk strings", "$-2\r\n", "only -1 is a null"),
        wrong("bulk-length-over-64-bits", "Bulk strings", "$99999999999999999999\r\n", "no string is so long"),
        wrong("bulk-without-crlf", "Bulk strings", "$5\r\nhelloXX+OK\r\n", "a bulk string ends with CRLF"),
        wrong("bulk-too-long", "Bulk strings", "$5\r\nhello world\r\n", "a bulk string ends with CRLF"),
        wrong("array-length-of-letters", "Arrays", "*x\r\n", "a length is a number"),
        wrong("array-length-minus-two", "Arrays", "*-2\r\n", "only -1 is a null"),
        wrong("array-unknown-element", "Arrays", "*1\r\n@\r\n", "no type begins with @"),
        wrong("null-with-content", "Nulls", "_x\r\n", "a null has no content", needsRESP3: true),
        wrong("boolean-of-letters", "Booleans", "#x\r\n", "a boolean is t or f", needsRESP3: true),
        wrong("double-of-letters", "Doubles", ",abc\r\n", "that is no number", needsRESP3: true),
        wrong("big-number-of-letters", "Big numbers", "(12a\r\n", "that is no number", needsRESP3: true),
        wrong("map-length-minus-one", "Maps", "%-1\r\n", "no map is null", needsRESP3: true),
    ]

    // MARK: The connection's end

    private static func cut(
        _ id: String, _ level: ConformanceLevel, _ wire: String, silence: Int = 20
    ) -> RedisClientCase {
        RedisClientCase(
            id: "cut-off/\(id)", section: Spec.protocolSpec("Network layer"), level: level,
            sentence: "a connection that ends behind \(WireText.escaped(text(wire))) is an error, not a value"
        ) { stage in
            try stage.awaitRequest()
            stage.send(text(wire))
            Threads.sleep(milliseconds: silence)
            stage.close()
            try stage.expectError("the reply did not come whole")
        }
    }

    private static let cutOff: [RedisClientCase] =
        [
            cut("bulk", .must, "$5\r\nhel"), cut("bulk-header", .must, "$5"),
            cut("integer", .must, ":10"), cut("error", .must, "-ERR wr"), cut("simple", .must, "+O"),
            cut("array", .must, "*2\r\n$5\r\nhello\r\n"), cut("array-header", .must, "*2\r\n"),
            // Nothing of the value is missing but its end.
            cut("integer-in-crlf", .should, ":1000\r"), cut("bulk-in-crlf", .should, "$5\r\nhello\r"),
            cut("error-in-crlf", .should, "-ERR wrong\r"),
            cut("huge-bulk", .must, "$536870912\r\nxxxx", silence: 200),
            cut("huge-array", .must, "*2147483647\r\n:1\r\n:2\r\n", silence: 200),
            RedisClientCase(
                id: "cut-off/at-once", section: Spec.protocolSpec("Network layer"), level: .must,
                sentence: "a connection that ends in place of a reply is an error"
            ) { stage in
                try stage.awaitRequest()
                stage.close()
                try stage.expectError("there was no reply")
            },
            RedisClientCase(
                id: "cut-off/silence", section: Spec.protocolSpec("Request-Response model"), level: .may,
                sentence: "a server that never answers is an error in the end"
            ) { stage in
                try stage.awaitRequest()
                try stage.expectError("a client that waits for ever cannot be told from one that works")
            },
        ]

    // MARK: The handshake

    private static let manners: [RedisClientCase] = [
        manner(
            "hello-unknown", .withoutHello, .should,
            "a server that does not know HELLO is spoken to in RESP2, or is an error"),
        manner(
            "hello-noproto", .noProto, .should,
            "a server that refuses the protocol with -NOPROTO is spoken to in RESP2, or is an error"),
        RedisClientCase(
            id: "handshake/noauth", section: Spec.command("AUTH"), level: .must,
            sentence: "-NOAUTH to whatever is asked is shown as an error"
        ) { stage in
            do throws(CaseStop) {
                try stage.awaitRequest(.always("-NOAUTH Authentication required.\r\n"))
            } catch {
                guard case .failed = error else { throw error }
                // It gave up at its handshake, which is right, too.
            }
            try expectAnyError(stage, "NOAUTH Authentication required.")
        },
        RedisClientCase(
            id: "handshake/wrongpass", section: Spec.command("AUTH"), level: .must,
            sentence: "-WRONGPASS to whatever is asked is shown as an error"
        ) { stage in
            do throws(CaseStop) {
                try stage.awaitRequest(.always("-WRONGPASS invalid username-password pair or user is disabled.\r\n"))
            } catch {
                guard case .failed = error else { throw error }
            }
            try expectAnyError(stage, "WRONGPASS invalid username-password pair or user is disabled.")
        },
        RedisClientCase(
            id: "handshake/out-of-nowhere", section: Spec.protocolSpec("Request-Response model"), level: .may,
            sentence: "a reply that nobody asked for is not taken for the reply to the next command"
        ) { stage in
            try stage.awaitRequest()
            stage.send(text("$5\r\nfirst\r\n$8\r\nunwanted\r\n"))
            try stage.expect(string("first"), misread)
            do throws(CaseStop) { try stage.awaitRequest() } catch {
                return try stage.expectError("there was a reply too many")
            }
            stage.send(text("$6\r\nsecond\r\n"))
            guard case .value(let value) = try stage.shown("the second reply, or an error"),
                value.isShown(by: string("unwanted"))
            else { return }
            throw CaseStop.failed(
                expected: "the second reply, or an error", came: "the reply that nobody asked for",
                why: "from here on each command is shown the reply of another one")
        },
    ]

    private static func manner(
        _ id: String, _ manner: ClientStage.Manner, _ level: ConformanceLevel, _ sentence: String
    ) -> RedisClientCase {
        RedisClientCase(
            id: "handshake/\(id)", section: Spec.protocolSpec("Client handshake"), level: level, sentence: sentence
        ) { stage in
            do throws(CaseStop) {
                try stage.awaitRequest(manner)
            } catch {
                guard case .failed = error else { throw error }
                return try stage.expectError("the handshake was refused")
            }
            stage.send(text("$5\r\nhello\r\n"))
            try stage.expect(string("hello"), misread)
        }
    }

    /// An error of the server that is shown, or one of the client.
    private static func expectAnyError(_ stage: ClientStage, _ error: String) throws(CaseStop) {
        guard case .value(let value) = try stage.shown("an error") else { return }
        guard WireValue.error(text(error)).isShown(by: value) else {
            throw .failed(expected: "an error", came: value.kind, why: "the server has refused")
        }
    }
}
