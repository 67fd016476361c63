// Every type of RESP2 and RESP3, by commands whose documentation says which type they answer, by scripts, and by DEBUG PROTOCOL where
// the server allows it. Each case looks at one form only, so that a fault is named by the case that is about it.

enum RedisTypeCases {
    static let all: [RedisCase] = commands(.two) + commands(.three) + scripts + debug

    /// One command behind some others, and its exact reply. `{k}` stands for a key of the case, `{k2}` for another one.
    private struct Row {
        let id: String
        let section: String
        let sentence: String
        let before: [[String]]
        let command: [String]
        let two: String?
        let three: String?
        /// RESP2 has it as a string, and no page says how that is written.
        var isNumber = false
    }

    private static func commands(_ version: RESPVersion) -> [RedisCase] {
        rows.compactMap { row in
            guard let wire = version == .two ? row.two : row.three else { return nil }
            return RedisCase(
                "resp\(version.rawValue)/\(row.id)", row.section,
                "in RESP\(version.rawValue): \(row.sentence)"
            ) { trial in
                let line = try trial.line(version)
                let (key, other) = (trial.key("key"), trial.key("other"))
                func filled(_ words: [String]) -> [[UInt8]] {
                    words.map { Array(($0 == "{k}" ? key : $0 == "{k2}" ? other : $0).utf8) }
                }
                for words in row.before {
                    if let text = try line.ask(filled(words)).errorText {
                        throw CaseStop.skipped("\(words[0]) is refused: \(String(decoding: text, as: UTF8.self))")
                    }
                }
                line.send(filled(row.command))
                try line.expectReply(Array(wire.utf8), numbersAsText: row.isNumber && version == .two)
            }
        }
    }

    private static let simple = Spec.protocolSpec("Simple strings")
    private static let errors = Spec.protocolSpec("Simple errors")
    private static let integers = Spec.protocolSpec("Integers")
    private static let bulks = Spec.protocolSpec("Bulk strings")
    private static let arrays = Spec.protocolSpec("Arrays")
    private static let nullBulks = Spec.protocolSpec("Null bulk strings")
    private static let nullArrays = Spec.protocolSpec("Null arrays")
    private static let nulls = Spec.protocolSpec("Nulls")
    private static let maps = Spec.protocolSpec("Maps")
    private static let sets = Spec.protocolSpec("Sets")
    private static let doubles = Spec.protocolSpec("Doubles")

    private static func same(
        _ id: String, _ section: String, _ sentence: String, _ before: [[String]], _ command: [String], _ wire: String
    ) -> Row {
        Row(id: id, section: section, sentence: sentence, before: before, command: command, two: wire, three: wire)
    }

    private static func differ(
        _ id: String, _ section: String, _ sentence: String, _ before: [[String]], _ command: [String],
        two: String?, three: String?
    ) -> Row {
        Row(
            id: id, section: section, sentence: sentence, before: before, command: command, two: two, three: three,
            isNumber: id.utf8.starts(with: "double-".utf8))
    }

    private static let rows: [Row] = strings + numbers + lists + nullForms + richTypes

