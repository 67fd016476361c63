// Pub/Sub in both protocols: confirmations, messages of channels, patterns and shard channels, and what a subscribed connection may do.
// In RESP2 all of it are arrays, in RESP3 pushes; the elements are the same.

enum RedisPubSubCases {
    private static let pubSub = Spec.guide("Pub/Sub")
    private static let pushes = Spec.protocolSpec("Pushes")

    static let all: [RedisCase] = both(.two) + both(.three) + onlyTwo + onlyThree + counts

    /// One of the things that a subscriber is told, as an array; `expectMessage` makes a push of it in RESP3.
    private static func told(_ kind: String, _ name: String, _ count: Int) -> String {
        "*3\r\n" + bulk(kind) + bulk(name) + ":\(count)\r\n"
    }

    private static func message(_ channel: String, _ payload: String) -> String {
        "*3\r\n" + bulk("message") + bulk(channel) + bulk(payload)
    }

    private static func patternMessage(_ pattern: String, _ channel: String, _ payload: String) -> String {
        "*4\r\n" + bulk("pmessage") + bulk(pattern) + bulk(channel) + bulk(payload)
    }

    /// A connection that is subscribed, and one that publishes. What is wrong with the confirmation is for another case to say.
    private static func pair(
        _ trial: RedisTrial, _ version: RESPVersion, _ words: String...
    ) throws(CaseStop) -> (subscriber: RedisLine, publisher: RedisLine) {
        let subscriber = try trial.line(version)
        subscriber.send(words.map { Array($0.utf8) })
        for _ in words.dropFirst() {
            let item = try subscriber.item("a confirmation of \(words[0])")
            try subscriber.skipIfRefused(item.value)
        }
        return (subscriber, try trial.line())
    }

    private static func both(_ version: RESPVersion) -> [RedisCase] { confirmations(version) + messages(version) }

