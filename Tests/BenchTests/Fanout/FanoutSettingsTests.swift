import EventLoop
import Testing

@testable import Bench

@Suite("Arguments of rookery-bench fanout")
struct FanoutSettingsTests {
    private static let url = "ws://127.0.0.1:8000/ws/{n}"

    @Test("a URL is enough")
    func defaults() throws {
        let settings = try FanoutSettings([Self.url])
        #expect(settings.urls == [Self.url] && settings.subscribers == 1_000 && settings.publishers == 1)
        #expect(settings.pace == .rate(100) && settings.sizes == SizeDistribution(bytes: 128))
        #expect(settings.seconds == 10 && settings.warmUpSeconds == 1 && settings.threads == 1)
        #expect(settings.publishing == .subscribers && settings.jsonPath == nil)
    }

    @Test("everything can be told")
    func everything() throws {
        let settings = try FanoutSettings([
            Self.url, "ws://[::1]:9000/ws/{channel}/{n}", "--subscribers", "20000", "--publishers", "3", "--channels",
            "4",
            "--window", "64", "--size", "64:50,1024:50", "--duration", "500ms", "--warmup", "2m", "--connect-rate", "0",
            "--source-addresses", "127.0.0.2-127.0.0.4,127.0.0.9", "--threads", "2", "--deflate", "--header",
            "Authorization: Bearer x", "--subscribe", "{\"channel\":\"{channel}\"}", "--subscribe-answer", "ok",
            "--publish",
            "say {message}", "--publish-url", "ws://localhost:8000/pub/{channel}", "--server-pid", "17", "--json", "-",
            "--name", "one",
        ])
        #expect(settings.urls.count == 2 && settings.channels == 4 && settings.pace == .window(64))
        #expect(settings.seconds == 0.5 && settings.warmUpSeconds == 120 && settings.connectRate == 0)
        #expect(settings.sourceAddresses.map { "\($0)" } == ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.9"])
        #expect(settings.headers.first?.value == "Bearer x" && settings.offersDeflate)
        #expect(settings.subscribeTexts.first?.text(number: 5, channel: 6) == "{\"channel\":\"6\"}")
        #expect(settings.publishing == .connections(["ws://localhost:8000/pub/{channel}"]))
        #expect(settings.serverProcess == 17 && settings.jsonPath == "-" && settings.name == "one")
        let redis = try FanoutSettings([Self.url, "--publish-by", "redis://127.0.0.1:6379", "--redis-channel", "chat"])
        #expect(redis.publishWord == "redis")
        #expect(try FanoutSettings(["--help"]).asksForHelp)
    }

    @Test(
        "a wrong argument is named, with what would be right",
        arguments: [
            ([], "a URL is missing, for example ws://127.0.0.1:8000/ws/{n}"),
            (["http://127.0.0.1/"], "http://127.0.0.1/: expected ws://address:port/path"),
            (["wss://127.0.0.1/"], "wss://127.0.0.1/: TLS is not spoken here"),
            (
                ["ws://example.org:80/"],
                "ws://example.org:80/: 'example.org:80' is not an address: the host must be a literal address"
            ),
            (
                ["ws://127.0.0.1:8000/ws/{n}#x"],
                "ws://127.0.0.1:8000/ws/{n}#x: the host or the path cannot stand in a request as it is"
            ),
            ([url, "--rate"], "--rate: a value is missing"),
            ([url, "--rate", "fast"], "--rate fast: expected messages a second"),
            ([url, "--rate", "0"], "--rate 0: expected messages a second"),
            ([url, "--rate", "nan"], "--rate nan: expected messages a second"),
            ([url, "--window", "0"], "--window 0: expected a whole number from 1 to 1000000"),
            ([url, "--rate", "5", "--window", "5"], "--rate and --window: only one of --rate, --window and --idle"),
            ([url, "--size", "9"], "--size \"9\": expected bytes from 56 to 16777216"),
            (
                [url, "--duration", "soon"],
                "--duration soon: expected a time such as 10s, 500ms or 2m, from 0.1 to 86400.0 seconds"
            ),
            (
                [url, "--duration", "1ms"],
                "--duration 1ms: expected a time such as 10s, 500ms or 2m, from 0.1 to 86400.0 seconds"
            ),
            ([url, "--channels", "2"], "--channels 2: {channel} must stand in the URL or in --subscribe"),
            ([url, "--subscribers", "3", "--channels", "4"], "--channels 4: more than --subscribers 3"),
            ([url, "--subscribers", "3", "--threads", "4"], "--threads 4: more than --subscribers 3"),
            (
                [url, "--subscribers", "3", "--publishers", "4"],
                "--publishers 4: the first subscribers publish, and there are 3 (or give --publish-url)"
            ),
            (
                [url, "--source-addresses", "127.0.0.9-127.0.0.2"],
                "--source-addresses 127.0.0.9-127.0.0.2: expected addresses of this machine such as 127.0.0.2-127.0.0.9"
            ),
            ([url, "--header", "x"], "--header x: expected \"Name: value\" without control characters"),
            ([url, "--publish", "say"], "--publish say: {message} must stand in it"),
            ([url, "--publish-by", "redis://127.0.0.1"], "--publish-by needs --redis-channel"),
            ([url, "--redis-channel", "x"], "--redis-channel needs --publish-by"),
            ([url, "--subscribe-answer", "x"], "--subscribe-answer needs --subscribe"),
            (
                [url, "--subscribers", "3", "--publishers", "4", "--window", "1", "--publish-url", url],
                "--publishers 4: with --window each needs a subscriber that says what is done, and there are 3"
            ),
            ([url, "--fast"], "--fast: no such setting"),
        ])
    func wrong(arguments: [String], problem: String) {
        #expect(throws: FanoutProblem(problem)) { try FanoutSettings(arguments) }
    }
}
