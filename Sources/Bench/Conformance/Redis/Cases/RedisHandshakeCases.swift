// HELLO: which protocol a connection speaks, what the server says about itself, and what it must not take.

enum RedisHandshakeCases {
    private static let handshake = Spec.protocolSpec("Client handshake")
    private static let hello = Spec.command("HELLO")
    private static let unknownProtocol = "a version that the server does not support is answered with -NOPROTO"

    static let all: [RedisCase] = versions + fields + refusals + delivery

    private static let versions: [RedisCase] = [
        RedisCase("hello/default-is-resp2", handshake, "a connection without HELLO speaks RESP2: a missing key is $-1")
        {
            try $0.line().expect("GET", $0.key(), is: "$-1\r\n", "by default the connection starts in RESP2 mode")
        },
        RedisCase("hello/2-is-an-array", handshake, "in RESP2 the reply to HELLO is an array of names and values") {
            trial in
            let value = try trial.line().ask("HELLO", "2")
            let count = value.elements?.count ?? 1
            try trial.line().want(
                value.kind.utf8.first == UInt8(ascii: "a") && count % 2 == 0, "an array of an even number of elements",
                value,
                "RESP2 has no maps: they are arrays of keys and values")
        },
        RedisCase("hello/3-is-a-map", handshake, "the reply to HELLO 3 is a map") { trial in
            let line = try trial.line()
            let value = try line.ask("HELLO", "3")
            try skipWithoutRESP3(value)
            guard case .map = value else {
                return try line.want(false, "a map (%)", value, "a successful reply to HELLO is a map")
            }
        },
        RedisCase("hello/3-switches", handshake, "after HELLO 3 the connection speaks RESP3: a missing key is _") {
            try $0.line(.three).expect("GET", $0.key(), is: "_\r\n", "HELLO sets the connection's protocol version")
        },
        RedisCase("hello/2-switches-back", hello, "HELLO 2 after HELLO 3 goes back to RESP2") { trial in
            let line = try trial.line(.three)
            let value = try line.ask("HELLO", "2")
            if value.errorText != nil { throw CaseStop.skipped("the server does not go back to RESP2") }
            try line.expect("GET", trial.key(), is: "$-1\r\n", "HELLO 2 sets the connection to RESP2")
        },
        RedisCase("hello/3-twice", hello, "HELLO 3 in a connection that speaks RESP3 is answered with a map again") {
            trial in
            let line = try trial.line(.three)
            let value = try line.ask("HELLO", "3")
            guard case .map = value else {
                return try line.want(false, "a map (%)", value, "a successful reply to HELLO is a map")
            }
        },
        RedisCase(
            "hello/alone-changes-nothing", hello, .should,
            "HELLO without a version tells about the server and stays in RESP2"
        ) { trial in
            let line = try trial.line()
            let value = try line.ask("HELLO")
            try line.want(value.elements != nil, "an array", value, "HELLO without arguments reports the connection")
            try line.expect("GET", trial.key(), is: "$-1\r\n", "HELLO without a version does not change it")
        },
        RedisCase("hello/alone-stays-in-resp3", hello, .should, "HELLO without a version stays in RESP3") { trial in
            let line = try trial.line(.three)
            guard case .map = try line.ask("HELLO") else {
                throw CaseStop.failed(
                    expected: "a map (%)", came: "another type", why: "HELLO without a version does not change it")
            }
        },
        RedisCase(
            "hello/noproto-4", handshake, .should, "HELLO 4 is refused with -NOPROTO, unless the server knows RESP4"
        ) { trial in
            let line = try trial.line()
            line.send("HELLO", "4")
            try line.expectError("NOPROTO", unknownProtocol)
        },
        RedisCase("hello/noproto-99", handshake, .should, "HELLO 99 is refused with -NOPROTO") { trial in
            let line = try trial.line()
            line.send("HELLO", "99")
            try line.expectError("NOPROTO", unknownProtocol)
        },
        RedisCase("hello/noproto-1", hello, .should, "HELLO 1 is refused with -NOPROTO") { trial in
            let line = try trial.line()
            line.send("HELLO", "1")
            try line.expectError("NOPROTO", unknownProtocol)
        },
        RedisCase("hello/noproto-keeps-resp2", handshake, "after a refused version the connection goes on in RESP2") {
            trial in
            let line = try trial.line()
            line.send("HELLO", "99")
            try line.expectError(nil, unknownProtocol)
            try line.expect(
                "GET", trial.key(), is: "$-1\r\n", "at that point the client may retry with a lower version")
        },
        RedisCase(
            "hello/noproto-keeps-resp3", handshake, "after a refused version a connection of RESP3 goes on in RESP3"
        ) { trial in
            let line = try trial.line(.three)
            line.send("HELLO", "99")
            try line.expectError(nil, unknownProtocol)
            try line.expect("GET", trial.key(), is: "_\r\n", "a refused HELLO performs no action")
        },
    ]