    private static func confirmations(_ version: RESPVersion) -> [RedisCase] {
        let group = "pubsub\(version.rawValue)", form = version == .two ? "an array" : "a push"
        let rule = version == .two ? pubSub : pushes
        return [
            RedisCase("\(group)/subscribe", rule, "SUBSCRIBE is confirmed with \(form) of subscribe, the channel and 1")
            { trial in
                let (line, channel) = (try trial.line(version), trial.name("channel"))
                line.send("SUBSCRIBE", channel)
                try line.expectMessage(version, told("subscribe", channel, 1))
            },
            RedisCase(
                "\(group)/subscribe-several", pubSub,
                "each channel of one SUBSCRIBE is confirmed on its own, with a count that grows"
            ) { trial in
                let (line, one, two, three) = (
                    try trial.line(version), trial.name("1"), trial.name("2"), trial.name("3")
                )
                line.send("SUBSCRIBE", one, two, three)
                for (index, name) in [one, two, three].enumerated() {
                    try line.expectMessage(version, told("subscribe", name, index + 1))
                }
            },
            RedisCase(
                "\(group)/subscribe-twice", pubSub, "a second SUBSCRIBE of a channel is confirmed, the count stays"
            ) { trial in
                let (line, channel) = (try trial.line(version), trial.name("channel"))
                for _ in 0..<2 {
                    line.send("SUBSCRIBE", channel)
                    try line.expectMessage(version, told("subscribe", channel, 1))
                }
            },
            RedisCase(
                "\(group)/unsubscribe", rule, "UNSUBSCRIBE is confirmed with \(form) of unsubscribe, the channel and 0"
            ) { trial in
                let (line, _) = try pair(trial, version, "SUBSCRIBE", trial.name("channel"))
                line.send("UNSUBSCRIBE", trial.name("channel"))
                try line.expectMessage(version, told("unsubscribe", trial.name("channel"), 0))
            },
            RedisCase(
                "\(group)/unsubscribe-all", Spec.command("UNSUBSCRIBE"),
                "UNSUBSCRIBE without channels confirms each of them, down to 0"
            ) { trial in
                let (line, _) = try pair(trial, version, "SUBSCRIBE", trial.name("1"), trial.name("2"))
                line.send("UNSUBSCRIBE")
                var left: Set<String> = [trial.name("1"), trial.name("2")]
                for count in [1, 0] {
                    let (value, bytes) =
                        version == .two ? try line.replyItem("a confirmation") : try line.pushItem("a confirmation")
                    try line.skipIfRefused(value)
                    let parts = value.elements ?? []
                    let name = parts.count == 3 ? parts[1].text.map { String(decoding: $0, as: UTF8.self) } : nil
                    guard let name, left.remove(name) != nil, parts[2] == .integer(Int64(count)) else {
                        throw CaseStop.failed(
                            expected: "unsubscribe, one of the channels, \(count)", came: WireText.escaped(bytes),
                            why: "each channel is confirmed on its own, in any order")
                    }
                }
            },
            RedisCase(
                "\(group)/unsubscribe-none", Spec.command("UNSUBSCRIBE"), .should,
                "UNSUBSCRIBE without any subscription is confirmed with null and 0"
            ) { trial in
                let line = try trial.line(version)
                line.send("UNSUBSCRIBE")
                let null = version == .two ? "$-1\r\n" : "_\r\n"
                try line.expectMessage(version, "*3\r\n" + bulk("unsubscribe") + null + ":0\r\n")
            },
            RedisCase(
                "\(group)/unsubscribe-other", Spec.command("UNSUBSCRIBE"), .should,
                "UNSUBSCRIBE of a channel that is not subscribed to is confirmed"
            ) { trial in
                let line = try trial.line(version)
                line.send("UNSUBSCRIBE", trial.name("channel"))
                try line.expectMessage(version, told("unsubscribe", trial.name("channel"), 0))
            },
            RedisCase(
                "\(group)/psubscribe", rule, "PSUBSCRIBE is confirmed with \(form) of psubscribe, the pattern and 1"
            ) { trial in
                let (line, pattern) = (try trial.line(version), trial.name("*"))
                line.send("PSUBSCRIBE", pattern)
                try line.expectMessage(version, told("psubscribe", pattern, 1))
            },
            RedisCase(
                "\(group)/punsubscribe", rule,
                "PUNSUBSCRIBE is confirmed with \(form) of punsubscribe, the pattern and 0"
            ) { trial in
                let (line, _) = try pair(trial, version, "PSUBSCRIBE", trial.name("*"))
                line.send("PUNSUBSCRIBE", trial.name("*"))
                try line.expectMessage(version, told("punsubscribe", trial.name("*"), 0))
            },
            RedisCase(
                "\(group)/count-of-both", pubSub, "the count of a confirmation counts channels and patterns together"
            ) { trial in
                let (line, _) = try pair(trial, version, "SUBSCRIBE", trial.name("channel"))
                line.send("PSUBSCRIBE", trial.name("*"))
                try line.expectMessage(version, told("psubscribe", trial.name("*"), 2))
            },
            RedisCase(
                "\(group)/ssubscribe", Spec.command("SSUBSCRIBE"),
                "SSUBSCRIBE is confirmed with \(form) of ssubscribe, the shard channel and 1"
            ) { trial in
                let (line, channel) = (try trial.line(version), trial.name("shard"))
                line.send("SSUBSCRIBE", channel)
                try line.expectMessage(version, told("ssubscribe", channel, 1))
            },
            RedisCase(
                "\(group)/sunsubscribe", Spec.command("SUNSUBSCRIBE"),
                "SUNSUBSCRIBE is confirmed with \(form) of sunsubscribe, the shard channel and 0"
            ) { trial in
                let (line, _) = try pair(trial, version, "SSUBSCRIBE", trial.name("shard"))
                line.send("SUNSUBSCRIBE", trial.name("shard"))
                try line.expectMessage(version, told("sunsubscribe", trial.name("shard"), 0))
            },
            RedisCase(
                "\(group)/subscribe-cut-at-every-byte", Spec.protocolSpec("Network layer"),
                "SUBSCRIBE that comes in two pieces, cut anywhere, is confirmed"
            ) { trial in
                let line = try trial.line(version)
                let channel = trial.name("c")
                let bytes = command("SUBSCRIBE", channel)
                for cut in 1..<bytes.count {
                    line.send(raw: Array(bytes[..<cut]))
                    Pause.short()
                    line.send(raw: Array(bytes[cut...]))
                    let item = try line.item("a confirmation, cut behind byte \(cut)")
                    try line.want(
                        item.value.elements?.count == 3, "a confirmation, cut behind byte \(cut)", item.value,
                        "a stream has no borders of its own")
                }
            },
        ]
    }

