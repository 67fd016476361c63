// `rookery token` as a function of its words; the file, standard input and the clock are the test's.
import EventLoop
import TestSupport
import Testing

@testable import Server

@Suite("The command token")
struct TokenCommandTests {
    private let secret = "a secret of more than thirty-two bytes"

    private func run(
        _ arguments: [String], secret: String? = nil, input: String = "", keys: String = "", now: Int64 = 1_700_000_000
    ) -> CommandAnswer {
        var outside = TokenCommand.Outside()
        outside.now = { now }
        outside.input = { Array(input.utf8) }
        outside.file = { path throws(SystemError) in
            Array((path == "keys" ? keys : (secret ?? self.secret) + "\n").utf8)
        }
        return TokenCommand.run(arguments, [:], outside)
    }

    private func token(_ arguments: [String]) throws -> String {
        let answer = run(arguments + ["--secret-file", "s"])
        try #require(answer.status == 0, "\(answer)")
        return answer.output
    }

    @Test("a token is taken by the secret it was made with, until its time is over")
    func roundTrip() throws {
        let token = try token(["--user", "42", "--ttl", "1h"])
        #expect(token.split(separator: ".").count == 3 && token.hasSuffix("\n"))
        let taken = run(["--check", "-", "--secret-file", "s"], input: token)
        #expect(
            taken.status == 0 && taken.output.contains("sub: \"42\"") && taken.output.contains("in 3600 s"), "\(taken)")
        let late = run(["--check", "-", "--secret-file", "s"], input: token, now: 1_700_003_700)
        #expect(late.status == 1 && late.output.contains("refused") && late.output.contains("exp"), "\(late)")
        let other = run(
            ["--check", "-", "--secret-file", "s"], secret: "another secret of thirty-two bytes, or more", input: token)
        #expect(other.status == 1 && other.output.contains("signature"), "\(other)")
    }

    @Test("another program takes our tokens, and we take theirs: the protocol's example")
    func example() {
        // Secret "secret", user 42, info {"name":"Ann"}: from the protocol's own page.
        let example =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImluZm8iOnsibmFtZSI6IkFubiJ9fQ.xBCO6OadkBEj3rE5YsNRl6Vn5MuukMMy6oyga1gsdvQ"
        let weak = run(["--check", "-", "--secret-file", "s"], secret: "secret", input: example)
        #expect(weak.status == 2 && weak.complaint.contains("32"), "\(weak)")
        let taken = run(
            ["--check", "-", "--secret-file", "s", "--allow-weak-secret"], secret: "secret", input: example)
        #expect(taken.status == 0, "\(taken)")
        let required = run(
            ["--check", "-", "--secret-file", "s", "--allow-weak-secret", "--require", "exp"], secret: "secret",
            input: example)
        #expect(required.status == 1 && required.output.contains("exp"), "\(required)")
    }

    @Test("every claim that was asked for is there")
    func claims() throws {
        let token = try token([
            "--user=42", "--rooms", "room:*,news", "--channels", "a,b", "--info", #"{ "name": "Ann" }"#, "--id", "j1",
            "--issuer", "me", "--audience", "chat", "--algorithm", "HS512",
        ])
        let answer = run(["--check", "-", "--secret-file", "s", "--issuer", "me", "--audience", "chat"], input: token)
        #expect(answer.status == 0, "\(answer)")
        for text in ["HS512", "room:*", "news", #"{\"name\":\"Ann\"}"#, "j1", "me", "chat"] {
            #expect(answer.output.contains(text), "\(text) in \(answer.output)")
        }
        let wrong = run(["--check", "-", "--secret-file", "s", "--issuer", "you"], input: token)
        #expect(wrong.status == 1 && wrong.output.contains("iss"))
        let subscription = try self.token(["--anonymous", "--channel", "room:1"])
        #expect(run(["--check", "-", "--secret-file", "s"], input: subscription).output.contains("room:1"))
    }

    @Test("public keys check what their issuer signed, and nothing else")
    func keys() throws {
        let token = try token(["--user", "42"])
        let jwk = #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","alg":"EdDSA"}"#
        let answer = run(["--check", "-", "--keys", "keys"], input: token, keys: jwk)
        #expect(answer.status == 1 && answer.output.contains("HS256"), "\(answer)")
        // RFC 8037, appendix A.4: signed with the key above; its payload is no claims.
        let signed =
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        let example = run(["--check", "-", "--keys", "keys"], input: signed, keys: jwk)
        #expect(example.status == 1 && example.output.contains("signature: 64 bytes\n"), "\(example)")
    }

    @Test(
        "what cannot be is refused with a remedy, status 2",
        arguments: [
            ([], "--user"), (["--user", ""], "--user"), (["--user", "1", "--anonymous"], "--user"),
            (["--user", "1"], "--secret-file"), (["--user", "1", "--ttl", "soon"], "--ttl"),
            (["--user", "1", "--ttl", "0s"], "--ttl"),
            (["--user", "1", "--info", "{"], "--info"), (["--user", "1", "--info", "1 2"], "--info"),
            (["--user", "1", "--algorithm", "RS256"], "--algorithm"),
            (["--user", "1", "--algorithm", "none"], "--algorithm"),
            (["--user", "1", "--user", "2"], "twice"), (["--user"], "missing"),
            (["--user", "1", "--channel", "a", "--channels", "b"], "--channels"),
            (["--user", "1", "--keys", "keys"], "--check"), (["--check", "abc"], "standard input"),
            (["--check", "-", "--user", "1"], "--user"),
            (["--check", "-", "--keys", "keys", "--secret-file", "s"], "--keys"),
            (["--check", "-", "--keys", "keys"], "key"),
        ] as [([String], String)])
    func refused(_ arguments: [String], _ word: String) {
        let isWhole = word == "--secret-file" || arguments.last == "--user" || arguments.contains("--keys")
        let answer = run(isWhole ? arguments : arguments + ["--secret-file", "s"])
        #expect(answer.status == 2 && answer.output.isEmpty, "\(answer)")
        #expect(answer.complaint.contains(word) && answer.complaint.hasSuffix("rookery token --help\n"), "\(answer)")
    }

    @Test("J8 nothing that could be a secret is shown again")
    func marker() throws {
        let marker = "MARKER-secret-0123456789-0123456789"
        var shown = ""
        for arguments in [
            ["--user", "1", marker], ["--user", "1", "--secret=\(marker)"],
            ["--user", "1", "--secret-file", "s", marker],
            ["--check", "-", "--secret-file", "s"], ["--user", "1", "--secret-file", "s"],
        ] {
            let answer = run(arguments, secret: marker, input: marker)
            shown += answer.complaint + (answer.status == 0 ? "" : answer.output)
        }
        #expect(!shown.contains("MARKER") && shown.contains("no option"))
    }
}