    private static let strings: [Row] = [
        same("simple-pong", simple, "PING is answered with the simple string PONG", [], ["PING"], "+PONG\r\n"),
        same("simple-ok", simple, "SET is answered with the simple string OK", [], ["SET", "{k}", "1"], "+OK\r\n"),
        same(
            "simple-type", simple, "TYPE of a string is the simple string string", [["SET", "{k}", "1"]],
            ["TYPE", "{k}"], "+string\r\n"),
        same(
            "simple-none", simple, "TYPE of a missing key is the simple string none", [], ["TYPE", "{k}"], "+none\r\n"),
        same(
            "bulk-ping", Spec.command("PING"), "PING with an argument is answered with it as a bulk string", [],
            ["PING", "hello"], bulk("hello")),
        same("bulk-echo", bulks, "ECHO is answered with a bulk string", [], ["ECHO", "hello"], bulk("hello")),
        same(
            "bulk-empty", bulks, "an empty string is $0, not null", [["SET", "{k}", ""]], ["GET", "{k}"], "$0\r\n\r\n"),
        same(
            "bulk-of-crlf", bulks, "CR and LF inside a bulk string are data", [], ["ECHO", "\r\n\r\n"],
            "$4\r\n\r\n\r\n\r\n"),
        same(
            "bulk-like-resp", bulks, "a bulk string that looks like RESP is data", [],
            ["ECHO", "+OK\r\n$-1\r\n*2\r\n"], bulk("+OK\r\n$-1\r\n*2\r\n")),
        same(
            "bulk-zero-byte", bulks, "a zero byte inside a bulk string is data", [], ["ECHO", "a\u{0}b"],
            "$3\r\na\u{0}b\r\n"),
        same(
            "bulk-utf8", bulks, "the length of a bulk string counts bytes, not characters", [], ["ECHO", "grüße 🐦"],
            bulk("grüße 🐦")),
        same(
            "bulk-of-a-number", bulks, "a stored number is read as a bulk string", [["SET", "{k}", "12"]],
            ["GET", "{k}"], bulk("12")),
    ]

    private static let numbers: [Row] = [
        same("integer-one", integers, "INCR of a missing key is :1", [], ["INCR", "{k}"], ":1\r\n"),
        same("integer-zero", integers, "EXISTS of a missing key is :0", [], ["EXISTS", "{k}"], ":0\r\n"),
        same("integer-negative", integers, "DECR of a missing key is :-1", [], ["DECR", "{k}"], ":-1\r\n"),
        same(
            "integer-greatest", integers, "the greatest signed 64-bit integer", [],
            ["INCRBY", "{k}", "9223372036854775807"], ":9223372036854775807\r\n"),
        same(
            "integer-least", integers, "the least signed 64-bit integer", [["SET", "{k}", "-9223372036854775808"]],
            ["INCRBY", "{k}", "0"], ":-9223372036854775808\r\n"),
        same(
            "integer-length", integers, "STRLEN counts bytes", [["SET", "{k}", "grün"]], ["STRLEN", "{k}"], ":5\r\n"),
        same(
            "integer-as-true", integers, "SISMEMBER of a member is :1", [["SADD", "{k}", "a"]],
            ["SISMEMBER", "{k}", "a"], ":1\r\n"),
        same(
            "integer-as-false", integers, "SISMEMBER of another is :0", [["SADD", "{k}", "a"]],
            ["SISMEMBER", "{k}", "b"], ":0\r\n"),
        same(
            "float-stays-bulk", Spec.command("INCRBYFLOAT"), "INCRBYFLOAT is answered with a bulk string", [],
            ["INCRBYFLOAT", "{k}", "1.5"], bulk("1.5")),
    ]

    private static let lists: [Row] = [
        same(
            "array-of-bulks", arrays, "LRANGE is answered with an array of bulk strings",
            [["RPUSH", "{k}", "a", "b", "c"]], ["LRANGE", "{k}", "0", "-1"],
            "*3\r\n" + bulk("a") + bulk("b") + bulk("c")),
        same("array-empty", arrays, "LRANGE of a missing key is *0", [], ["LRANGE", "{k}", "0", "-1"], "*0\r\n"),
        same(
            "array-of-one", arrays, "an array of one empty string", [["RPUSH", "{k}", ""]],
            ["LRANGE", "{k}", "0", "-1"], "*1\r\n$0\r\n\r\n"),
        same(
            "array-of-many", arrays, "MGET answers in the order asked for, with repetitions",
            [["SET", "{k}", "1"], ["SET", "{k2}", "2"]], ["MGET", "{k2}", "{k}", "{k2}"],
            "*3\r\n" + bulk("2") + bulk("1") + bulk("2")),
        same(
            "array-of-integers", arrays, "SMISMEMBER is answered with an array of integers", [["SADD", "{k}", "a"]],
            ["SMISMEMBER", "{k}", "a", "b"], "*2\r\n:1\r\n:0\r\n"),
        same(
            "array-of-keys", Spec.command("HKEYS"), "HKEYS is answered with an array", [["HSET", "{k}", "f", "1"]],
            ["HKEYS", "{k}"], "*1\r\n" + bulk("f")),
        same(
            "array-nested", arrays, "SCAN's kin answer an array inside an array", [["SADD", "{k}", "a"]],
            ["SSCAN", "{k}", "0"], "*2\r\n" + bulk("0") + "*1\r\n" + bulk("a")),
    ]

