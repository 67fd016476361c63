// What a login looks like on the wire, and the token that comes of it.
import EventLoop
import Testing
import WSProtocol

@testable import Server

@Suite("Logins on the wire")
struct LoginRequestTests {
    private func status(_ body: String) -> HTTPStatus? {
        do {
            _ = try LoginRequest(Array(body.utf8))
            return nil
        } catch { return error.status }
    }

    @Test("two texts in an object, in any order and however they are escaped")
    func right() throws {
        for body in [
            #"{"user":"ann","password":"päss"}"#, #" { "password" : "p\u00e4ss" , "user" : "a\u006en" } "#,
        ] {
            let login = try LoginRequest(Array(body.utf8))
            #expect(login.user == Array("ann".utf8) && login.password == Array("päss".utf8), "\(body)")
        }
    }

    @Test(
        "anything else is 400, in words that hold nothing of it",
        arguments: [
            "", "null", "[]", "{}", #"{"user":"ann"}"#, #"{"password":"Marker77"}"#,
            #"{"user":1,"password":"Marker77"}"#,
            #"{"user":"ann","password":null}"#, #"{"user":"ann","password":"Marker77","more":1}"#,
            #"{"user":"ann","password":"Marker77","password":"b"}"#, #"{"user":"ann","password":{"a":"Marker77"}}"#,
            #"{"user":"ann","password":"Marker77"} "x""#, "user=ann&password=Marker77",
            #"{"user":"ann","password":"Marker77"#,
            "{\"user\":\"ann\",\"password\":\"Marker77\n\"}",
        ])
    func wrong(_ body: String) {
        do {
            let login = try LoginRequest(Array(body.utf8))
            Issue.record("\(login)")
        } catch {
            #expect(error.status == .badRequest && !error.reason.contains("Marker77"), "\(error)")
        }
    }

