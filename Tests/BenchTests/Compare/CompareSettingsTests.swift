import Testing

@testable import Bench

@Suite("Arguments of rookery-bench compare")
struct CompareSettingsTests {
    @Test("one server is compared with the bare send(), seven rounds of four loads")
    func defaults() throws {
        let settings = try CompareSettings(["--server", "ours=rookery --listen 127.0.0.1:{port}"])
        #expect(settings.servers.map(\.name) == ["limit", "ours"] && settings.yardstick == "limit")
        #expect(settings.servers[0].command == "{self} limit --listen 127.0.0.1:{port}")
        #expect(settings.servers[1].command == "rookery --listen 127.0.0.1:{port}")
        #expect(settings.servers[1].url == "ws://127.0.0.1:{port}/ws/{n}")
        #expect(settings.rounds == 7 && settings.roundsMost == 7)
        #expect(
            settings.loads.map(\.label) == [
                "paced 1,000 × 100/s", "paced 10,000 × 5/s", "saturated 1,000 × 32 outstanding",
                "saturated 10 × 256 outstanding",
            ])
    }

    @Test("every setting is taken, whatever comes first")
    func all() throws {
        let settings = try CompareSettings([
            "--url", "b=ws://localhost:{port}/chat", "--with", "b=--subscribe 'join {channel}' --deflate", "--server",
            "a=x y=z", "--server", "b=c", "--yardstick", "a", "--rounds", "3", "--rounds-most", "9", "--pin-server",
            "0", "--pin-load", "1", "--load", "rate=5", "--json", "-", "--html", "page.html",
        ])
        #expect(settings.servers.map(\.name) == ["a", "b"] && settings.yardstick == "a")
        #expect(settings.servers[0].command == "x y=z")
        #expect(settings.servers[1].url == "ws://localhost:{port}/chat")
        #expect(settings.servers[1].options == ["--subscribe", "join {channel}", "--deflate"])
        #expect(settings.rounds == 3 && settings.roundsMost == 9)
        #expect(settings.serverProcessor == 0 && settings.loadProcessor == 1)
        #expect(settings.loads.map(\.arguments) == [["--rate", "5"]])
        #expect(settings.jsonPath == "-" && settings.htmlPath == "page.html")
    }

    @Test(
        "a wrong argument is named, with what would be right",
        arguments: [
            ([], "--server is missing: what shall be compared with limit?"),
            (["--server", "a"], "--server a: expected name=…"), (["--server", "=a"], "--server =a: expected name=…"),
            (["--server", "a=b", "--server", "a=c"], "--server a: there is one of this name already"),
            (["--server", "a=b", "--yardstick", "c"], "--yardstick c: no such server; there are a limit"),
            (["--server", "a=b", "--url", "c=ws://127.0.0.1:1/"], "--url c: no such server; there are limit a"),
            (
                ["--server", "a=b", "--url", "a=http://127.0.0.1:1/"],
                "--url a=http://127.0.0.1:1/: expected ws://127.0.0.1:{port}/…"
            ),
            (
                ["--server", "a=b", "--url", "a=ws://example.org:1/"],
                "--url a=ws://example.org:1/: expected ws://127.0.0.1:{port}/…"
            ),
            (["--server", "a=b", "--with", "a='x"], "--with a: a single quote has no end in: 'x"),
            (["--server", "a=b", "--rounds", "0"], "--rounds 0: expected a whole number from 1 to 1000"),
            (
                ["--server", "a=b", "--rounds", "5", "--rounds-most", "4"],
                "--rounds-most 4: less than --rounds 5"
            ),
            (
                ["--server", "a=b", "--load", "rate=1", "--load", "rate=1 duration=2s"],
                "--load rate=1 duration=2s: there is one of the name paced 1,000 × 1/s already; label=… names it"
            ),
            (["--server", "a='b"], "--server a: a single quote has no end in: 'b"),
            (["--json"], "--json: a value is missing"), (["--fast"], "--fast: no such setting"),
        ])
    func wrong(arguments: [String], problem: String) {
        #expect(throws: CompareSettings.Problem(description: problem)) { try CompareSettings(arguments) }
    }

    @Test("places of a command and of a URL are filled, each as often as it stands there")
    func places() {
        let filled = Places.filled("{self} --port {port} --url http://h:{port}/{n}{", port: 81, program: "/p")
        #expect(filled == "/p --port 81 --url http://h:81/{n}{")
    }
}
