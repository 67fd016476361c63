// Lengths that are none, and commands that are no arrays of bulk strings. The specification says what a client must send and leaves the
// server its ways to refuse the rest; so a case passes with an error, with the end of the connection, or with both, and fails when
// the server takes it for a command, answers anything else, or waits for more. What was refused must not be run.

enum RedisLimitCases {
    private static let sending = Spec.protocolSpec("Sending commands to a Redis server")
    private static let bulks = Spec.protocolSpec("Bulk strings")
    private static let arrays = Spec.protocolSpec("Arrays")
    private static let protocolError = "Redis answers -ERR Protocol error and closes"

    /// Sends something wrong and wants an error or the end.
    static func refuses(_ trial: RedisTrial, _ bytes: [UInt8], _ why: String) throws(CaseStop) {
        let line = try trial.line()
        line.send(raw: bytes)
        let expected = "an error, the end of the connection, or both"
        let value: WireValue
        do throws(CaseStop) {
            value = try line.reply(expected)
        } catch {
            // The end without a word is a way to refuse as well.
            guard case .failed(_, let came, _) = error else { throw error }
            if line.isEnded { return }
            throw .failed(expected: expected, came: came, why: why)
        }
        guard value.errorText != nil else { return try line.want(false, expected, value, why) }
    }

    private static func refusal(
        _ id: String, _ section: String, _ sentence: String, _ wire: String, _ level: ConformanceLevel = .should
    ) -> RedisCase {
        RedisCase("limit/\(id)", section, level, "\(sentence) is refused") { trial in
            try refuses(trial, Array(wire.utf8), "\(sentence) is no command: \(protocolError)")
            // The server must have survived.
            try trial.line().expect("PING", is: "+PONG\r\n", "one client's mistake must not end the server")
        }
    }

    static let all: [RedisCase] = refusals + borders + sizes

    private static let refusals: [RedisCase] = [
        refusal("array-length-letters", arrays, "an array whose length is letters", "*abc\r\n"),
        refusal("array-length-empty", arrays, "an array without length", "*\r\n$4\r\nPING\r\n"),
        refusal("array-length-space", arrays, "an array whose length has a space behind it", "*1 \r\n$4\r\nPING\r\n"),
        refusal("array-length-fraction", arrays, "an array of 1.5 elements", "*1.5\r\n$4\r\nPING\r\n"),
        refusal("array-length-over-32-bits", arrays, "an array of 2,147,483,648 elements", "*2147483648\r\n"),
        refusal(
            "array-length-over-64-bits", arrays, "an array of more than 2^64 elements", "*99999999999999999999\r\n"),
        refusal("array-length-hexadecimal", arrays, "an array of 0x1 elements", "*0x1\r\n$4\r\nPING\r\n"),
        refusal("bulk-length-negative", bulks, "an argument of length -1", "*1\r\n$-1\r\n"),
        refusal("bulk-length-minus-five", bulks, "an argument of length -5", "*1\r\n$-5\r\n"),
        refusal("bulk-length-letters", bulks, "an argument whose length is letters", "*1\r\n$abc\r\n"),
        refusal("bulk-length-empty", bulks, "an argument without length", "*1\r\n$\r\nPING\r\n"),
        refusal("bulk-length-mixed", bulks, "an argument of length 4x", "*1\r\n$4x\r\nPING\r\n"),
        refusal(
            "bulk-length-over-64-bits", bulks, "an argument of more than 2^64 bytes", "*1\r\n$99999999999999999999\r\n"),
        refusal("bulk-length-over-limit", bulks, "an argument of 1 TiB", "*1\r\n$1099511627776\r\n", .may),
        refusal("argument-integer", sending, "an integer as argument", "*1\r\n:5\r\n"),
        refusal("argument-simple", sending, "a simple string as argument", "*1\r\n+PING\r\n"),
        refusal("argument-array", sending, "an array as argument", "*1\r\n*1\r\n$4\r\nPING\r\n"),
        refusal("argument-null", sending, "a null as argument", "*1\r\n_\r\n"),
        refusal("argument-map", sending, "a map as argument", "*1\r\n%1\r\n$1\r\na\r\n$1\r\nb\r\n"),
        RedisCase("limit/array-header-endless", arrays, .should, "128 KiB of digits as length of an array are refused")
        { trial in
            try refuses(
                trial, Array("*".utf8) + [UInt8](repeating: UInt8(ascii: "1"), count: 131_072),
                "a length must not grow without limit")
        },
        RedisCase("limit/bulk-header-endless", bulks, .should, "128 KiB of digits as length of an argument are refused")
        { trial in
            try refuses(
                trial, Array("*1\r\n$".utf8) + [UInt8](repeating: UInt8(ascii: "1"), count: 131_072),
                "a length must not grow without limit")
        },
    ]

