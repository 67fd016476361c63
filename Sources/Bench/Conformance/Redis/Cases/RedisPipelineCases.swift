// Many commands in one write, one command in many, and cuts at every byte: a stream has no borders of its own.

import EventLoop

enum RedisPipelineCases {
    private static let pipelining = Spec.protocolSpec("Multiple commands and pipelining")
    private static let network = Spec.protocolSpec("Network layer")

    /// A pipeline of different commands and its replies, as bytes.
    private static func mixture(_ key: String) -> (commands: [UInt8], replies: [String]) {
        (
            command("PING") + command("SET", key, "a\r\nb") + command("GET", key) + command("ROOKERY.NO")
                + command("EXISTS", key)
                + command("ECHO", "") + command("DEL", key),
            ["+PONG\r\n", "+OK\r\n", bulk("a\r\nb"), "", ":1\r\n", "$0\r\n\r\n", ":1\r\n"]
        )
    }

    /// Reads the replies to a mixture; `place` says what was done to it.
    private static func expect(_ replies: [String], _ line: RedisLine, _ place: String) throws(CaseStop) {
        for reply in replies {
            if reply.isEmpty {
                try line.expectError(nil, "\(place): the unknown command is answered with an error")
            } else {
                try line.expectReply(reply, "\(place): the replies come whole, in the order of the commands")
            }
        }
    }

