// MULTI, EXEC, DISCARD and WATCH, as far as a client sees them on the wire.

enum RedisTransactionCases {
    private static let guide = Spec.guide("Transactions")

    /// MULTI was said and confirmed.
    private static func begun(_ trial: RedisTrial, _ version: RESPVersion = .two) throws(CaseStop) -> RedisLine {
        let line = try trial.line(version)
        try line.prepare("MULTI")
        return line
    }

    static let all: [RedisCase] = [
        RedisCase("multi/ok", Spec.command("MULTI"), "MULTI is answered with +OK") {
            try $0.line().expect("MULTI", is: "+OK\r\n")
        },
        RedisCase("multi/queued", guide, "a command inside MULTI is answered with +QUEUED") {
            try begun($0).expect("SET", $0.key(), "1", is: "+QUEUED\r\n", "inside MULTI commands are queued, not run")
        },
        RedisCase(
            "multi/exec-array", Spec.command("EXEC"), "EXEC is answered with an array of the replies in their order"
        ) { trial in
            let (line, key) = (try begun(trial), trial.key())
            for words in [["SET", key, "5"], ["INCR", key], ["GET", key], ["LRANGE", trial.key("l"), "0", "-1"]] {
                _ = try line.ask(words.map { Array($0.utf8) })
            }
            try line.expect("EXEC", is: "*4\r\n+OK\r\n:6\r\n" + bulk("6") + "*0\r\n")
        },
        RedisCase("multi/exec-empty", Spec.command("EXEC"), "EXEC of no commands is *0") {
            try begun($0).expect("EXEC", is: "*0\r\n")
        },
        RedisCase("multi/exec-in-resp3", Spec.protocolSpec("Maps"), "in RESP3 the replies inside EXEC are of RESP3") {
            trial in
            let (line, key) = (try begun(trial, .three), trial.key())
            _ = try line.ask("HSET", key, "f", "1")
            _ = try line.ask("HGETALL", key)
            try line.expect("EXEC", is: "*2\r\n:1\r\n%1\r\n" + bulk("f") + bulk("1"))
        },
        RedisCase(
            "multi/in-a-pipeline", Spec.protocolSpec("Multiple commands and pipelining"),
            "a transaction in one write is answered like one in many"
        ) { trial in
            let (line, key) = (try trial.line(), trial.key())
            line.send(
                raw: command("MULTI") + command("INCR", key) + command("INCR", key) + command("EXEC")
                    + command("GET", key))
            for reply in ["+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "*2\r\n:1\r\n:2\r\n", bulk("2")] {
                try line.expectReply(reply)
            }
        },
        RedisCase("multi/not-run-before-exec", guide, "others see nothing of a transaction before EXEC") { trial in
            let (line, key) = (try begun(trial), trial.key())
            _ = try line.ask("SET", key, "1")
            try trial.line().expect("EXISTS", key, is: ":0\r\n", "commands are queued until EXEC")
        },
        RedisCase("multi/discard", Spec.command("DISCARD"), "DISCARD is answered with +OK, and nothing is run") {
            trial in
            let (line, key) = (try begun(trial), trial.key())
            _ = try line.ask("SET", key, "1")
            try line.expect("DISCARD", is: "+OK\r\n")
            try line.expect("EXISTS", key, is: ":0\r\n", "the queue was flushed")
        },
        RedisCase("multi/nested", Spec.command("MULTI"), .should, "MULTI inside MULTI is an error") { trial in
            let line = try begun(trial)
            line.send("MULTI")
            try line.expectError("ERR", "MULTI calls can not be nested")
        },
        RedisCase(
            "multi/execabort", guide,
            "after an error while queueing EXEC is answered with -EXECABORT, and nothing is run"
        ) { trial in
            let (line, key) = (try begun(trial), trial.key())
            _ = try line.ask("SET", key, "1")
            line.send("ROOKERY.NOSUCHCOMMAND")
            try line.expectError(nil, "there is no such command")
            line.send("EXEC")
            try line.expectError("EXECABORT", "the server refuses a transaction with an error while queueing")
            try line.expect("EXISTS", key, is: ":0\r\n", "the transaction was discarded")
        },
        RedisCase(
            "multi/error-inside", guide, "an error of one command stands in its place inside EXEC, the others are run"
        ) { trial in
            let (line, key) = (try begun(trial), trial.key())
            for words in [["SET", key, "x"], ["INCR", key], ["APPEND", key, "y"]] {
                _ = try line.ask(words.map { Array($0.utf8) })
            }
            line.send("EXEC")
            let value = try line.reply("an array of three")
            let parts = value.elements ?? []
            try line.want(
                parts.count == 3 && parts[1].errorText != nil && parts[2] == .integer(2),
                "an array of +OK, an error and :2", value,
                "even when a command fails, all the other commands in the queue are processed")
        },
        RedisCase("multi/watch-aborts", Spec.command("WATCH"), "EXEC after a change of a watched key is a null array") {
            trial in
            let (line, key) = (try trial.line(), trial.key())
            try line.prepare("WATCH", key)
            try trial.line().prepare("SET", key, "other")
            line.send(raw: command("MULTI") + command("SET", key, "mine"))
            try line.skipIfRefused(line.reply("+OK"))
            try line.skipIfRefused(line.reply("+QUEUED"))
            try line.expect("EXEC", is: "*-1\r\n", "a transaction that was aborted is null, not an empty array")
            try line.expect("GET", key, is: bulk("other"), "nothing of it was run")
        },
        RedisCase(
            "multi/watch-aborts-resp3", Spec.protocolSpec("Nulls"), "in RESP3 EXEC after a change of a watched key is _"
        ) { trial in
            let (line, key) = (try trial.line(.three), trial.key())
            try line.prepare("WATCH", key)
            try trial.line().prepare("SET", key, "other")
            line.send(raw: command("MULTI") + command("SET", key, "mine"))
            try line.skipIfRefused(line.reply("+OK"))
            try line.skipIfRefused(line.reply("+QUEUED"))
            try line.expect("EXEC", is: "_\r\n", "RESP3 has one null")
        },
        RedisCase("multi/watch-unchanged", Spec.command("WATCH"), "EXEC runs when no watched key was changed") {
            trial in
            let (line, key) = (try trial.line(), trial.key())
            try line.prepare("WATCH", key)
            line.send(raw: command("MULTI") + command("SET", key, "mine"))
            try line.skipIfRefused(line.reply("+OK"))
            try line.skipIfRefused(line.reply("+QUEUED"))
            try line.expect("EXEC", is: "*1\r\n+OK\r\n")
        },
        RedisCase("multi/unwatch", Spec.command("UNWATCH"), "after UNWATCH a change of the key aborts nothing") {
            trial in
            let (line, key) = (try trial.line(), trial.key())
            try line.prepare("WATCH", key)
            try line.expect("UNWATCH", is: "+OK\r\n")
            try trial.line().prepare("SET", key, "other")
            line.send(raw: command("MULTI") + command("SET", key, "mine"))
            try line.skipIfRefused(line.reply("+OK"))
            try line.skipIfRefused(line.reply("+QUEUED"))
            try line.expect("EXEC", is: "*1\r\n+OK\r\n")
        },
        RedisCase("multi/watch-inside", Spec.command("WATCH"), .should, "WATCH inside MULTI is an error") { trial in
            let line = try begun(trial)
            line.send("WATCH", trial.key())
            try line.expectError("ERR", "WATCH inside MULTI is not allowed")
        },
        RedisCase("multi/closed-is-discarded", guide, "the end of the connection discards a transaction") { trial in
            let (line, key) = (try begun(trial), trial.key())
            _ = try line.ask("SET", key, "1")
            line.endSending()
            try line.expectEnd("the client has ended its direction")
            try trial.line().expect("EXISTS", key, is: ":0\r\n", "without EXEC none of the operations are performed")
        },
    ]
}
