// Rates as text, and where they come from: settings, and sets of them.
import EventLoop
import Testing

@testable import Server

@Suite("Rates in the settings")
struct RateTests {
    private func load(_ file: String, _ arguments: [String] = []) throws -> LoadedConfiguration {
        let outcome = try ConfigurationReader.read(
            arguments: ["--config", "a.json"] + arguments, environment: [:],
            readFile: { _ throws(SystemError) in Array(file.utf8) })
        guard case .run(let loaded) = outcome else { throw ConfigurationReader.Failure(message: "not a start") }
        return loaded
    }

    @Test("a rate is a count, a period, and what may come at once")
    func reading() throws {
        #expect(try Rate.parse("20/s", areBytes: false) == Rate(count: 20, .second, burst: 20))
        #expect(try Rate.parse("600/m", areBytes: false) == Rate(count: 600, .minute, burst: 600))
        #expect(try Rate.parse("5/h:1", areBytes: false) == Rate(count: 5, .hour, burst: 1))
        #expect(try Rate.parse("64KiB/s:1MiB", areBytes: true) == Rate(count: 65_536, .second, burst: 1 << 20))
        #expect(try Rate.parse("100/s", areBytes: true) == Rate(count: 100))
        #expect(try Rate.parse("off", areBytes: true) == nil && Rate.parse("0", areBytes: false) == nil)
    }

    @Test(
        "what is no rate is refused",
        arguments: [
            "", "20", "/s", "20/", "20/d", "20/s:", "20/s:0", "0/s", "-1/s", "20/s:1:2", "2.5/s", "20 /s", "1KiB/s",
            "99999999999999999999/s", "20/s:99999999999999999999", "OFF",
        ])
    func wrong(_ text: String) {
        #expect(throws: SettingProblem.self) { try Rate.parse(text, areBytes: false) }
    }

    @Test("each limit has a setting, off by default, and its own place")
    func table() throws {
        #expect(try load("{}").configuration.rateLimits.isOff)
        #expect(LimitName.allCases.count == 11 && Set(LimitName.allCases.map(\.number)).count == 11)
        for limit in LimitName.allCases {
            let key = ConfigurationFile.key(of: limit.flag)
            let limits = try load(#"{"\#(key)": "7/s:99999"}"#).configuration.rateLimits
            for other in LimitName.allCases {
                #expect((limits[other.kind, other.scope] != nil) == (other == limit), "\(key) \(other)")
            }
        }
    }

    @Test("P15 --limits public is a set of settings, and what is set by itself goes before it")
    func preset() throws {
        let plain = try load(#"{"limits": "public"}"#)
        #expect(plain.configuration.messagesPerSecond == 20 && plain.configuration.connectionsPerAddress == 500)
        for limit in LimitName.allCases {
            #expect(plain.configuration.rateLimits[limit.kind, limit.scope] != nil, "\(limit.flag)")
            #expect(plain.given[limit.flag]?.source == .preset("public"))
        }
        var configuration = plain.configuration
        configuration.isOpen = true
        #expect(StartRules.problems(&configuration).isEmpty, "a node starts with it")
        let mixed = try load(
            #"{"limit_bytes_per_user": "off", "max_message_rate": 0}"#,
            ["--limits", "public", "--limit-messages-per-user", "7/m"])
        #expect(mixed.configuration.rateLimits[.messages, .user] == Rate(count: 7, .minute))
        #expect(mixed.configuration.rateLimits[.bytes, .user] == nil && mixed.configuration.messagesPerSecond == 0)
        #expect(mixed.configuration.rateLimits[.bytes, .address] != nil)
        #expect(try load(#"{"limits": "off"}"#).configuration.rateLimits.isOff)
        #expect(throws: ConfigurationReader.Failure.self) { try load(#"{"limits": "private"}"#) }
    }

    @Test("every setting of the set exists and takes its value")
    func presetExists() throws {
        for (name, limits) in LimitPreset.all {
            for limit in limits {
                let setting = try #require(Settings.all.first { $0.flag == limit.flag }, "\(name): \(limit.flag)")
                var configuration = Configuration()
                try setting.apply(limit.text, &configuration)
                #expect(configuration != Configuration(), "\(limit.flag)")
            }
        }
    }

    @Test("a limit of bytes that the longest message could never pass keeps a node from starting")
    func tooSmall() throws {
        var configuration = try load(#"{"open": true, "limit_bytes_per_address": "1KiB/s"}"#).configuration
        let problems = StartRules.problems(&configuration)
        #expect(problems.map(\.flag) == ["--limit-bytes-per-address"], "\(problems)")
        configuration.messageBytes = 1_024
        #expect(StartRules.problems(&configuration).isEmpty)
    }

    @Test("what SIGHUP changes of the set is changed, the rest waits")
    func reload() throws {
        let change = try ConfigurationChange(
            from: load(#"{"open": true}"#), to: load(#"{"open": true, "limits": "public"}"#))
        #expect(change.merged.configuration.rateLimits[.connects, .address] != nil)
        #expect(change.waiting == ["max_message_rate", "max_connections_per_address"])
        #expect(change.merged.configuration.messagesPerSecond == 0)
    }
}