    private static let nullForms: [Row] = [
        differ("null-get", nullBulks, "GET of a missing key is $-1", [], ["GET", "{k}"], two: "$-1\r\n", three: nil),
        differ("null-get", nulls, "GET of a missing key is _", [], ["GET", "{k}"], two: nil, three: "_\r\n"),
        differ(
            "null-hget", nullBulks, "HGET of a missing field is null", [["HSET", "{k}", "f", "1"]],
            ["HGET", "{k}", "g"], two: "$-1\r\n", three: "_\r\n"),
        differ(
            "null-lpop", Spec.command("LPOP"), "LPOP of a missing key is null", [], ["LPOP", "{k}"], two: "$-1\r\n",
            three: "_\r\n"),
        differ(
            "null-zscore", Spec.command("ZSCORE"), "ZSCORE of a missing member is null", [["ZADD", "{k}", "1", "a"]],
            ["ZSCORE", "{k}", "b"], two: "$-1\r\n", three: "_\r\n"),
        differ(
            "null-blpop", nullArrays, "BLPOP that times out is a null array, or null in RESP3", [],
            ["BLPOP", "{k}", "0.01"], two: "*-1\r\n", three: "_\r\n"),
        differ(
            "null-element", Spec.protocolSpec("Null elements in arrays"),
            "MGET of a missing key has a null in its place", [["SET", "{k}", "1"]], ["MGET", "{k}", "{k2}", "{k}"],
            two: "*3\r\n" + bulk("1") + "$-1\r\n" + bulk("1"), three: "*3\r\n" + bulk("1") + "_\r\n" + bulk("1")),
        differ(
            "null-hmget", Spec.protocolSpec("Null elements in arrays"),
            "HMGET of missing fields has nulls in their places", [["HSET", "{k}", "f", "1"]],
            ["HMGET", "{k}", "f", "g"], two: "*2\r\n" + bulk("1") + "$-1\r\n", three: "*2\r\n" + bulk("1") + "_\r\n"),
        differ(
            "null-set-nx", Spec.command("SET"), "SET NX that is not done is null", [["SET", "{k}", "1"]],
            ["SET", "{k}", "2", "NX"], two: "$-1\r\n", three: "_\r\n"),
        differ(
            "null-zmscore", Spec.command("ZMSCORE"), "ZMSCORE of a missing member has a null in its place",
            [["ZADD", "{k}", "1", "a"]], ["ZMSCORE", "{k}", "b"], two: "*1\r\n$-1\r\n", three: "*1\r\n_\r\n"),
    ]