    private static func messages(_ version: RESPVersion) -> [RedisCase] {
        let group = "pubsub\(version.rawValue)", form = version == .two ? "an array" : "a push"
        let rule = version == .two ? pubSub : pushes
        return [
            RedisCase("\(group)/message", rule, "a message is \(form) of message, the channel and the payload") {
                trial in
                let channel = trial.name("channel")
                let (line, publisher) = try pair(trial, version, "SUBSCRIBE", channel)
                try publisher.prepare("PUBLISH", channel, "hello")
                try line.expectMessage(version, message(channel, "hello"))
            },
            RedisCase("\(group)/message-empty", pubSub, "an empty payload arrives as an empty bulk string") { trial in
                let channel = trial.name("channel")
                let (line, publisher) = try pair(trial, version, "SUBSCRIBE", channel)
                try publisher.prepare("PUBLISH", channel, "")
                try line.expectMessage(version, message(channel, ""))
            },
            RedisCase("\(group)/message-like-resp", pubSub, "a payload of CRLF and type bytes arrives as it was") {
                trial in
                let channel = trial.name("channel"), payload = "\r\n>3\r\n$7\r\nmessage\r\n\u{0}"
                let (line, publisher) = try pair(trial, version, "SUBSCRIBE", channel)
                try publisher.prepare("PUBLISH", channel, payload)
                try line.expectMessage(version, message(channel, payload))
            },
            RedisCase("\(group)/message-1-mib", pubSub, "a payload of 1 MiB arrives whole") { trial in
                let channel = trial.name("channel"), payload = String(repeating: "0123456789abcdef", count: 65_536)
                let (line, publisher) = try pair(trial, version, "SUBSCRIBE", channel)
                try publisher.prepare("PUBLISH", channel, payload)
                try line.expectMessage(version, message(channel, payload))
            },
            RedisCase("\(group)/order", pubSub, "1,000 messages of one publisher arrive in their order, each once") {
                trial in
                let channel = trial.name("channel")
                let (line, publisher) = try pair(trial, version, "SUBSCRIBE", channel)
                publisher.send(raw: (0..<1_000).flatMap { command("PUBLISH", channel, "\($0)") })
                try publisher.skipIfRefused(publisher.reply("the number of receivers"))
                for number in 0..<1_000 { try line.expectMessage(version, message(channel, "\(number)")) }
            },
            RedisCase(
                "\(group)/pmessage", rule, "a message of a pattern is \(form) of pmessage, pattern, channel and payload"
            ) { trial in
                let pattern = trial.name("ch*"), channel = trial.name("channel")
                let (line, publisher) = try pair(trial, version, "PSUBSCRIBE", pattern)
                try publisher.prepare("PUBLISH", channel, "hello")
                try line.expectMessage(version, patternMessage(pattern, channel, "hello"))
            },
            RedisCase(
                "\(group)/pattern-question-mark", Spec.command("PSUBSCRIBE"),
                "? in a pattern stands for one character, * for any, [ab] for one of a set"
            ) { trial in
                let line = try trial.line(version)
                let publisher = try trial.line()
                for (pattern, hit, miss) in [("h?llo", "hxllo", "hllo"), ("g[ae]llo", "gallo", "gillo")] {
                    let (pattern, hit, miss) = (trial.name(pattern), trial.name(hit), trial.name(miss))
                    line.send("PSUBSCRIBE", pattern)
                    try line.skipIfRefused(line.item("a confirmation").value)
                    try publisher.prepare("PUBLISH", miss, "no")
                    try publisher.prepare("PUBLISH", hit, "yes")
                    try line.expectMessage(
                        version, patternMessage(pattern, hit, "yes"), "only what matches the pattern is delivered")
                }
            },
            RedisCase(
                "\(group)/channel-and-pattern", pubSub,
                "who has the channel and a pattern of it gets a message and a pmessage"
            ) { trial in
                let channel = trial.name("channel"), pattern = trial.name("*")
                let (line, publisher) = try pair(trial, version, "SUBSCRIBE", channel)
                line.send("PSUBSCRIBE", pattern)
                try line.skipIfRefused(line.item("a confirmation").value)
                try publisher.prepare("PUBLISH", channel, "hello")
                var left = [message(channel, "hello"), patternMessage(pattern, channel, "hello")]
                if version == .three { left = left.map { ">" + $0.dropFirst() } }
                for _ in 0..<2 {
                    let item = try line.item("a message and a pmessage")
                    guard let place = left.firstIndex(where: { item.bytes.elementsEqual($0.utf8) }) else {
                        throw CaseStop.failed(
                            expected: "a message and a pmessage", came: WireText.escaped(item.bytes),
                            why: "a message is delivered once for each subscription that matches")
                    }
                    left.remove(at: place)
                }
            },
            RedisCase(
                "\(group)/smessage", Spec.command("SPUBLISH"),
                "a message of a shard channel is \(form) of smessage, the channel and the payload"
            ) { trial in
                let channel = trial.name("shard")
                let (line, publisher) = try pair(trial, version, "SSUBSCRIBE", channel)
                try publisher.prepare("SPUBLISH", channel, "hello")
                try line.expectMessage(version, "*3\r\n" + bulk("smessage") + bulk(channel) + bulk("hello"))
            },
            RedisCase("\(group)/shard-is-apart", pubSub, "PUBLISH does not reach a shard channel of the same name") {
                trial in
                let channel = trial.name("both")
                let (line, publisher) = try pair(trial, version, "SSUBSCRIBE", channel)
                try publisher.prepare("PUBLISH", channel, "wrong")
                try publisher.prepare("SPUBLISH", channel, "right")
                try line.expectMessage(
                    version, "*3\r\n" + bulk("smessage") + bulk(channel) + bulk("right"),
                    "shard channels have names of their own")
            },
            RedisCase(
                "\(group)/no-more-after-unsubscribe", pubSub, "after the confirmation of UNSUBSCRIBE no message comes"
            ) { trial in
                let channel = trial.name("channel")
                let (line, publisher) = try pair(trial, version, "SUBSCRIBE", channel)
                line.send("UNSUBSCRIBE", channel)
                try line.skipIfRefused(line.item("a confirmation").value)
                try publisher.prepare("PUBLISH", channel, "late")
                try line.expectNothingMore("the channel was given up")
            },
            RedisCase("\(group)/binary-name", pubSub, "the name of a channel may be any bytes") { trial in
                let name = Array(trial.name("").utf8) + [0x00, 0x0D, 0x0A, 0xFF]
                let line = try trial.line(version)
                line.send([Array("SUBSCRIBE".utf8), name])
                let item = try line.item("a confirmation")
                try line.want(
                    item.value.elements.map { $0.count == 3 && $0[1] == .bulk(name) } ?? false,
                    "a confirmation with \(WireText.escaped(name))", item.value, "names are binary-safe strings")
            },
            RedisCase(
                "\(group)/transaction", Spec.guide("Transactions"),
                "messages published in a transaction arrive in their order"
            ) { trial in
                let channel = trial.name("channel")
                let (line, publisher) = try pair(trial, version, "SUBSCRIBE", channel)
                publisher.send(
                    raw: command("MULTI") + command("PUBLISH", channel, "1") + command("PUBLISH", channel, "2")
                        + command("EXEC"))
                try publisher.skipIfRefused(publisher.reply("+OK"))
                for _ in 0..<2 { try publisher.skipIfRefused(publisher.reply("+QUEUED")) }
                try publisher.skipIfRefused(publisher.reply("an array of two counts"))
                try line.expectMessage(version, message(channel, "1"))
                try line.expectMessage(version, message(channel, "2"))
            },
        ]
    }

