// The configuration file: JSON with comments, every mistake told at once with its line.
import EventLoop
import Testing

@testable import Server

@Suite("A configuration file")
struct ConfigurationFileTests {
    private func load(
        _ file: String, _ arguments: [String] = [], _ environment: [String: String] = [:]
    ) throws -> LoadedConfiguration {
        let outcome = try ConfigurationReader.read(
            arguments: ["--config", "a.json"] + arguments, environment: environment,
            readFile: { _ throws(SystemError) in Array(file.utf8) })
        guard case .run(let loaded) = outcome else { throw ConfigurationReader.Failure(message: "not a start") }
        return loaded
    }

    private func mistakes(_ file: String, _ arguments: [String] = []) -> [String] {
        do {
            _ = try load(file, arguments)
            return []
        } catch let failure as ConfigurationReader.Failure {
            return failure.message.split(separator: "\n").map(String.init)
        } catch { return ["\(error)"] }
    }

    @Test("it says what flags say, under their names with _ for -")
    func settings() throws {
        let configuration = try load(
            """
            { // comment
              "listen": ["127.0.0.1:1", "[::1]:2"], "open": true, "threads": 3, "max_message_bytes": "2KiB",
              /* over
                 lines */ "ping_interval": 7, "pong_timeout": "250ms", "deflate": false, "deflate_level": "9",
              "relay": ["a", ""], "redis_prefix": "// no /* comment */", "max_queue_bytes": 4096,
              "redis": "redis://user:word@127.0.0.1:7000"
            }
            """
        ).configuration
        #expect(configuration.listen.count == 2 && configuration.isOpen && configuration.threads == 3)
        #expect(configuration.messageBytes == 2_048 && configuration.pingMilliseconds == 7_000)
        #expect(configuration.pongMilliseconds == 250 && !configuration.isDeflateOn)
        #expect(configuration.deflateSettings.level == .init(9) && configuration.relay == ["a", ""])
        #expect(configuration.redisPrefix == "// no /* comment */" && configuration.queueBytes == 4_096)
        #expect(configuration.redis.map { "\($0)" } == "127.0.0.1:7000")
        #expect(configuration.file == "a.json")
    }

