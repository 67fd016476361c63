// Pushes that no subscription asked for: invalidations of client side caching, which Redis sends in between.

enum RedisPushCases {
    private static let tracking = Spec.guide("Client-side caching")
    private static let pushes = Spec.protocolSpec("Pushes")

    /// A connection that tracks the keys it reads, with one key read, and one that can change it.
    private static func tracked(_ trial: RedisTrial, _ options: String...) throws(CaseStop) -> (
        reader: RedisLine, writer: RedisLine, key: String
    ) {
        let (reader, writer, key) = (try trial.line(.three), try trial.line(), trial.key())
        try writer.prepare("SET", key, "1")
        let words = ["CLIENT", "TRACKING", "ON"] + options
        if let text = try reader.ask(words.map { Array($0.utf8) }).errorText {
            throw .skipped("CLIENT TRACKING: \(String(decoding: text, as: UTF8.self))")
        }
        _ = try reader.ask("GET", key)
        return (reader, writer, key)
    }

    static let all: [RedisCase] = [
        RedisCase(
            "push/invalidate", tracking,
            "a change of a key that was read is told with a push of invalidate and an array of the key"
        ) { trial in
            let (reader, writer, key) = try tracked(trial)
            try writer.prepare("SET", key, "2")
            try reader.expectPush(">2\r\n" + bulk("invalidate") + "*1\r\n" + bulk(key))
        },
        RedisCase("push/invalidate-once", tracking, "an invalidation comes once for each read") { trial in
            let (reader, writer, key) = try tracked(trial)
            try writer.prepare("SET", key, "2")
            _ = try reader.pushItem("an invalidation")
            try writer.prepare("SET", key, "3")
            try reader.expectNothingMore("the key was not read again since it was invalidated")
        },
        RedisCase("push/invalidate-own", tracking, "the change of a key by its reader is told, too") { trial in
            let (reader, _, key) = try tracked(trial)
            let reply = try reader.ask("SET", key, "2")
            try reader.want(reply == .simple(Array("OK".utf8)), "+OK", reply, "the reply is that of SET")
            _ = try reader.pushItem("an invalidation")
        },
        RedisCase("push/noloop", tracking, "with NOLOOP the reader's own change is not told") { trial in
            let (reader, _, key) = try tracked(trial, "NOLOOP")
            _ = try reader.ask("SET", key, "2")
            try reader.expectNothingMore("NOLOOP was asked for")
        },
        RedisCase("push/broadcast", tracking, "with BCAST each change under the prefix is told, read or not") { trial in
            let (reader, writer, key) = try tracked(trial, "BCAST", "PREFIX", trial.name(""))
            try writer.prepare("SET", key, "2")
            try reader.expectPush(">2\r\n" + bulk("invalidate") + "*1\r\n" + bulk(key))
        },
        RedisCase("push/off", tracking, "after CLIENT TRACKING OFF nothing is told") { trial in
            let (reader, writer, key) = try tracked(trial)
            try reader.prepare("CLIENT", "TRACKING", "OFF")
            try writer.prepare("SET", key, "2")
            try reader.expectNothingMore("tracking is off")
        },
        RedisCase("push/between-replies", pushes, "pushes stand before and behind replies, never inside them") {
            trial in
            let (reader, writer, key) = try tracked(trial)
            let list = trial.key("list")
            let words = ["RPUSH", list] + (0..<500).map { "\($0)" }
            if try writer.ask(words.map { Array($0.utf8) }).errorText != nil {
                throw CaseStop.skipped("RPUSH is refused")
            }
            let wire = "*500\r\n" + (0..<500).map { bulk("\($0)") }.joined()
            for number in 0..<50 {
                reader.send(raw: command("GET", key) + command("LRANGE", list, "0", "-1"))
                writer.send("SET", key, "\(number)")
                let value = try reader.reply("the value of the key")
                if case .bulk = value {
                } else {
                    try reader.want(false, "a bulk string", value, "the first reply is that of GET")
                }
                try reader.expectReply(wire, "a push must not be inside the reply of LRANGE")
            }
        },
        RedisCase(
            "push/inside-exec", pushes,
            "an invalidation by a transaction of its reader stands before or behind the array of EXEC"
        ) { trial in
            let (reader, _, key) = try tracked(trial)
            try reader.prepare("MULTI")
            for words in [["ECHO", "1"], ["SET", key, "2"], ["ECHO", "2"]] {
                _ = try reader.ask(words.map { Array($0.utf8) })
            }
            reader.send("EXEC")
            try reader.expectReply(
                "*3\r\n" + bulk("1") + "+OK\r\n" + bulk("2"),
                "pushed data may precede or follow any type but never be inside")
            _ = try reader.pushItem("an invalidation")
        },
        RedisCase("push/first-element", Spec.resp3("Push type"), "the first element of a push is a string: its kind") {
            trial in
            let (reader, writer, key) = try tracked(trial)
            try writer.prepare("SET", key, "2")
            let (value, _) = try reader.pushItem("an invalidation")
            try reader.want(
                value.elements?.first?.text.map { !$0.isEmpty } ?? false, "a push that begins with a string", value,
                "the first element states the type of the out of band data")
        },
        RedisCase(
            "push/not-in-resp2", Spec.command("CLIENT TRACKING"), .should,
            "CLIENT TRACKING in RESP2 sends no push into the connection"
        ) { trial in
            let (reader, writer, key) = (try trial.line(), try trial.line(), trial.key())
            try writer.prepare("SET", key, "1")
            try reader.prepare("CLIENT", "TRACKING", "ON")
            _ = try reader.ask("GET", key)
            try writer.prepare("SET", key, "2")
            try reader.expectNothingMore("RESP2 has no pushes")
        },
    ]
}