    private static let onlyTwo: [RedisCase] = [
        RedisCase(
            "pubsub2/other-commands-refused", pubSub, "a subscribed connection of RESP2 is refused other commands"
        ) { trial in
            let (line, _) = try pair(trial, .two, "SUBSCRIBE", trial.name("channel"))
            line.send("GET", trial.key())
            try line.expectError(
                nil,
                "a subscribed client of RESP2 should not issue other commands: the server cannot answer them apart from messages"
            )
        },
        RedisCase(
            "pubsub2/ping", Spec.command("PING"),
            "PING in a subscribed connection of RESP2 is answered with an array of pong and an empty string"
        ) { trial in
            let (line, _) = try pair(trial, .two, "SUBSCRIBE", trial.name("channel"))
            try line.expect("PING", is: "*2\r\n" + bulk("pong") + bulk(""))
        },
        RedisCase(
            "pubsub2/ping-with-text", Spec.command("PING"),
            "PING text in a subscribed connection of RESP2 is answered with an array of pong and the text"
        ) { trial in
            let (line, _) = try pair(trial, .two, "SUBSCRIBE", trial.name("channel"))
            try line.expect("PING", "text", is: "*2\r\n" + bulk("pong") + bulk("text"))
        },
        RedisCase(
            "pubsub2/commands-after-last", pubSub,
            "after the last UNSUBSCRIBE the connection of RESP2 takes commands again"
        ) { trial in
            let (line, _) = try pair(trial, .two, "SUBSCRIBE", trial.name("channel"))
            line.send("UNSUBSCRIBE")
            try line.skipIfRefused(line.item("a confirmation").value)
            try line.expect(
                "GET", trial.key(), is: "$-1\r\n", "with no subscription left it is a connection like others")
            try line.expect("PING", is: "+PONG\r\n")
        },
        RedisCase(
            "pubsub2/in-a-pipeline", Spec.protocolSpec("Multiple commands and pipelining"),
            "a SUBSCRIBE between other commands is confirmed in its place"
        ) { trial in
            let (line, channel) = (try trial.line(), trial.name("channel"))
            line.send(
                raw: command("PING") + command("SUBSCRIBE", channel) + command("UNSUBSCRIBE", channel) + command("PING")
            )
            try line.expectReply("+PONG\r\n")
            try line.expectReply(told("subscribe", channel, 1))
            try line.expectReply(told("unsubscribe", channel, 0))
            try line.expectReply("+PONG\r\n")
        },
        RedisCase(
            "pubsub2/quit", Spec.command("QUIT"), .should,
            "QUIT in a subscribed connection is answered with +OK and the end"
        ) { trial in
            let (line, _) = try pair(trial, .two, "SUBSCRIBE", trial.name("channel"))
            try line.expect("QUIT", is: "+OK\r\n")
            try line.expectEnd("the connection is closed as soon as all replies are written")
        },
        RedisCase(
            "pubsub2/reset", Spec.command("RESET"), .should,
            "RESET in a subscribed connection gives up all subscriptions"
        ) { trial in
            let (line, publisher) = try pair(trial, .two, "SUBSCRIBE", trial.name("channel"))
            try line.expect("RESET", is: "+RESET\r\n")
            try publisher.prepare("PUBLISH", trial.name("channel"), "late")
            try line.expect(
                "PING", is: trial.target.credentials == nil ? "+PONG\r\n" : "-NOAUTH Authentication required.\r\n")
        },
    ]