    @Test("the flag wins over the environment, that over the file, that over the default")
    func precedence() throws {
        let file = #"{"threads": 2, "max_connections": 5, "echo": true, "relay": ["file"], "ping_interval": "1s"}"#
        let environment = ["ROOKERY_THREADS": "3", "ROOKERY_MAX_CONNECTIONS": "6", "ROOKERY_ECHO": "0"]
        let loaded = try load(file, ["--threads", "4", "--relay", "flag"], environment)
        #expect(loaded.configuration.threads == 4 && loaded.given["--threads"]?.source == .flag)
        #expect(loaded.configuration.connections == 6)
        #expect(loaded.given["--max-connections"]?.source == .environment("ROOKERY_MAX_CONNECTIONS"))
        #expect(!loaded.configuration.servesEcho && loaded.configuration.relay == ["flag"])
        #expect(
            loaded.configuration.pingMilliseconds == 1_000 && loaded.given["--ping-interval"]?.source == .file(line: 1))
        #expect(loaded.configuration.pongMilliseconds == 10_000 && loaded.given["--pong-timeout"] == nil)
    }

    @Test("the file may be named by the environment")
    func environmentName() throws {
        let outcome = try ConfigurationReader.read(
            arguments: [], environment: ["ROOKERY_CONFIG": "b.json"],
            readFile: { path throws(SystemError) in Array((path == "b.json" ? #"{"threads": 5}"# : "").utf8) })
        guard case .run(let loaded) = outcome else {
            Issue.record("not a start")
            return
        }
        #expect(loaded.configuration.threads == 5)
    }

    @Test("all mistakes are told at once, each with file, line, key, value and remedy, in the order of the lines")
    func many() {
        let lines = mistakes(
            """
            {
              "threads": 0,
              "max-message-bytes": 5,
              "namespaces": [
                {"name": "room", "presense": true,
                 "history_ttl": "5x"}
              ],
              "listen": ["127.0.0.1:1",
                         "nonsense"],
              "threads": 2
            }
            """)
        #expect(lines.count == 6, "\(lines)")
        let wanted = [
            #"a.json:2: threads "0": expected a whole number from 1 to 1024"#,
            "a.json:3: max-message-bytes: there is no such key; did you mean max_message_bytes?",
            #"a.json:5: namespaces[0] "room": presense: there is no such key; did you mean presence?"#,
            #"a.json:6: namespaces[0] "room": history_ttl "5x": expected whole seconds"#,
            "a.json:9: ", "a.json:10: threads: written twice, first in line 2; keep one",
        ]
        for (line, beginning) in zip(lines, wanted) { #expect(line.hasPrefix(beginning), "\(line)") }
    }

    @Test("mistakes of the command line, the environment and the file come together")
    func everywhere() {
        let lines = mistakes(#"{"threads": 0}"#, ["--ping-interval", "x", "--max-connections", "0"])
        #expect(lines.count == 3 && lines[2].hasPrefix("a.json:1: threads"), "\(lines)")
    }

    @Test("a mistake that a flag hides is still one")
    func hidden() {
        #expect(mistakes(#"{"threads": 0}"#, ["--threads", "1"]).count == 1)
    }

    @Test(
        "a value of the wrong kind is refused",
        arguments: [
            (#"{"open": 1}"#, "open 1: expected true or false"), (#"{"open": "yes"}"#, "open \"yes\": expected true"),
            (#"{"threads": true}"#, "threads true: expected a number, or a text"),
            (#"{"threads": 1.5}"#, "threads \"1.5\": expected"),
            (#"{"threads": null}"#, "leave the key out"), (#"{"redis_prefix": 5}"#, "redis_prefix 5: expected a text"),
            (#"{"relay": "a"}"#, "relay \"a\": expected a list"), (#"{"relay": [1]}"#, "expected a list of texts"),
            (#"{"threads": [1]}"#, "threads […]: expected"),
            (#"{"deflate": "of"}"#, "deflate \"of\": expected on or off"),
            (#"{"config": "b"}"#, "cannot name another"), (#"{"users": []}"#, "users […]: expected a text"),
            (#"{"namespaces": {}}"#, "expected a list"),
            (#"{"namespaces": [1]}"#, "namespaces[0] 1: expected an object"),
            (#"{"without_namespace": []}"#, "expected an object"),
            (#"{"namespaces": [{}]}"#, "namespaces[0].name: expected"),
            (#"{"namespaces": [{"name": "x"}]}"#, #"namespaces[0].name "x": expected two or more"#),
            (#"{"namespaces": [{"name": "ro:om"}]}"#, "expected two or more"),
            (
                #"{"namespaces": [{"name": "ab"}, {"name": "ab"}]}"#,
                #"namespaces[1].name "ab": the namespace of line 1"#
            ),
            (#"{"channel_naming": {"user_boundary": ""}}"#, "1 to 8 visible"),
            (#"{"channel_naming": {"user_boundary": ":"}}"#, "are the same"),
            (
                #"{"channel_naming": {"namespace_boundary": "."}, "namespaces": [{"name": "a.b"}]}"#,
                "namespace_boundary"
            ),
            ("[]", "must be one object"), ("", "the text ends"), ("{", "the text ends"),
            ("{\"open\": true,}", "take out the comma before it"), ("{'open': true}", "\"'\" where"),
            ("{} {}", "\"{\" where the end"), ("{\n/* x", "a.json:2: a comment begins with /*"),
            ("{\"a\": [[[[[[[[[1]]]]]]]]]}", "more than 8 levels"), ("\u{FEFF}{}", "byte order mark"),
        ])
    func wrongKinds(_ file: String, _ named: String) {
        let lines = mistakes(file)
        #expect(lines.count == 1 && lines.allSatisfy { $0.contains(named) }, "\(lines)")
    }

    @Test(
        "options that make no sense together are refused where they stand",
        arguments: [
            ("history_size", #""history_size": 10"#), ("history_ttl", #""history_ttl": "5m""#),
            ("history_meta_ttl", #""history_size": 1, "history_ttl": "2h", "history_meta_ttl": "1h""#),
            ("history_ttl", #""history_size": 1, "history_ttl": "31d""#),
            ("force_recovery", #""force_recovery": true"#),
            ("auto_cache_recover", #""allow_recovery": true, "auto_cache_recover": true"#),
            ("force_recovery_mode", #""force_recovery_mode": "cache""#),
            ("force_push_join_leave", #""force_push_join_leave": true"#), ("delta_publish", #""delta_publish": true"#),
            ("allow_publish_for_anonymous", #""allow_publish_for_anonymous": true"#),
            ("allow_subscribe_for_anonymous", #""allow_subscribe_for_anonymous": true"#),
        ])
    func combinations(_ key: String, _ options: String) {
        let lines = mistakes("{\"without_namespace\": {\n\(options)\n}}")
        #expect(lines.count == 1 && lines[0].hasPrefix("a.json:2: without_namespace: \(key): "), "\(lines)")
    }

    @Test(
        "what is not available yet is refused by its name, never taken in silence",
        arguments: [
            "\"subscribe_proxy_enabled\": true", "\"subscribe_proxy_name\": \"x\"", "\"subscription_type\": \"map\"",
        ])
    func notYet(_ option: String) {
        let lines = mistakes("{\"without_namespace\": {\(option)}}")
        #expect(lines.count == 1 && lines[0].contains("not available yet"), "\(lines)")
        #expect(lines[0].contains(option.split(separator: "\"")[0]))
    }

    @Test("namespaces have all options, and what is not said has its default")
    func namespaces() throws {
        let channels = try load(
            #"""
            {"without_namespace": {"allow_subscribe_for_client": true},
             "channel_naming": {"private_prefix": "!"},
             "namespaces": [{"name": "room", "presence": true, "history_size": 10, "history_ttl": "300s",
               "force_recovery": true, "force_recovery_mode": "cache", "auto_cache_recover": true,
               "allowed_delta_types": ["fossil"], "channel_regex": "^[a-z]+$", "publication_data_format": "json_object",
               "allow_publish_for_subscriber": true, "allow_publish_for_anonymous": true, "subscription_type": "stream"}]}
            """#
        ).configuration.channels
        #expect(channels.withoutNamespace.allowSubscribe == .init(client: true))
        #expect(channels.naming.privatePrefix == "!" && channels.naming.userBoundary == "#")
        let options = try #require(channels.namespaces.first { $0.name == "room" }?.options)
        #expect(options.presence && !options.joinLeave && options.historySize == 10 && options.historySeconds == 300)
        #expect(options.forceRecovery && options.recoveryMode == .cache && options.autoCacheRecover)
        #expect(options.allowsFossilDelta && options.dataFormat == .jsonObject)
        #expect(options.channelPattern?.matches("abc") == true && options.channelPattern?.matches("a1") == false)
        #expect(options.allowPublish == .init(client: false, subscriber: true, anonymous: true))
    }

    @Test("the table has each option of the client protocol and ours, and each sets one thing")
    func table() throws {
        let names = [
            "presence", "join_leave", "force_push_join_leave", "history_size", "history_ttl", "history_meta_ttl",
            "force_positioning", "allow_positioning", "force_recovery", "allow_recovery", "force_recovery_mode",
            "auto_cache_recover", "allowed_delta_types", "delta_publish", "allow_tags_filter",
            "allow_subscribe_for_client", "allow_subscribe_for_anonymous", "allow_publish_for_client",
            "allow_publish_for_subscriber", "allow_publish_for_anonymous", "allow_presence_for_client",
            "allow_presence_for_subscriber", "allow_presence_for_anonymous", "allow_history_for_client",
            "allow_history_for_subscriber", "allow_history_for_anonymous", "allow_user_limited_channels",
            "channel_regex", "publication_data_format",
        ]
        let ours = ["join_leave_max_per_second", "publication_max_bytes", "publication_members"]
        #expect(NamespaceSetting.all.map(\.name).filter { !ours.contains($0) } == names)
        #expect(ours.allSatisfy { name in NamespaceSetting.all.contains { $0.name == name } })
        let others: [LocatedValue.Kind] = [
            .boolean(true), .number("7"), .string("cache"), .string("json"),
            .list([.init(line: 1, kind: .string("fossil"))]),
            .object([.init(name: "text", line: 1, value: .init(line: 1, kind: .object([])))]),
        ]
        var seen: [NamespaceOptions] = [NamespaceOptions()]
        for setting in NamespaceSetting.all {
            var options = NamespaceOptions()
            for value in others where (try? setting.apply(value, &options)) != nil { break }
            #expect(!seen.contains(options), "\(setting.name)")
            seen.append(options)
        }
    }

    @Test("a file that is too long, or cannot be read, is named")
    func unreadable() throws {
        let lines = mistakes("{}" + String(repeating: " ", count: ConfigurationText.bytesMax))
        #expect(lines.count == 1 && lines[0].contains("a.json: longer than 1048576 bytes"), "\(lines)")
        do {
            _ = try ConfigurationReader.read(arguments: ["--config", "/nonexistent/x.json"], environment: [:])
            Issue.record("read")
        } catch {
            #expect(
                error.message.contains("--config /nonexistent/x.json: open the file: No such file"), "\(error.message)")
        }
    }

    @Test("no message shows a password of the file, at whatever key it was written")
    func secrets() {
        let url = "redis://user:s3cr3t@host:port/x"
        for key in ["redis", "threads", "listen", "open", "redis_prefx", "relay", "presence"] {
            for file in [
                "{\"\(key)\": \"\(url)\"}", "{\"\(key)\": [\"\(url)\"]}", "{\"namespaces\": [{\"name\": \"\(url)\"}]}",
                "{\"without_namespace\": {\"\(key)\": \"\(url)\"}}",
            ] {
                for line in mistakes(file) { #expect(!line.contains("s3cr3t"), "\(line)") }
            }
        }
        #expect(mistakes("{\"redis\": \"\(url)\"}").count == 1)
    }

    @Test("comments are blanked in place: lines and columns hold")
    func places() throws {
        let text = "{ /* a\n b */ \"x\": \"/* \\\" // */\" // c\n}"
        let blank = try ConfigurationText.withoutComments(Array(text.utf8))
        #expect(String(decoding: blank, as: UTF8.self) == "{     \n      \"x\": \"/* \\\" // */\"     \n}")
        for length in 0...text.utf8.count {
            // Cut anywhere it is refused or read, and never traps.
            _ = mistakes(String(text.prefix(length)))
        }
    }

    @Test("whatever bytes a file has, it is read or refused with a line of that file, and never traps")
    func anyBytes() {
        let whole = Array(ConfigurationWriter.defaults().utf8)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
                default: bytes.insert(contentsOf: Array("/*\"{[,:".utf8).shuffled(using: &random).prefix(2), at: place)
                }
            }
            let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
            let file = ConfigurationFile(bytes, path: "a.json")
            #expect(file.problems.allSatisfy { (1...lines).contains($0.line) }, "\(file.problems)")
        }
    }
}