    private static let fields: [RedisCase] = [
        field("server", .must, "a string that is not empty") { !($0.text ?? []).isEmpty },
        field("version", .must, "a string that is not empty") { !($0.text ?? []).isEmpty },
        field("proto", .must, "the integer 3 or higher") {
            if case .integer(let number) = $0 { number >= 3 } else { false }
        },
        field("id", .should, "an integer") { if case .integer = $0 { true } else { false } },
        field("mode", .should, "standalone, sentinel or cluster") { value in
            ["standalone", "sentinel", "cluster"].contains { value.text?.elementsEqual($0.utf8) == true }
        },
        field("role", .should, "master or replica") { value in
            ["master", "replica"].contains { value.text?.elementsEqual($0.utf8) == true }
        },
        field("modules", .should, "an array") { if case .array = $0 { true } else { false } },
        RedisCase(
            "hello/proto-is-the-highest", handshake, .may,
            "HELLO 2 tells the highest version that the server speaks, too"
        ) { trial in
            _ = try trial.line(.three)
            let line = try trial.line()
            let value = try line.ask("HELLO", "2")
            guard case .integer(let proto)? = value[field: "proto"] else {
                throw CaseStop.skipped("HELLO 2 has no proto")
            }
            try line.want(
                proto >= 3, "proto 3, which the server speaks", .integer(proto),
                "proto is the highest supported version of the protocol, not the one in use")
        },
        RedisCase("hello/ids-differ", hello, .should, "two connections have different ids") { trial in
            let (one, two) = (try trial.line(), try trial.line())
            let (first, second) = (try one.ask("HELLO", "2")[field: "id"], try two.ask("HELLO", "2")[field: "id"])
            guard let first, let second else { throw CaseStop.skipped("HELLO tells no id") }
            try one.want(first != second, "two different ids", first, "id is the connection's identifier")
        },
    ]

    private static let refusals: [RedisCase] = [
        refused("not-a-number", ["HELLO", "abc"], "a version is a number"),
        refused("number-too-large", ["HELLO", "99999999999999999999"], "a version is a number that fits"),
        refused("negative", ["HELLO", "-3"], "no version is negative"),
        refused("auth-without-password", ["HELLO", "3", "AUTH", "default"], "AUTH takes a user and a password"),
        refused("unknown-option", ["HELLO", "3", "NOSUCHOPTION"], "HELLO has no such option"),
        refused("setname-with-space", ["HELLO", "3", "SETNAME", "a b"], "a connection's name has no spaces"),
        RedisCase(
            "hello/wrong-password", handshake, "HELLO with a user that does not exist is refused and stays in RESP2"
        ) { trial in
            let line = try trial.line()
            line.send("HELLO", "3", "AUTH", "rookery-conformance-nobody", "wrong")
            try line.expectError(nil, "with invalid credentials HELLO returns an error")
            try line.expect(
                "GET", trial.key(), is: "$-1\r\n", "a refused HELLO performs no action and remains in RESP2")
        },
        RedisCase("hello/setname", hello, .should, "HELLO 3 SETNAME names the connection") { trial in
            let line = try trial.line()
            let value = try line.ask("HELLO", "3", "SETNAME", "rookery-conformance")
            try skipWithoutRESP3(value)
            try line.expect(
                "CLIENT", "GETNAME", is: "$19\r\nrookery-conformance\r\n", "SETNAME sets the connection's name")
        },
    ]