    private static let richTypes: [Row] = [
        differ(
            "map-hgetall", maps, "HGETALL is a map, in RESP2 an array of names and values",
            [["HSET", "{k}", "f", "1"]], ["HGETALL", "{k}"], two: "*2\r\n" + bulk("f") + bulk("1"),
            three: "%1\r\n" + bulk("f") + bulk("1")),
        differ(
            "map-empty", maps, "HGETALL of a missing key is an empty map or array", [], ["HGETALL", "{k}"],
            two: "*0\r\n", three: "%0\r\n"),
        differ(
            "set-smembers", sets, "SMEMBERS is a set, in RESP2 an array", [["SADD", "{k}", "a"]], ["SMEMBERS", "{k}"],
            two: "*1\r\n" + bulk("a"), three: "~1\r\n" + bulk("a")),
        differ(
            "set-empty", sets, "SMEMBERS of a missing key is an empty set or array", [], ["SMEMBERS", "{k}"],
            two: "*0\r\n", three: "~0\r\n"),
        differ(
            "set-sinter", sets, "SINTER is a set, in RESP2 an array",
            [["SADD", "{k}", "a", "b"], ["SADD", "{k2}", "b", "c"]], ["SINTER", "{k}", "{k2}"],
            two: "*1\r\n" + bulk("b"), three: "~1\r\n" + bulk("b")),
        differ(
            "double-zscore", doubles, "ZSCORE is a double, in RESP2 a bulk string", [["ZADD", "{k}", "1.5", "a"]],
            ["ZSCORE", "{k}", "a"], two: bulk("1.5"), three: ",1.5\r\n"),
        differ(
            "double-whole", doubles, "a score without fraction", [["ZADD", "{k}", "10", "a"]], ["ZSCORE", "{k}", "a"],
            two: bulk("10"), three: ",10\r\n"),
        differ(
            "double-negative", doubles, "a negative score", [["ZADD", "{k}", "-0.5", "a"]], ["ZSCORE", "{k}", "a"],
            two: bulk("-0.5"), three: ",-0.5\r\n"),
        differ(
            "double-inf", doubles, "positive infinity is inf", [["ZADD", "{k}", "+inf", "a"]], ["ZSCORE", "{k}", "a"],
            two: bulk("inf"), three: ",inf\r\n"),
        differ(
            "double-minus-inf", doubles, "negative infinity is -inf", [["ZADD", "{k}", "-inf", "a"]],
            ["ZSCORE", "{k}", "a"], two: bulk("-inf"), three: ",-inf\r\n"),
        differ(
            "double-zincrby", Spec.command("ZINCRBY"), "ZINCRBY is a double, in RESP2 a bulk string", [],
            ["ZINCRBY", "{k}", "2.5", "a"], two: bulk("2.5"), three: ",2.5\r\n"),
        differ(
            "double-pairs", Spec.command("ZRANGE"), "ZRANGE WITHSCORES has pairs in RESP3, a flat array in RESP2",
            [["ZADD", "{k}", "1.5", "a"]], ["ZRANGE", "{k}", "0", "-1", "WITHSCORES"],
            two: "*2\r\n" + bulk("a") + bulk("1.5"), three: "*1\r\n*2\r\n" + bulk("a") + ",1.5\r\n"),
    ]

    // MARK: Scripts

    private static let lua = Spec.guide("Redis Lua API, type conversion")

    private static func script(
        _ version: RESPVersion, _ id: String, _ section: String, _ script: String, _ wire: String
    ) -> RedisCase {
        RedisCase(
            "script\(version.rawValue)/\(id)", section,
            "in RESP\(version.rawValue): a script that says `\(script)` is answered with \(WireText.escaped(Array(wire.utf8)))"
        ) { trial in
            let line = try trial.line(version)
            let probe = try line.ask("EVAL", "return 1", "0")
            if probe.errorText != nil { throw CaseStop.skipped("the server runs no scripts") }
            try line.expect("EVAL", script, "0", is: wire)
        }
    }

    private static let verbatims = Spec.protocolSpec("Verbatim strings")
    private static let bigNumbers = Spec.protocolSpec("Big numbers")
    private static let booleans = Spec.protocolSpec("Booleans")
    private static let digits = "3492890328409238509324850943850943825024385"