    @Test("H10 X1 brackets and cut texts are refused")
    func hostile() throws {
        #expect(status(String(repeating: "[", count: LoginRequest.bytesMax)) == .badRequest)
        let whole = #"{"user":"ann","password":"p\u00e4ss"}"#
        for end in whole.indices { #expect(status(String(whole[..<end])) == .badRequest) }
        #expect(throws: HTTPRefusal.self) { try LoginRequest([0x7B, 0x22, 0xFF, 0x22]) }
    }

    @Test("a login does not show what it holds")
    func hidden() throws {
        let login = try LoginRequest(Array(#"{"user":"Marker77","password":"Marker77"}"#.utf8))
        let key = LoginKey(.loopback, login.user)
        let job = LoginJob(
            number: 1, login: login, key: key, address: BucketKey(address: .loopback), answers: Mailbox {})
        for text in ["\(login)", String(reflecting: login), "\(job)", String(reflecting: job)] {
            #expect(!text.contains("Marker77") && !text.contains("77, 97, 114"), "\(text)")
        }
    }

    @Test("each outcome has its answer, all of them no-store")
    func answers() throws {
        let welcome = LoginEndpoint.answer(.welcome(token: Array("a.b.c".utf8), seconds: 60))
        #expect(String(decoding: welcome.body, as: UTF8.self) == "{\"token\":\"a.b.c\",\"expires_in\":60}\n")
        let wanted: [(LoginOutcome, HTTPStatus, String?)] = [
            (.welcome(token: [], seconds: 1), .ok, nil), (.wrong(0), .unauthorized, nil),
            (.wrong(4), .unauthorized, "4"), (.delayed(30), .tooManyRequests, "30"),
            (.full, .serviceUnavailable, "2"), (.unavailable, .serviceUnavailable, "10"),
        ]
        for (outcome, status, retry) in wanted {
            let answer = LoginEndpoint.answer(outcome)
            let text = String(decoding: answer.encode(omitBody: false, keepAlive: true), as: UTF8.self)
            #expect(answer.status == status && text.contains("Cache-Control: no-store\r\n"), "\(text)")
            #expect(text.contains("Retry-After: ") == (retry != nil), "\(text)")
            if let retry { #expect(text.contains("Retry-After: \(retry)\r\n"), "\(text)") }
            #expect(text.contains("WWW-Authenticate: ") == (status == .unauthorized))
        }
        #expect(LoginOutcome.labels.count == 5 && LoginOutcome.unavailable.number == 4)
    }

    // MARK: Tokens

    private func settings(_ change: (inout TokenSettings) -> Void = { _ in }) throws -> TokenSettings {
        var settings = TokenSettings()
        settings.files.secrets = [try Secret(line: Array("a secret of more than thirty-two bytes".utf8))]
        change(&settings)
        return settings
    }

    @Test("the token is signed by the first secret and has what the node's rules ask for")
    func token() throws {
        let settings = try settings {
            $0.issuer = "rookery"
            $0.audience = "chat"
            $0.requiredClaims = ["exp", "iat", "jti", "sub", "iss", "aud"]
            $0.lifetimeSeconds = 3_600
        }
        let tokens = try LoginTokens(settings, seconds: 3_600)
        let token = tokens.token(user: "ann", rooms: ["room:*"], identifier: [1, 2, 3], now: 1_700_000_000)
        // The command judges as a node would; its rules are given by words.
        var outside = TokenCommand.Outside()
        outside.now = { 1_700_003_599 }
        outside.input = { () throws(SystemError) in token }
        outside.file = { _ throws(SystemError) in Array("a secret of more than thirty-two bytes\n".utf8) }
        let answer = TokenCommand.run(
            ["--check", "-", "--secret-file", "s", "--issuer", "rookery", "--audience", "chat"], [:], outside)
        #expect(answer.status == 0 && answer.output.contains("sub: \"ann\""), "\(answer)")
        #expect(answer.output.contains("room:*") && answer.output.contains("in 1 s"), "\(answer)")
        outside.now = { 1_700_003_600 }
        #expect(TokenCommand.run(["--check", "-", "--secret-file", "s"], [:], outside).status == 1)
    }

    @Test("without an HMAC key, or with rules that its tokens break, no node logs anybody in")
    func refused() throws {
        func flag(_ settings: TokenSettings, seconds: Int = 60) -> String? {
            do {
                _ = try LoginTokens(settings, seconds: seconds)
                return nil
            } catch { return error.flag }
        }
        #expect(try flag(settings()) == nil)
        #expect(flag(TokenSettings()) == "--users")
        #expect(try flag(settings { $0.requiredClaims = ["info"] }) == "--users")
        #expect(try flag(settings { $0.requiredClaims = ["aud"] }) == "--users", "there is no audience to write")
        #expect(try flag(settings { $0.lifetimeSeconds = 59 }) == "--users")
        #expect(try flag(settings { $0.lifetimeSeconds = 60 }) == nil)
        let weak = try Secret(line: Array("short".utf8))
        #expect(try flag(settings { $0.files.secrets = [weak] }) == "--token-secret-file")
    }

    // MARK: The price

    @Test("J8 a name that nobody has costs what the dearest user costs, and so does every user")
    func price() throws {
        var file = UsersFile()
        for (name, rounds) in [("cheap", 600_000), ("dear", 900_000)] {
            let hash = PasswordHash(rounds: rounds, salt: Array(0...15), key: Array(0...31))
            file.put(UserRecord(name: name, password: hash))
        }
        for (user, password, isFound) in [
            ("cheap", "right", true), ("cheap", "wrong", false), ("dear", "right", true), ("dear", "wrong", false),
            ("nobody", "right", false), ("", "wrong", false),
        ] {
            let worked = Lock(0)
            let body = #"{"user":"\#(user)","password":"\#(password)"}"#
            let found = PasswordCheck.user(try LoginRequest(Array(body.utf8)), in: file) { hash, password in
                worked.withLock { $0 += hash.rounds }
                return password == Array("right".utf8)
            }
            #expect(found?.name == (isFound ? user : nil), "\(body)")
            #expect(worked.withLock { $0 } == 900_000, "\(body)")
        }
    }
}