    private static let borders: [RedisCase] = [
        RedisCase("limit/nothing-runs-behind", sending, .should, "a command behind a broken one is not run") { trial in
            let (line, key) = (try trial.line(), trial.key())
            line.send(raw: Array("*1\r\n$-5\r\n".utf8) + command("SET", key, "wrong"))
            let first = try? line.reply("an error")
            guard first == nil || first?.errorText != nil else {
                throw CaseStop.skipped("the broken command was not refused")
            }
            // A server that goes on answers; one that ends the connection has read everything. Only then another connection asks.
            _ = try? line.reply("the end of the connection")
            try trial.line().expect(
                "EXISTS", key, is: ":0\r\n", "where one command ends is lost, and with it where the next one begins")
        },
        RedisCase("limit/broken-argument-is-not-run", sending, .should, "a command with a broken argument is not run") {
            trial in
            let (line, key) = (try trial.line(), trial.key())
            line.send(raw: "*3\r\n$3\r\nSET\r\n" + bulk(key) + "$x\r\nwrong\r\n")
            let first = try? line.reply("an error")
            guard first == nil || first?.errorText != nil else {
                throw CaseStop.skipped("the broken command was not refused")
            }
            try trial.line().expect("EXISTS", key, is: ":0\r\n", "a command that is not whole must not be run")
        },
        RedisCase(
            "limit/replies-before-error", sending, .should,
            "commands before a broken one are answered, then the error comes"
        ) { trial in
            let line = try trial.line()
            line.send(raw: command("ECHO", "1") + command("ECHO", "2") + Array("*1\r\n$abc\r\n".utf8))
            try line.expectReply(bulk("1"), "what came whole is answered")
            try line.expectReply(bulk("2"), "what came whole is answered")
            try line.expectError(nil, protocolError)
        },
        RedisCase(
            "limit/error-word", sending, .may, "a broken length is answered with -ERR and the end of the connection"
        ) { trial in
            let line = try trial.line()
            line.send(raw: "*1\r\n$abc\r\n")
            try line.expectError("ERR", protocolError)
            try line.expectEnd(protocolError)
        },
        RedisCase("limit/bulk-without-crlf", bulks, .may, "a bulk string without CRLF behind it is refused") { trial in
            try refuses(trial, Array("*1\r\n$4\r\nPINGxx".utf8), "a bulk string ends with a final CRLF")
        },
        RedisCase("limit/array-of-none", arrays, .may, "an array of no elements is answered with nothing") { trial in
            let line = try trial.line()
            line.send(raw: "*0\r\n")
            try line.expectNothingMore("there is no command in it")
        },
        RedisCase("limit/array-null", arrays, .may, "a null array is answered with nothing") { trial in
            let line = try trial.line()
            line.send(raw: "*-1\r\n")
            try line.expectNothingMore("there is no command in it")
        },
        RedisCase(
            "limit/huge-length-and-silence", bulks, .should,
            "an announced length of 400 MB alone does not take the server away from others"
        ) { trial in
            let line = try trial.line()
            line.send(raw: "*2\r\n$4\r\nECHO\r\n$400000000\r\n")
            for _ in 0..<5 { try trial.line().expect("PING", is: "+PONG\r\n", "another client is served meanwhile") }
        },
        RedisCase(
            "limit/half-a-command-and-silence", Spec.protocolSpec("Network layer"), .should,
            "a client that stops in the middle of a command does not hold up others"
        ) { trial in
            let line = try trial.line()
            line.send(raw: "*2\r\n$4\r\nECHO\r\n$10\r\n01234")
            for _ in 0..<5 { try trial.line().expect("PING", is: "+PONG\r\n", "another client is served meanwhile") }
            line.send(raw: "56789\r\n")
            try line.expectReply(bulk("0123456789"))
        },
    ]

