import EventLoop
import Testing

@testable import Bench

@Suite("Arguments of rookery-bench limit")
struct LimitSettingsTests {
    @Test("without arguments it listens on port 9000 of this machine and sends once a turn")
    func defaults() throws {
        let settings = try LimitSettings([])
        #expect(settings.address == (try ListenAddress(parsing: "127.0.0.1:9000")))
        #expect(settings.sends == .perTurn && settings.prefix.isEmpty && !settings.asksForHelp)
    }

    @Test("every setting is taken")
    func all() throws {
        let settings = try LimitSettings(["--listen", "[::1]:0", "--per", "message", "--prefix", "Client #1 says: "])
        #expect(settings.address == (try ListenAddress(parsing: "[::1]:0")))
        #expect(settings.sends == .perMessage && settings.prefix == Array("Client #1 says: ".utf8))
        #expect(try LimitSettings(["--help"]).asksForHelp)
    }

    @Test(
        "a wrong argument is named, with what would be right",
        arguments: [
            (["--per"], "--per: a value is missing"),
            (["--per", "second"], "--per second: expected message or turn"),
            (["--fast", "1"], "--fast: no such setting"), (["9000"], "9000: no such setting"),
            (
                ["--listen", "example.org:80"],
                "--listen example.org:80: 'example.org:80' is not an address: listening needs a literal address such as "
                    + "127.0.0.1:8000 or [::1]:8000, not a name"
            ),
        ])
    func wrong(arguments: [String], problem: String) {
        #expect(throws: LimitSettings.Problem(description: problem)) { try LimitSettings(arguments) }
    }
}