    private static let scripts: [RedisCase] = [
        script(.two, "integer", lua, "return 3.9", ":3\r\n"),
        script(.two, "status", lua, "return {ok='fine'}", "+fine\r\n"),
        script(.two, "true", lua, "return true", ":1\r\n"),
        script(.two, "false", lua, "return false", "$-1\r\n"),
        script(.two, "array", arrays, "return {1,{2,'x'},3}", "*3\r\n:1\r\n*2\r\n:2\r\n$1\r\nx\r\n:3\r\n"),
        script(.two, "array-with-error", arrays, "return {1,{err='FOO bar'}}", "*2\r\n:1\r\n-FOO bar\r\n"),
        script(
            .two, "deep-array", arrays, "return {{{{{{{7}}}}}}}", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:7\r\n"),
        script(.two, "double", lua, "return {double=3.5}", "$3\r\n3.5\r\n"),
        script(.two, "map", lua, "return {map={a=1}}", "*2\r\n$1\r\na\r\n:1\r\n"),
        script(.two, "set", lua, "return {set={a=true}}", "*1\r\n$1\r\na\r\n"),
        script(.two, "big-number", lua, "return {big_number='\(digits)'}", bulk(digits)),
        script(.two, "verbatim", lua, "return {verbatim_string={format='txt',string='ab'}}", bulk("ab")),
        script(.three, "null", nulls, "return false", "_\r\n"),
        script(.three, "true", booleans, "redis.setresp(3) return true", "#t\r\n"),
        script(.three, "false", booleans, "redis.setresp(3) return false", "#f\r\n"),
        script(.three, "double", doubles, "return {double=3.5}", ",3.5\r\n"),
        script(.three, "map", maps, "return {map={a=1}}", "%1\r\n$1\r\na\r\n:1\r\n"),
        script(
            .three, "map-of-map", maps, "return {map={a={map={b='x'}}}}",
            "%1\r\n$1\r\na\r\n%1\r\n$1\r\nb\r\n$1\r\nx\r\n"),
        script(.three, "set", sets, "return {set={a=true}}", "~1\r\n$1\r\na\r\n"),
        script(.three, "big-number", bigNumbers, "return {big_number='\(digits)'}", "(\(digits)\r\n"),
        script(
            .three, "verbatim", verbatims, "return {verbatim_string={format='txt',string='ab'}}", "=6\r\ntxt:ab\r\n"),
        script(
            .three, "verbatim-markdown", verbatims, "return {verbatim_string={format='mkd',string='# a'}}",
            "=7\r\nmkd:# a\r\n"),
    ]

    // MARK: DEBUG PROTOCOL

    private static let debugCommand = Spec.command("DEBUG")

    private static func debugged(
        _ version: RESPVersion, _ type: String, _ section: String, _ expected: String,
        _ isRight: @escaping @Sendable (WireValue) -> Bool
    ) -> RedisCase {
        RedisCase(
            "debug\(version.rawValue)/\(type)", section,
            "in RESP\(version.rawValue): DEBUG PROTOCOL \(type) is answered with \(expected)"
        ) { trial in
            let line = try trial.line(version)
            let value = try line.ask("DEBUG", "PROTOCOL", type)
            if let text = value.errorText {
                throw CaseStop.skipped("DEBUG PROTOCOL: \(String(decoding: text, as: UTF8.self))")
            }
            try line.want(isRight(value), expected, value, "this type has another form")
        }
    }

    private static func isBulk(_ value: WireValue) -> Bool { if case .bulk = value { true } else { false } }
    private static func isArray(_ value: WireValue) -> Bool { if case .array = value { true } else { false } }

    private static let debug: [RedisCase] = [
        debugged(.two, "string", bulks, "a bulk string", isBulk),
        debugged(.two, "integer", integers, "an integer") { if case .integer = $0 { true } else { false } },
        debugged(.two, "double", doubles, "a bulk string", isBulk),
        debugged(.two, "null", nullBulks, "$-1") { $0 == .nullBulk },
        debugged(.two, "array", arrays, "an array", isArray),
        debugged(.two, "set", sets, "an array", isArray),
        debugged(.two, "map", maps, "an array", isArray),
        debugged(.two, "true", booleans, ":1") { $0 == .integer(1) },
        debugged(.two, "false", booleans, ":0") { $0 == .integer(0) },
        debugged(.two, "bignum", bigNumbers, "a bulk string", isBulk),
        debugged(.two, "verbatim", verbatims, "a bulk string", isBulk),
        debugged(.two, "attrib", Spec.resp3("Attribute type"), "the reply alone", isBulk),
        debugged(.three, "string", bulks, "a bulk string", isBulk),
        debugged(.three, "integer", integers, "an integer") { if case .integer = $0 { true } else { false } },
        debugged(.three, "double", doubles, "a double") { if case .double = $0 { true } else { false } },
        debugged(.three, "null", nulls, "_") { $0 == .null },
        debugged(.three, "array", arrays, "an array", isArray),
        debugged(.three, "set", sets, "a set") { if case .set = $0 { true } else { false } },
        debugged(.three, "map", maps, "a map") { if case .map = $0 { true } else { false } },
        debugged(.three, "true", booleans, "#t") { $0 == .boolean(true) },
        debugged(.three, "false", booleans, "#f") { $0 == .boolean(false) },
        debugged(.three, "bignum", bigNumbers, "a big number") { if case .bigNumber = $0 { true } else { false } },
        debugged(.three, "verbatim", verbatims, "a verbatim string") { if case .verbatim = $0 { true } else { false } },
        RedisCase(
            "debug3/attrib", Spec.resp3("Attribute type"),
            "in RESP3: DEBUG PROTOCOL attrib has an attribute in front of its reply"
        ) { trial in
            let line = try trial.line(.three)
            line.send("DEBUG", "PROTOCOL", "attrib")
            let item = try line.item("an attribute (|) and a reply")
            try line.skipIfRefused(item.value)
            if item.value.errorText != nil { throw CaseStop.skipped("DEBUG PROTOCOL attrib is refused") }
            try line.want(
                !item.attributes.isEmpty, "an attribute in front of the reply", item.value, "the attribute is missing")
        },
        RedisCase(
            "debug3/push", Spec.protocolSpec("Pushes"), "in RESP3: DEBUG PROTOCOL push has a push beside its reply"
        ) { trial in
            let line = try trial.line(.three)
            let value = try line.ask("DEBUG", "PROTOCOL", "push")
            if value.errorText != nil { throw CaseStop.skipped("DEBUG PROTOCOL push is refused") }
            _ = try line.pushItem("a push (>)")
        },
        RedisCase("resp3/verbatim-info", verbatims, .should, "in RESP3: INFO is a verbatim string") { trial in
            let line = try trial.line(.three)
            let value = try line.ask("INFO", "server")
            if case .verbatim = value { return }
            try line.want(
                false, "a verbatim string (=)", value,
                "INFO's report is meant for people: it is sent as a verbatim string")
        },
        RedisCase("resp2/bulk-info", bulks, "in RESP2: INFO is a bulk string") { trial in
            let line = try trial.line()
            let value = try line.ask("INFO", "server")
            try line.want(isBulk(value), "a bulk string ($)", value, "RESP2 has no verbatim strings")
        },
        RedisCase("resp3/map-config", maps, .should, "in RESP3: CONFIG GET is a map") { trial in
            let line = try trial.line(.three)
            let value = try line.prepare("CONFIG", "GET", "port")
            if case .map = value { return }
            try line.want(false, "a map (%)", value, "CONFIG GET is answered with a map in RESP3")
        },
        RedisCase("resp2/every-byte", bulks, "in RESP2: a string of all 256 bytes comes back as it was") {
            try everyByte($0, .two)
        },
        RedisCase("resp3/every-byte", bulks, "in RESP3: a string of all 256 bytes comes back as it was") {
            try everyByte($0, .three)
        },
        RedisCase(
            "resp2/no-resp3-types", Spec.protocolSpec("RESP versions"),
            "a connection in RESP2 is never sent a type of RESP3"
        ) { trial in
            let line = try trial.line()
            let key = trial.key()
            try line.prepare("ZADD", key, "1", "a")
            for words in [
                ["ZSCORE", key, "a"], ["HGETALL", trial.key("h")], ["SMEMBERS", trial.key("s")], ["CLIENT", "GETNAME"],
            ] {
                line.send(words.map { Array($0.utf8) })
                let value = try line.reply("a value of RESP2")
                switch value {
                case .simple, .error, .integer, .bulk, .nullBulk, .array, .nullArray: continue
                default:
                    return try line.want(
                        false, "a value of RESP2 to \(words[0])", value, "the connection has not asked for RESP3")
                }
            }
        },
    ]

    private static func everyByte(_ trial: RedisTrial, _ version: RESPVersion) throws(CaseStop) {
        let line = try trial.line(version)
        let bytes = (0...255).map { UInt8($0) }
        try line.expect([Array("ECHO".utf8), bytes], is: Array("$256\r\n".utf8) + bytes + [0x0D, 0x0A])
    }
}