    private static func size(_ bytes: Int, _ name: String) -> RedisCase {
        RedisCase("big/value-\(name)", bulks, "a value of \(bytes) bytes is stored and comes back as it was") { trial in
            let (line, key) = (try trial.line(), Array(trial.key().utf8))
            // No two parts of it are the same, so that a piece that is lost or repeated shows.
            var value: [UInt8] = []
            value.reserveCapacity(bytes + 8)
            var state: UInt64 = 0x9E37_79B9_7F4A_7C15
            while value.count < bytes {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                for shift in stride(from: UInt64(0), to: 64, by: 8) {
                    value.append(UInt8(truncatingIfNeeded: state >> shift))
                }
            }
            value.removeLast(value.count - bytes)
            let stored = try line.ask([Array("SET".utf8), key, value])
            if stored.errorText != nil { throw CaseStop.skipped("the server takes no value of \(bytes) bytes") }
            try line.expect(
                [Array("GET".utf8), key], is: Array("$\(bytes)\r\n".utf8) + value + [0x0D, 0x0A], "the value is another"
            )
            try line.expect("STRLEN", String(decoding: key, as: UTF8.self), is: ":\(bytes)\r\n")
        }
    }

    private static let sizes: [RedisCase] = [
        // About the buffers of 16, 32 and 64 KiB that servers like, and what a length of 16 bits cannot say.
        size(16_383, "16383"), size(16_384, "16384"), size(16_385, "16385"), size(32_767, "32767"),
        size(32_768, "32768"),
        size(32_769, "32769"), size(65_535, "65535"), size(65_536, "65536"), size(65_537, "65537"),
        size(1 << 20, "1-mib"),
        size(16 << 20, "16-mib"), size(64 << 20, "64-mib"),
        RedisCase("big/array-10000", arrays, "an array of 10,000 elements comes whole") { trial in
            let (line, key) = (try trial.line(), trial.key())
            let pushed = try line.ask((["RPUSH", key] + (0..<10_000).map { "\($0)" }).map { Array($0.utf8) })
            try line.want(pushed == .integer(10_000), ":10000", pushed, "a command may have 10,002 words")
            try line.expect("LRANGE", key, "0", "-1", is: "*10000\r\n" + (0..<10_000).map { bulk("\($0)") }.joined())
        },
        RedisCase("big/key-64-kib", bulks, "a key of 64 KiB is a key") { trial in
            let (line, key) = (try trial.line(), trial.key(String(repeating: "k", count: 65_536)))
            // How long a key may be is not said where the protocol is.
            try line.prepare("SET", key, "1")
            try line.expect("GET", key, is: bulk("1"))
        },
        RedisCase(
            "big/behind-a-big-one", Spec.protocolSpec("Multiple commands and pipelining"),
            "small commands around one of 1 MiB keep their places"
        ) { trial in
            let line = try trial.line()
            let text = String(repeating: "0123456789abcdef", count: 65_536)
            line.send(raw: command("ECHO", "1") + command("ECHO", text) + command("ECHO", "2"))
            try line.expectReply(bulk("1"))
            try line.expectReply(Array(bulk(text).utf8), bytesMax: 1 << 20)
            try line.expectReply(bulk("2"))
        },
        RedisCase(
            "big/slow-reader", Spec.protocolSpec("Network layer"), "16 MiB of replies that are read late come whole"
        ) { trial in
            let line = try trial.line()
            let text = String(repeating: "0123456789abcdef", count: 65_536)
            let key = trial.key()
            try line.prepare("SET", key, text)
            line.send(raw: (0..<16).flatMap { _ in command("GET", key) })
            Pause.long()
            for _ in 0..<16 { try line.expectReply(Array(bulk(text).utf8), bytesMax: 16 << 20) }
        },
    ]
}
