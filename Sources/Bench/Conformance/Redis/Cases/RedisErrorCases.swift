// Errors: their form, their code word, and that they leave the connection as it was.

enum RedisErrorCases {
    private static let errors = Spec.protocolSpec("Simple errors")
    private static let why = "this is an error"

    private static func error(
        _ id: String, _ section: String, _ level: ConformanceLevel, _ code: String?, before: [[String]] = [],
        _ command: [String]
    ) -> RedisCase {
        let with = code.map { "with -\($0)" } ?? "with an error"
        let shown = command.joined(separator: " ")
        return RedisCase("error/\(id)", section, level, "\(shown) is answered \(with), and the connection goes on") {
            trial in
            let line = try trial.line()
            let key = trial.key()
            for words in before {
                let value = try line.ask(words.map { Array(($0 == "{k}" ? key : $0).utf8) })
                if value.errorText != nil { throw CaseStop.skipped("\(words[0]) is refused") }
            }
            line.send(command.map { Array(($0 == "{k}" ? key : $0).utf8) })
            try line.expectError(code, why)
            try line.expect(
                "ECHO", "alive", is: bulk("alive"), "an error is a reply like others: the connection goes on")
        }
    }

    static let all: [RedisCase] = [
        error("unknown-command", errors, .must, nil, ["ROOKERY.NOSUCHCOMMAND", "a", "b"]),
        error("unknown-command-err", errors, .should, "ERR", ["ROOKERY.NOSUCHCOMMAND"]),
        error("empty-command", errors, .must, nil, [""]),
        error("wrong-count", errors, .must, nil, ["GET"]),
        error("wrong-count-err", errors, .should, "ERR", ["GET", "a", "b"]),
        error("wrong-type", errors, .must, nil, before: [["RPUSH", "{k}", "a"]], ["GET", "{k}"]),
        error("wrong-type-word", errors, .should, "WRONGTYPE", before: [["RPUSH", "{k}", "a"]], ["GET", "{k}"]),
        error("not-an-integer", Spec.command("INCR"), .must, nil, before: [["SET", "{k}", "x"]], ["INCR", "{k}"]),
        error(
            "overflow", Spec.protocolSpec("Integers"), .must, nil, before: [["SET", "{k}", "9223372036854775807"]],
            ["INCR", "{k}"]),
        error("not-a-float", Spec.command("ZADD"), .must, nil, ["ZADD", "{k}", "x", "a"]),
        error("syntax", Spec.command("SET"), .must, nil, ["SET", "{k}", "1", "NOSUCHOPTION"]),
        error(
            "no-such-script", Spec.command("EVALSHA"), .should, "NOSCRIPT",
            ["EVALSHA", "ffffffffffffffffffffffffffffffffffffffff", "0"]),
        error("subcommand", Spec.command("CLIENT"), .must, nil, ["CLIENT", "NOSUCHSUBCOMMAND"]),
        error("database-of-letters", Spec.command("SELECT"), .must, nil, ["SELECT", "abc"]),
        error("database-negative", Spec.command("SELECT"), .must, nil, ["SELECT", "-1"]),
        error("exec-without-multi", Spec.command("EXEC"), .should, "ERR", ["EXEC"]),
        error("discard-without-multi", Spec.command("DISCARD"), .should, "ERR", ["DISCARD"]),
        RedisCase("error/code-word", errors, .should, "the first word of an error is in capitals") { trial in
            let line = try trial.line()
            line.send("ROOKERY.NOSUCHCOMMAND")
            let value = try line.reply("an error")
            let word = (value.errorText ?? []).prefix { $0 != 0x20 }
            let isRight =
                !word.isEmpty
                && word.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
            if isRight { return }
            throw CaseStop.failed(
                expected: "an error that begins with a word in capitals", came: WireText.escaped(value.errorText ?? []),
                why: "the first upper-case word represents the kind of error")
        },
        RedisCase("error/one-line", errors, "an error that repeats CR and LF of a command stays one line") { trial in
            let line = try trial.line()
            line.send([Array("rookery\r\n+OK\r\nx".utf8), Array("a\r\nb".utf8)])
            try line.expectError(nil, "there is no such command")
            try line.expect(
                "ECHO", "alive", is: bulk("alive"),
                "an error must not contain CR or LF: what follows is read as another reply")
        },
        RedisCase("error/long-name", errors, "a command name of 10,000 bytes is answered with one error") { trial in
            let line = try trial.line()
            line.send([[UInt8](repeating: UInt8(ascii: "x"), count: 10_000)])
            try line.expectError(nil, "there is no such command")
            try line.expect("ECHO", "alive", is: bulk("alive"))
        },
        RedisCase("error/binary-name", errors, "a command name of bytes that are not UTF-8 is answered with one error")
        { trial in
            let line = try trial.line()
            line.send([[0x00, 0xFF, 0xFE, 0x80]])
            try line.expectError(nil, "there is no such command")
            try line.expect("ECHO", "alive", is: bulk("alive"))
        },
        RedisCase("error/in-resp3", errors, "in RESP3 an error is a simple or a bulk error, too") { trial in
            let line = try trial.line(.three)
            line.send("ROOKERY.NOSUCHCOMMAND")
            try line.expectError(nil, "there is no such command")
            try line.expect("ECHO", "alive", is: bulk("alive"))
        },
        RedisCase("error/names-have-no-case", Spec.guide("Commands"), .should, "pInG is PING") {
            let line = try $0.line()
            try line.prepare("PING")
            line.send("pInG")
            let (value, bytes) = try line.replyItem("+PONG")
            guard value == .simple(Array("PONG".utf8)) else {
                throw CaseStop.failed(
                    expected: "+PONG", came: WireText.escaped(bytes), why: "names of commands have no case")
            }
        },
    ]
}