    private static let onlyThree: [RedisCase] = [
        RedisCase("pubsub3/other-commands-work", pushes, "a subscribed connection of RESP3 takes other commands") {
            trial in
            let (line, _) = try pair(trial, .three, "SUBSCRIBE", trial.name("channel"))
            let key = trial.key()
            try line.expect("SET", key, "1", is: "+OK\r\n", "pushes are told from replies, so that all commands work")
            try line.expect("GET", key, is: bulk("1"))
        },
        RedisCase(
            "pubsub3/ping", Spec.command("PING"), .should,
            "PING in a subscribed connection of RESP3 is answered with +PONG"
        ) { trial in
            let (line, _) = try pair(trial, .three, "SUBSCRIBE", trial.name("channel"))
            try line.expect("PING", is: "+PONG\r\n", "the array of pong is for RESP2 alone")
        },
        RedisCase(
            "pubsub3/own-publication", pushes,
            "who publishes to a channel of its own gets the message as a push and the count as a reply"
        ) { trial in
            let channel = trial.name("channel")
            let (line, _) = try pair(trial, .three, "SUBSCRIBE", channel)
            line.send("PUBLISH", channel, "hello")
            let count = try line.reply("the count of receivers")
            try line.want(count == .integer(1), ":1", count, "one connection has received it: our own")
            try line.expectPush(">" + message(channel, "hello").dropFirst())
        },
        RedisCase(
            "pubsub3/no-reply-beside", pushes,
            "SUBSCRIBE is answered with pushes alone: the next reply is that of the next command"
        ) { trial in
            let line = try trial.line(.three)
            line.send(raw: command("SUBSCRIBE", trial.name("channel")) + command("ECHO", "next"))
            try line.expectReply(
                bulk("next"), "a confirmation is the answer to SUBSCRIBE; no other reply belongs to it")
            _ = try line.pushItem("a confirmation")
        },
        RedisCase(
            "pubsub3/replies-between-messages", Spec.resp3("Push type"),
            "messages between replies leave the replies whole and in order"
        ) { trial in
            let channel = trial.name("channel"), key = trial.key()
            let (line, publisher) = try pair(trial, .three, "SUBSCRIBE", channel)
            let words = ["RPUSH", key] + (0..<200).map { "element-\($0)" }
            let pushed = try publisher.ask(words.map { Array($0.utf8) })
            if pushed.errorText != nil { throw CaseStop.skipped("RPUSH is refused") }
            let list = "*200\r\n" + (0..<200).map { bulk("element-\($0)") }.joined()
            publisher.send(raw: (0..<500).flatMap { command("PUBLISH", channel, "\($0)") })
            try publisher.skipIfRefused(publisher.reply("the number of receivers"))
            for number in 0..<100 {
                line.send(raw: command("LRANGE", key, "0", "-1") + command("ECHO", "\(number)"))
                try line.expectReply(list, "pushes stand between replies, never inside them")
                try line.expectReply(bulk("\(number)"), "pushes do not change the order of replies")
            }
            for number in 0..<500 { try line.expectPush(">" + message(channel, "\(number)").dropFirst()) }
        },
        RedisCase(
            "pubsub3/publish-inside-exec", pushes,
            "a message that a transaction publishes to its own connection stands before or behind the array of EXEC"
        ) { trial in
            let channel = trial.name("channel")
            let (line, _) = try pair(trial, .three, "SUBSCRIBE", channel)
            try line.prepare("MULTI")
            for words in [["ECHO", "1"], ["PUBLISH", channel, "hello"], ["ECHO", "2"]] {
                _ = try line.ask(words.map { Array($0.utf8) })
            }
            line.send("EXEC")
            try line.expectReply(
                "*3\r\n" + bulk("1") + ":1\r\n" + bulk("2"),
                "pushed data may precede or follow any type but never be inside")
            try line.expectPush(">" + message(channel, "hello").dropFirst())
        },
        // Lower than the one above: Redis counts a confirmation as the reply of its SUBSCRIBE, and no page says what the array of EXEC is
        // to hold in its place.
        RedisCase(
            "pubsub3/subscribe-inside-exec", pushes, .should,
            "the confirmation of a SUBSCRIBE inside a transaction stands before or behind the array of EXEC"
        ) { trial in
            let line = try trial.line(.three)
            let channel = trial.name("channel"), other = trial.name("other")
            line.send(raw: command("MULTI") + command("SUBSCRIBE", channel) + command("ECHO", "x"))
            try line.expectReply("+OK\r\n")
            // A server may refuse SUBSCRIBE in a transaction; then there is nothing to see here.
            let queued = try line.reply("+QUEUED")
            if queued.errorText != nil { throw CaseStop.skipped("the server refuses SUBSCRIBE inside MULTI") }
            _ = try line.reply("+QUEUED")
            line.send("EXEC")
            _ = try line.reply("the array of EXEC, and the confirmation before or behind it")
            line.send("SUBSCRIBE", other)
            _ = try line.pushItem("a confirmation")
        },
        RedisCase(
            "pubsub3/reset", Spec.command("RESET"), .should, "RESET gives up subscriptions and goes back to RESP2"
        ) { trial in
            guard trial.target.credentials == nil else {
                throw CaseStop.skipped("RESET takes the authentication as well")
            }
            let (line, publisher) = try pair(trial, .three, "SUBSCRIBE", trial.name("channel"))
            try line.expect("RESET", is: "+RESET\r\n")
            try publisher.prepare("PUBLISH", trial.name("channel"), "late")
            try line.expect("GET", trial.key(), is: "$-1\r\n", "RESET sets the connection to RESP2")
        },
    ]

