// Inline commands: a line of words, for people with telnet. Redis documents them; a server without them is not wrong, it only
// misses a documented way in, so these are no musts.

enum RedisInlineCases {
    private static let inline = Spec.protocolSpec("Inline commands")

    private static func exchange(
        _ id: String, _ sentence: String, _ sends: String, _ answers: String, _ level: ConformanceLevel = .should
    ) -> RedisCase {
        RedisCase("inline/\(id)", inline, level, sentence) { trial in
            let line = try trial.line()
            line.send(raw: sends)
            try line.expectReply(answers)
        }
    }

    static let all: [RedisCase] = [
        exchange("ping", "PING and CRLF is answered with +PONG", "PING\r\n", "+PONG\r\n"),
        exchange("lower-case", "ping in small letters is answered with +PONG", "ping\r\n", "+PONG\r\n"),
        exchange("argument", "words after the command are its arguments", "ECHO hello\r\n", bulk("hello")),
        exchange("several-spaces", "several spaces separate like one", "  ECHO    hello  \r\n", bulk("hello")),
        exchange("line-feed-alone", "a line that ends with LF alone is taken", "PING\n", "+PONG\r\n", .may),
        exchange(
            "double-quotes", "double quotes hold words together", "ECHO \"hello world\"\r\n", bulk("hello world"), .may),
        exchange(
            "single-quotes", "single quotes hold words together", "ECHO 'hello world'\r\n", bulk("hello world"), .may),
        exchange("escapes", "\\x41 and \\n inside double quotes are bytes", "ECHO \"\\x41\\n\"\r\n", bulk("A\n"), .may),
        exchange("empty-quotes", "\"\" is an empty argument", "ECHO \"\"\r\n", "$0\r\n\r\n", .may),
        RedisCase("inline/integer", inline, .should, "EXISTS of a missing key is answered with :0") { trial in
            let line = try trial.line()
            line.send(raw: "EXISTS \(trial.key())\r\n")
            try line.expectReply(":0\r\n")
        },
        RedisCase("inline/empty-line", inline, .may, "an empty line is answered with nothing") { trial in
            let line = try trial.line()
            line.send(raw: "\r\nPING\r\n")
            try line.expectReply("+PONG\r\n")
            try line.expectNothingMore("an empty line is no command")
        },
        RedisCase("inline/pipeline", inline, .should, "several lines in one write are answered in their order") {
            trial in
            let line = try trial.line()
            line.send(raw: "ECHO 1\r\nECHO 2\r\nECHO 3\r\n")
            for number in 1...3 { try line.expectReply(bulk("\(number)")) }
        },
        RedisCase("inline/between-arrays", inline, .should, "lines and arrays may take turns") { trial in
            let line = try trial.line()
            line.send(raw: command("ECHO", "1") + Array("ECHO 2\r\n".utf8) + command("ECHO", "3"))
            for number in 1...3 { try line.expectReply(bulk("\(number)")) }
        },
        RedisCase(
            "inline/cut-at-every-byte", inline, .should, "a line that comes in two pieces, cut anywhere, is understood"
        ) { trial in
            let line = try trial.line()
            let bytes = Array("ECHO hello\r\n".utf8)
            for cut in 1..<bytes.count {
                line.send(raw: Array(bytes[..<cut]))
                Pause.short()
                line.send(raw: Array(bytes[cut...]))
                try line.expectReply(bulk("hello"), "cut behind byte \(cut): a stream has no borders of its own")
            }
        },
        RedisCase(
            "inline/unbalanced-quotes", inline, .may, "a quote without end is an error or the end of the connection"
        ) { trial in
            try RedisLimitCases.refuses(trial, Array("ECHO \"abc\r\n".utf8), "the quote has no end")
        },
        RedisCase(
            "inline/endless-line", inline, .may, "128 KiB without line end are an error or the end of the connection"
        ) { trial in
            try RedisLimitCases.refuses(
                trial, [UInt8](repeating: UInt8(ascii: "a"), count: 131_072), "a line must not grow without limit")
        },
        RedisCase(
            "inline/error", inline, .should, "an unknown word is answered with an error, and the connection goes on"
        ) { trial in
            let line = try trial.line()
            line.send(raw: "ROOKERY.NOSUCHCOMMAND\r\n")
            try line.expectError(nil, "there is no such command")
            try line.expect("ECHO", "alive", is: bulk("alive"))
        },
    ]
}
