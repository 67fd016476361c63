// How settings are read: flag, then environment, then default; one line for one mistake.
import Testing

@testable import Server

@Suite("Settings are read from flags and environment")
struct ConfigurationReaderTests {
    private func read(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Configuration {
        guard
            case .run(let loaded) = try ConfigurationReader.read(arguments: arguments, environment: environment)
        else { throw ConfigurationReader.Failure(message: "not a start") }
        return loaded.configuration
    }

    private func failure(_ arguments: [String], _ environment: [String: String] = [:]) -> String {
        do {
            _ = try ConfigurationReader.read(arguments: arguments, environment: environment)
            return ""
        } catch {
            return error.message
        }
    }

    @Test("without any setting all have their defaults")
    func defaults() throws {
        let configuration = try read([])
        #expect(configuration.listen.isEmpty && !configuration.isOpen && configuration.redis == nil)
        #expect(configuration.messageBytes == 65_536)
        #expect(configuration.handshakeMilliseconds == 10_000)
        #expect(configuration.pingMilliseconds == 25_000 && configuration.pongMilliseconds == 10_000)
        #expect(configuration.queueBytes == 1 << 20 && configuration.queueMilliseconds == 10_000)
        #expect(configuration.socketSendBufferBytes == 256 << 10)
    }

    @Test("the flag wins over the environment, the environment over the default")
    func precedence() throws {
        let environment = ["ROOKERY_THREADS": "3", "ROOKERY_MAX_MESSAGE_BYTES": "2KiB", "ROOKERY_OPEN": "1"]
        let configuration = try read(["--threads", "5"], environment)
        #expect(configuration.threads == 5)
        #expect(configuration.messageBytes == 2_048)
        #expect(configuration.isOpen)
        #expect(try read(["--threads=6"]).threads == 6)
        #expect(try !read([], ["ROOKERY_OPEN": "false"]).isOpen)
        #expect(try read([], ["ROOKERY_THREADS": ""]).threads == 0)
    }

    @Test("repeatable settings gather; in the environment they stand between commas; flags replace these")
    func repeatable() throws {
        let both = ["--relay", "a", "--relay", "b"]
        #expect(try read(both).relay == ["a", "b"])
        #expect(try read([], ["ROOKERY_RELAY": "c,d"]).relay == ["c", "d"])
        #expect(try read(both, ["ROOKERY_RELAY": "c,d"]).relay == ["a", "b"])
        #expect(try read(["--listen", "127.0.0.1:1", "--listen", "[::1]:2"]).listen.count == 2)
        #expect(try read(["--relay", ""]).relay == [""])
    }

    @Test("REDIS_URL names the Redis, ROOKERY_REDIS goes before it")
    func redisURL() throws {
        #expect(try read([], ["REDIS_URL": "redis://127.0.0.1:7000"]).redis.map { "\($0)" } == "127.0.0.1:7000")
        let both = ["REDIS_URL": "redis://127.0.0.1:7000", "ROOKERY_REDIS": "redis://127.0.0.1:7001"]
        #expect(try read([], both).redis.map { "\($0)" } == "127.0.0.1:7001")
        #expect(try read(["--redis", "redis://127.0.0.1:7002"], both).redis.map { "\($0)" } == "127.0.0.1:7002")
    }

    @Test(
        "a mistake is one line with setting, value and remedy",
        arguments: [
            (["--threads", "0"], ["--threads", "\"0\"", "1 to 1024"]), (["--threads", "-1"], ["--threads", "\"-1\""]),
            (["--threads", "+1"], ["--threads", "whole number"]), (["--threads"], ["--threads", "missing", "COUNT"]),
            (["--threads", "1", "--threads", "2"], ["--threads", "twice"]),
            (["--open=yes"], ["--open", "no value"]), (["--opne"], ["--opne", "--open"]),
            (["--max-message"], ["--max-message-bytes"]), (["--max-message-bytes", "0"], ["\"0\"", "64KiB"]),
            (["--max-message-bytes", "1TB"], ["\"1TB\""]),
            (["--max-message-bytes", "9999999999999999999GiB"], ["bytes such as"]),
            (["--ping-interval", "5x"], ["--ping-interval", "10s"]), (["--ping-interval", "-5s"], ["--ping-interval"]),
            (["--ping-interval", "0"], ["--ping-interval", "1ms"]),
            (["--listen", "nonsense"], ["--listen", "nonsense"]),
            (["--listen", "localhost:99999"], ["--listen", "99999"]),
            (["--trusted-proxy", "10.0.0.0/33"], ["10.0.0.0/33"]),
            (["--redis-prefix", ""], ["--redis-prefix", "1 to 64"]),
            (["--socket-send-buffer", "1"], ["--socket-send-buffer"]),
            (["-x"], ["-x", "--help"]), (["word"], ["--help"]), ([""], ["--help"]),
        ] as [([String], [String])])
    func mistakes(_ arguments: [String], _ named: [String]) {
        let message = failure(arguments)
        #expect(!message.isEmpty && !message.contains("\n"))
        for word in named { #expect(message.contains(word), "\(message)") }
    }

    @Test("a mistake in the environment names its variable")
    func environmentMistakes() {
        #expect(failure([], ["ROOKERY_THREADS": "x"]).hasPrefix("ROOKERY_THREADS \"x\": expected"))
        #expect(failure([], ["ROOKERY_OPEN": "maybe"]).hasPrefix("ROOKERY_OPEN=maybe: expected 1 or 0"))
        #expect(failure([], ["REDIS_URL": "http://x"]).hasPrefix("REDIS_URL: it must begin with redis://"))
    }

    @Test("an empty value in a list is a slip, not everything")
    func emptyInList() throws {
        #expect(failure([], ["ROOKERY_RELAY": "news.,"]).hasPrefix("ROOKERY_RELAY: an empty value"))
        guard case .run(let all) = try ConfigurationReader.read(arguments: [], environment: ["ROOKERY_RELAY": "''"]),
            case .run(let two) = try ConfigurationReader.read(
                arguments: [], environment: ["ROOKERY_RELAY": "news., sport."])
        else {
            Issue.record("it should run")
            return
        }
        #expect(all.configuration.relay == [""])
        #expect(two.configuration.relay == ["news.", "sport."])
    }

    @Test("no message repeats a password, wherever it was written by mistake")
    func secrets() {
        let url = "redis://user:s3cr3t@host:port/x"
        for message in [
            failure(["--redis", url]), failure(["--redis=\(url)"]), failure([], ["REDIS_URL": url]), failure([url]),
            failure(["--redis-url=\(url)"]), failure(["--redis-url", url]), failure(["--redis", "a", url]),
        ] {
            #expect(!message.isEmpty && !message.contains("s3cr3t"), "\(message)")
        }
    }

    @Test("control characters of a value do not reach the terminal")
    func controls() {
        #expect(failure(["--threads", "\u{1b}[31m\n2"]).allSatisfy { !$0.isNewline && $0 != "\u{1b}" })
        #expect(failure(["--\u{1b}[31m"]).allSatisfy { $0 != "\u{1b}" })
    }

    @Test("--help and --version are answered wherever they stand, and --help names each setting once")
    func help() throws {
        guard case .help = try ConfigurationReader.read(arguments: ["--open", "--help"], environment: [:]) else {
            Issue.record("no help")
            return
        }
        guard case .version = try ConfigurationReader.read(arguments: ["--version"], environment: [:]) else {
            Issue.record("no version")
            return
        }
        let lines = Help.text().split(separator: "\n")
        for setting in Settings.all {
            #expect(lines.count { $0.hasPrefix("  \(setting.flag) ") } == 1, "\(setting.flag)")
            #expect(setting.help.hasSuffix(".") || setting.help.hasSuffix("1013"), "\(setting.flag): \(setting.help)")
        }
        #expect(Set(Settings.all.map(\.flag)).count == Settings.all.count)
    }
}