    private static let counts: [RedisCase] = [
        RedisCase("pubsub/publish-counts", Spec.command("PUBLISH"), "PUBLISH is answered with the number of receivers")
        { trial in
            let channel = trial.name("channel")
            let (_, publisher) = try pair(trial, .two, "SUBSCRIBE", channel)
            let (_, _) = try pair(trial, .two, "SUBSCRIBE", trial.name("another"))
            try publisher.expect("PUBLISH", channel, "x", is: ":1\r\n")
        },
        RedisCase(
            "pubsub/publish-to-nobody", Spec.command("PUBLISH"),
            "PUBLISH to a channel without subscribers is answered with :0"
        ) { trial in
            try trial.line().expect("PUBLISH", trial.name("nobody"), "x", is: ":0\r\n")
        },
        RedisCase(
            "pubsub/numsub", Spec.command("PUBSUB NUMSUB"), "PUBSUB NUMSUB is a list of channels and their subscribers"
        ) { trial in
            let channel = trial.name("channel")
            let (_, publisher) = try pair(trial, .two, "SUBSCRIBE", channel)
            try publisher.expect("PUBSUB", "NUMSUB", channel, is: "*2\r\n" + bulk(channel) + ":1\r\n")
        },
        RedisCase(
            "pubsub/channels", Spec.command("PUBSUB CHANNELS"),
            "PUBSUB CHANNELS with a pattern lists the channels that have subscribers"
        ) { trial in
            let channel = trial.name("channel")
            let (_, publisher) = try pair(trial, .two, "SUBSCRIBE", channel)
            try publisher.expect("PUBSUB", "CHANNELS", channel, is: "*1\r\n" + bulk(channel))
        },
    ]
}