    private static let delivery: [RedisCase] = [
        RedisCase("hello/lower-case", hello, .should, "hello 3 in small letters is HELLO 3") { trial in
            let line = try trial.line()
            let value = try line.ask("hello", "3")
            try skipWithoutRESP3(value)
            guard case .map = value else {
                return try line.want(false, "a map (%)", value, "names of commands have no case")
            }
        },
        RedisCase("hello/inline", Spec.protocolSpec("Inline commands"), .should, "HELLO 3 works as an inline command") {
            trial in
            let line = try trial.line()
            line.send(raw: "HELLO 3\r\n")
            let value = try line.reply("a map (%)")
            try line.skipIfRefused(value)
            try skipWithoutRESP3(value)
            guard case .map = value else {
                return try line.want(false, "a map (%)", value, "a successful reply to HELLO is a map")
            }
        },
        RedisCase("hello/in-a-pipeline", handshake, "commands behind HELLO 3 in one write are answered in RESP3") {
            trial in
            _ = try trial.line(.three)
            let line = try trial.line()
            let key = trial.key()
            line.send(raw: command("GET", key) + command("HELLO", "3") + command("GET", key) + command("PING"))
            try line.expectReply("$-1\r\n", "before HELLO the connection speaks RESP2")
            _ = try line.reply("a map (%)")
            try line.expectReply("_\r\n", "behind HELLO 3 the connection speaks RESP3")
            try line.expectReply("+PONG\r\n")
        },
        RedisCase(
            "hello/cut-at-every-byte", Spec.protocolSpec("Network layer"),
            "HELLO 3 that comes in two pieces, cut anywhere, is understood"
        ) { trial in
            _ = try trial.line(.three)
            let bytes = command("HELLO", "3")
            for cut in 1..<bytes.count {
                let line = try trial.line()
                line.send(raw: Array(bytes[..<cut]))
                Pause.short()
                line.send(raw: Array(bytes[cut...]))
                let value = try line.reply("a map (%), HELLO cut behind byte \(cut)")
                guard case .map = value else {
                    return try line.want(
                        false, "a map (%), HELLO cut behind byte \(cut)", value, "a stream has no borders of its own")
                }
            }
        },
    ]

    private static func skipWithoutRESP3(_ value: WireValue) throws(CaseStop) {
        if let text = value.errorText {
            throw .skipped("the server does not speak RESP3: \(String(decoding: text, as: UTF8.self))")
        }
    }

    private static func field(
        _ name: String, _ level: ConformanceLevel, _ expected: String,
        _ isRight: @escaping @Sendable (WireValue) -> Bool
    ) -> RedisCase {
        RedisCase("hello/field-\(name)", handshake, level, "the reply to HELLO 3 has a field \(name): \(expected)") {
            trial in
            let line = try trial.line(.three)
            let value = try line.ask("HELLO", "3")
            guard case .map(let elements) = value else { throw CaseStop.skipped("the reply to HELLO 3 is no map") }
            guard let field = value[field: name] else {
                throw CaseStop.failed(
                    expected: "a field \(name)", came: "a map of \(elements.count / 2) fields without it",
                    why: level == .must ? "this field is mandatory for RESP3 implementations" : "Redis emits this field"
                )
            }
            try line.want(isRight(field), "\(name): \(expected)", field, "that is not what \(name) tells")
        }
    }

    private static func refused(_ id: String, _ words: [String], _ why: String) -> RedisCase {
        RedisCase(
            "hello/refuses-\(id)", hello, .should,
            "\(words.joined(separator: " ")) is refused, and the connection goes on as it was"
        ) { trial in
            let line = try trial.line()
            line.send(words.map { Array($0.utf8) })
            try line.expectError(nil, why)
            try line.expect("GET", trial.key(), is: "$-1\r\n", "a refused HELLO performs no action")
        }
    }
}
