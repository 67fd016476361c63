// What a node can be told about tokens, and what keeps it from starting.
import EventLoop
import Foundation
import JWT
import TestSupport
import Testing

@testable import Server

@Suite("Settings of tokens", .ownsWhatItStarts)
struct TokenSettingsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("tokens") }

    private func run(
        _ name: String, file: String? = nil, _ arguments: [String] = [], _ environment: [String: String] = [:]
    ) throws -> CommandAnswer {
        var words = arguments
        if let file { words += ["--config", try folder.write(file, to: "rookery.json")] }
        let command = try #require(Command.all[name])
        return command(words, environment)
    }

    private static let secret = "0123456789abcdef0123456789abcdef"

    @Test("J8 a secret of fewer than 32 bytes starts nothing unless that is allowed, and an empty one never")
    func weak() throws {
        func check(_ secret: String, weak: Bool = false) throws -> CommandAnswer {
            let path = try folder.write(secret + "\n", to: "secret")
            return try run("check", file: #"{"token_secret_file": ["\#(path)"], "allow_weak_hmac_key": \#(weak)}"#)
        }
        #expect(try check(TokenSettingsTests.secret).status == 0)
        let short = try check("0123456789abcdef0123456789abcde")
        #expect(
            short.status == 1 && short.output.contains("31 bytes") && short.output.contains("--allow-weak-hmac-key"))
        let allowed = try check("secret", weak: true)
        #expect(
            allowed.status == 0
                && allowed.output.contains("warning: allow_weak_hmac_key: the secret for tokens has 6 bytes"))
        #expect(try check(TokenSettingsTests.secret, weak: true).output.contains("allow_weak") == false)
        for weak in [false, true] {
            let empty = try check("", weak: weak)
            #expect(empty.status == 1 && empty.output.contains("it is empty"), "\(empty)")
            let variable = try run(
                "check", ["--allow-weak-hmac-key"].filter { _ in weak }, ["ROOKERY_TOKEN_SECRET": ""])
            #expect(variable.status == 1 && variable.output.contains("ROOKERY_TOKEN_SECRET: it is empty"))
        }
        let lines = try check("first line of the secret, long enough\nsecond")
        #expect(lines.status == 1 && lines.output.contains("more than one line"), "\(lines)")
    }

    @Test("a key for tokens lets a node listen for everybody; with open it does not go")
    func open() throws {
        let environment = ["ROOKERY_TOKEN_SECRET": TokenSettingsTests.secret]
        let answer = try run("check", file: #"{"listen": ["0.0.0.0:1"]}"#, [], environment)
        #expect(answer.status == 0, "\(answer)")
        #expect(try run("check", file: #"{"listen": ["0.0.0.0:1"]}"#).status == 1)
        let both = try run("check", ["--open"], environment)
        #expect(both.status == 1 && both.output.contains("leave out \"open\", or the keys"), "\(both)")
    }

    @Test("check warns when a token could be good for ever")
    func endless() throws {
        let environment = ["ROOKERY_TOKEN_SECRET": TokenSettingsTests.secret]
        #expect(try run("check", [], environment).output.contains("warning: token_require does not name exp"))
        for words in [["--token-require", "exp"], ["--token-max-lifetime", "30d"]] {
            #expect(try run("check", words, environment) == CommandAnswer(output: "fine\n"))
        }
    }

    @Test(
        "a key set comes from a file or from this machine",
        arguments: [
            ("/etc/keys.json", nil), ("keys:1.json", nil),
            ("http://127.0.0.1:8081/jwks?a=b", "127.0.0.1:8081 /jwks?a=b"),
            ("http://127.8.8.8", "127.8.8.8:80 /"), ("http://[::1]:99/", "[::1]:99 /"),
            ("http://[::1]/x", "[::1]:80 /x"),
            ("HTTP://LocalHost:81?x", "127.0.0.1:81 /?x"), ("http://unix:/run/a.sock:/jwks", "unix:/run/a.sock /jwks"),
        ])
    func sources(_ text: String, _ place: String?) throws {
        switch try KeySetSource(parsing: text) {
        case .file(let path): #expect(place == nil && path == text)
        case .http(let found): #expect("\(found.address) \(found.target)" == place)
        }
    }

    @Test(
        "J4 any other URL starts nothing, and a sentence says why",
        arguments: [
            ("https://issuer.example/jwks", "speaks no TLS"), ("http://issuer.example/jwks", "without TLS"),
            ("http://10.0.0.1/jwks", "without TLS"), ("http://127.0.0.1.evil.example/", "without TLS"),
            ("http://0.0.0.0/", "without TLS"), ("http://[2001:db8::1]/", "without TLS"),
            ("http://[::ffff:10.0.0.1]/", "without TLS"),
            ("ftp://127.0.0.1/", "not over ftp"), ("http://user@127.0.0.1/", "not shown"),
            ("http://127.0.0.1@evil.example/", "not shown"), ("http://127.0.0.1:0/", "expected"),
            ("http://127.0.0.1:99999/", "expected"), ("http://", "expected"), ("http:///x", "expected"),
            ("http://127.0.0.1/a b", "expected"), ("http://127.0.0.1/\r\nX: y", "expected"),
            ("http://127.0.0.1/#x", "expected"), ("http://unix:/a", "expected"), ("http://unix:a:/b", "expected"),
            ("", "expected"),
        ])
    func foreign(_ text: String, _ words: String) throws {
        let answer = try run("check", ["--token-jwks", text])
        #expect(answer.status == 1 && answer.output.contains(words), "\(answer)")
    }

    @Test("keys that are none start nothing, each with its file")
    func broken() throws {
        let pem = try folder.write("-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", to: "key.pem")
        let privateKey = try run("check", ["--token-public-key", pem])
        #expect(privateKey.status == 1 && privateKey.output.contains("openssl pkey -pubout"), "\(privateKey)")
        let missing = try run("check", ["--token-secret-file", "/nonexistent/secret"])
        #expect(missing.status == 1 && missing.output.contains("check the path and its rights"), "\(missing)")
        let json = try folder.write("{\"keys\": []}", to: "keys.json")
        #expect(try run("check", ["--token-jwks", json]).output.contains("the set has no key"))
        let deny = try folder.write("[]", to: "deny.json")
        let environment = ["ROOKERY_TOKEN_SECRET": TokenSettingsTests.secret]
        #expect(try run("check", ["--token-deny-file", deny], environment).status == 1)
        #expect(try run("check", ["--token-deny-file", deny]).output.contains("no key for tokens"))
        let three = try run(
            "check", ["--token-secret-file", try folder.write(TokenSettingsTests.secret, to: "s")],
            environment.merging(["ROOKERY_TOKEN_SECRET_2": TokenSettingsTests.secret + "2"]) { $1 })
        #expect(three.status == 1 && three.output.contains("3 secrets"), "\(three)")
    }

    @Test("a public key that is no PEM, is cut or is a certificate starts nothing, and a sentence says what to do")
    func publicKeys() throws {
        // RFC 8410 §10.1.
        let base64 = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
        func check(_ text: Data) throws -> CommandAnswer {
            let path = folder.file("key")
            try text.write(to: URL(filePath: path))
            let answer = try run("check", ["--token-public-key", path])
            #expect(answer.status == 0 || answer.output.contains("--token-public-key \(path): "), "\(answer)")
            return answer
        }
        func block(_ base64: String, _ label: String = "PUBLIC KEY") -> Data {
            Data("-----BEGIN \(label)-----\n\(base64)\n-----END \(label)-----\n".utf8)
        }
        #expect(try check(block(base64)).status == 0)
        let der = try #require(Data(base64Encoded: base64))
        for (text, words) in [
            (der, "there is no line -----BEGIN PUBLIC KEY-----"),
            (block(base64, "CERTIFICATE"), "openssl x509 -pubkey"),
            (block(der.dropLast().base64EncodedString()), "the key's DER is broken at byte 1"),
            (block(base64 + "="), "is not Base64"),
            (block(base64).dropLast(8), "no line -----END PUBLIC KEY-----"),
        ] {
            let answer = try check(text)
            #expect(answer.status == 1 && answer.output.contains(words), "\(words): \(answer)")
        }
    }

    @Test("J10 a leeway of more than a minute, or a lifetime of more than a year, is no setting")
    func bounds() throws {
        #expect(try run("check", ["--token-leeway", "60s"]).status == 0)
        #expect(try run("check", ["--token-leeway", "61s"]).status == 1)
        #expect(try run("check", ["--token-max-lifetime", "365d"]).status == 0)
        #expect(try run("check", ["--token-max-lifetime", "366d"]).status == 1)
        #expect(try run("check", ["--token-hmac-algorithm", "RS256"]).status == 1)
        #expect(try run("check", ["--token-rsa-algorithm", "PS256"]).status == 0)
    }

    @Test("two secrets hold while one takes the place of the other")
    func rotation() throws {
        let old = Secretly.signer("an old secret of thirty-two bytes!")
        let new = Secretly.signer(TokenSettingsTests.secret)
        let keys = try TokenKeys(
            DeskBench.secretSettings {
                $0.environmentSecrets.append(try! Secret(line: Array("an old secret of thirty-two bytes!".utf8)))
            })
        var claims = NewClaims()
        claims.user = "42"
        for signer in [old, new] {
            let token = signer.token(claims)
            #expect(try keys.verifier([]).verifyConnection(token.span, now: 0).user == "42")
        }
    }

    @Test("rookery token signs and checks with the configuration's secret, algorithm and rules")
    func command() throws {
        let secret = try folder.write(TokenSettingsTests.secret + "\n", to: "secret")
        let file = """
            {"token_secret_file": ["\(secret)"], "token_hmac_algorithm": "HS384", "token_issuer": "me", "token_audience": "chat",
             "token_require": ["exp"]}
            """
        let made = try run("token", file: file, ["--user", "42"])
        #expect(made.status == 0, "\(made)")
        var outside = TokenCommand.Outside()
        outside.input = { Array(made.output.utf8) }
        let check = TokenCommand.run(["--check", "-", "--config", folder.file("rookery.json")], [:], outside)
        #expect(check.status == 0 && check.output.contains("HS384") && check.output.contains("\"me\""), "\(check)")
        let strict = TokenCommand.run(
            ["--check", "-", "--config", folder.file("rookery.json"), "--issuer", "you"], [:], outside)
        #expect(strict.status == 1 && strict.output.contains("iss"), "\(strict)")
        #expect(try run("token", file: #"{"open": true}"#, ["--user", "42"]).status == 2)
    }

    @Test("J8 no command shows a byte of a secret")
    func marker() throws {
        let marker = "MARKER-0123456789-0123456789-0123456789"
        let path = try folder.write(marker + "\n", to: "secret")
        let two = try folder.write(marker + "\n" + marker + "\n", to: "two")
        let environment = ["ROOKERY_TOKEN_SECRET": marker, "ROOKERY_TOKEN_SECRET_2": "MARKER"]
        var shown = ""
        for command in ["check", "config"] {
            for words in [
                ["--token-secret-file", path], ["--token-secret-file", two], ["--token-public-key", path],
                ["--token-jwks", path], ["--token-deny-file", path], ["--token-secret-file", path, "--threads", "x"],
            ] {
                for environment in [environment, [:]] {
                    let answer = try run(command, words, environment)
                    shown += answer.output + answer.complaint
                }
            }
        }
        for words in [["--user", "1", "--secret-file", two], ["--check", "-", "--keys", path]] {
            let answer = try run("token", words)
            shown += answer.output + answer.complaint
        }
        let settings = try DeskBench.settings { $0.secretFiles = [path] }
        shown += "\(settings) \(String(reflecting: settings)) \(try TokenKeys(settings))"
        var text = ""
        dump(settings, to: &text)
        #expect(!(shown + text).contains("MARKER") && shown.contains("more than one line"), "\(shown)")
    }
}

private enum Secretly {
    static func signer(_ secret: String) -> TokenSigner { try! TokenSigner(secret: Array(secret.utf8).span) }
}