    static let all: [RedisCase] = [
        RedisCase("pipeline/100-pings", pipelining, "100 commands in one write are answered with 100 replies") {
            trial in
            let line = try trial.line()
            line.send(raw: (0..<100).flatMap { _ in command("PING") })
            for _ in 0..<100 { try line.expectReply("+PONG\r\n") }
            try line.expectNothingMore("there were 100 commands")
        },
        RedisCase("pipeline/10000-in-order", pipelining, "10,000 commands in one write are answered in their order") {
            trial in
            let line = try trial.line()
            line.send(raw: (0..<10_000).flatMap { command("ECHO", "\($0)") })
            for number in 0..<10_000 {
                try line.expectReply(bulk("\(number)"), "replies come in the order of the commands")
            }
        },
        RedisCase(
            "pipeline/both-ways-full", pipelining,
            "64 MiB of commands whose replies are read meanwhile are all answered"
        ) { trial in
            let line = try trial.line()
            let text = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
            let wire = Array("$65536\r\n".utf8) + text + [0x0D, 0x0A]
            let one = WireText.command([Array("ECHO".utf8), text])
            for _ in 0..<32 {
                line.send(raw: (0..<32).flatMap { _ in one })
                for _ in 0..<32 { try line.expectReply(wire, bytesMax: 2 << 20) }
            }
        },
        RedisCase(
            "pipeline/errors-in-place", pipelining, "an error in a pipeline takes the place of its reply and no other"
        ) { trial in
            let line = try trial.line()
            line.send(
                raw: command("ECHO", "1") + command("ROOKERY.NO") + command("ECHO", "2") + command("GET")
                    + command("ECHO", "3"))
            try line.expectReply(bulk("1"))
            try line.expectError(nil, "there is no such command")
            try line.expectReply(bulk("2"))
            try line.expectError(nil, "GET takes one argument")
            try line.expectReply(bulk("3"))
        },
        RedisCase(
            "pipeline/cut-in-two", network,
            "a pipeline that comes in two pieces, cut at every byte, is answered the same"
        ) { trial in
            let line = try trial.line()
            let (bytes, replies) = mixture(trial.key())
            for cut in 1..<bytes.count {
                line.send(raw: Array(bytes[..<cut]))
                Pause.short()
                line.send(raw: Array(bytes[cut...]))
                try expect(replies, line, "cut behind byte \(cut)")
            }
        },
        RedisCase("pipeline/cut-in-three", network, "a pipeline that comes in three pieces is answered the same") {
            trial in
            let line = try trial.line()
            let (bytes, replies) = mixture(trial.key())
            for cut in stride(from: 1, to: bytes.count - 7, by: 5) {
                line.send(raw: Array(bytes[..<cut]))
                Pause.short()
                line.send(raw: Array(bytes[cut..<(cut + 1 + cut % 7)]))
                Pause.short()
                line.send(raw: Array(bytes[(cut + 1 + cut % 7)...]))
                try expect(replies, line, "cut behind bytes \(cut) and \(cut + 1 + cut % 7)")
            }
        },
        RedisCase("pipeline/byte-by-byte", network, "a pipeline that comes byte by byte is answered the same") {
            trial in
            let line = try trial.line()
            let (bytes, replies) = mixture(trial.key())
            line.send(bytes, pieceBytes: 1, pauseMilliseconds: 1)
            try expect(replies, line, "byte by byte")
        },
        RedisCase(
            "pipeline/byte-by-byte-resp3", network, "in RESP3 a pipeline that comes byte by byte is answered the same"
        ) { trial in
            let line = try trial.line(.three)
            let (bytes, replies) = mixture(trial.key())
            line.send(bytes, pieceBytes: 1, pauseMilliseconds: 1)
            try expect(replies, line, "byte by byte")
        },
        RedisCase(
            "pipeline/first-reply-before-rest", network, .should,
            "a whole command is answered while the next one has only begun"
        ) { trial in
            let line = try trial.line()
            let next = command("ECHO", "next")
            line.send(raw: command("ECHO", "first") + next[..<9])
            try line.expectReply(bulk("first"), "a command that came whole does not wait for the next one")
            line.send(raw: Array(next[9...]))
            try line.expectReply(bulk("next"))
        },
        RedisCase(
            "pipeline/slow-command", network,
            "a command that pauses in the middle of a string is answered when it is whole"
        ) { trial in
            let line = try trial.line()
            let bytes = command("ECHO", "0123456789")
            line.send(raw: Array(bytes[..<(bytes.count - 6)]))
            Threads.sleep(milliseconds: 200)
            line.send(raw: Array(bytes[(bytes.count - 6)...]))
            try line.expectReply(bulk("0123456789"))
        },
        RedisCase(
            "pipeline/half-a-command-and-close", network,
            "a command cut off by the end of its connection is not run, and others go on"
        ) { trial in
            let (line, key) = (try trial.line(), trial.key())
            try line.expect("ECHO", "x", is: bulk("x"))
            line.send(raw: Array(command("SET", key, "wrong").dropLast(3)))
            line.endSending()
            try line.expectEnd("the client has ended its direction")
            try trial.line().expect("EXISTS", key, is: ":0\r\n", "the command did not come whole")
        },
        RedisCase(
            "pipeline/two-connections", Spec.protocolSpec("Request-Response model"),
            "pipelines of two connections do not mix their replies"
        ) { trial in
            let (one, two) = (try trial.line(), try trial.line())
            for round in 0..<50 {
                one.send(raw: (0..<20).flatMap { command("ECHO", "one-\(round)-\($0)") })
                two.send(raw: (0..<20).flatMap { command("ECHO", "two-\(round)-\($0)") })
                for number in 0..<20 { try one.expectReply(bulk("one-\(round)-\(number)")) }
                for number in 0..<20 { try two.expectReply(bulk("two-\(round)-\(number)")) }
            }
        },
        RedisCase(
            "pipeline/blocking-holds", pipelining,
            "a blocking command holds back the replies behind it, not their order"
        ) { trial in
            let line = try trial.line()
            line.send(raw: command("ECHO", "1") + command("BLPOP", trial.key(), "0.1") + command("ECHO", "2"))
            try line.expectReply(bulk("1"))
            let value = try line.reply("null")
            try line.skipIfRefused(value)
            try line.want(value.isNull, "null", value, "the list is empty until the time is over")
            try line.expectReply(bulk("2"))
        },
    ]
}
