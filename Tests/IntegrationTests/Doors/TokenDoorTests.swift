// The plain door and the relay of a node with a key for tokens. Tokens come from another implementation (Peers/issuer.py).
import Foundation
import TestSupport
import Testing

@Suite("Doors that open with tokens", .needs(.rookery), .needs(.pythonPackages), .ownsWhatItStarts)
struct TokenDoorTests {
    private static let secret = "0123456789abcdef0123456789abcdef"
    private static let rights = """
        "without_namespace": {"allow_subscribe_for_client": true, "allow_publish_for_client": true},
        "namespaces": [{"name": "news", "allow_subscribe_for_client": true}, {"name": "room"}],
        "plain_channels": ["news:", "room:", "nope:", "$"], "relay": ["news:", "room:", "chat_channel"]
        """

    private let folder: TemporaryFolder
    private let issuer: TokenIssuer

    init() throws {
        folder = try TemporaryFolder("tokens")
        issuer = try TokenIssuer()
    }

    private func node(_ more: String = "", _ flags: [String] = []) throws -> RookeryServer {
        let file = "{\(TokenDoorTests.rights)\(more.isEmpty ? "" : ", " + more)}"
        let path = try folder.write(file, to: "rookery.json")
        return try RookeryServer(
            ["--config", path] + flags, environment: ["ROOKERY_TOKEN_SECRET": TokenDoorTests.secret])
    }

    private func token(_ claims: String) throws -> String { try issuer.token(claims, secret: TokenDoorTests.secret) }

    private func soon(_ seconds: Int) -> Int { Int(Date().timeIntervalSince1970) + seconds }

    private func status(_ path: String, _ node: RookeryServer, _ token: String?) throws -> RawHTTP.Response {
        try Handshakes.answer(path, on: node, headers: token.map { ["Authorization: Bearer \($0)"] } ?? [])
    }

    @Test("who shows a right token talks under its name; without one the answer is 401 and says how")
    func opens() throws {
        let node = try node()
        let token = try token(#"{"sub": "42"}"#)
        let client = try TestWebSocket(
            node.webSocketURL("/ws/42"), headers: ["Authorization: Bearer \(token)"],
            followedBy: WireFrame.text("early").bytes)
        #expect(try client.receiveText() == "Client #42 says: early")
        let lower = try TestWebSocket(
            node.webSocketURL("/relay/chat_channel"), headers: ["Authorization: bearer   \(token)"])
        try lower.sendText("raw")
        #expect(try client.receiveText() == "raw")
        for path in ["/ws/42", "/relay/chat_channel"] {
            let none = try status(path, node, nil)
            #expect(none.status == 401 && none["WWW-Authenticate"] == "Bearer", "\(none.head)")
        }
        let basic = try Handshakes.answer("/ws/42", on: node, headers: ["Authorization: Basic \(token)"])
        #expect(basic.status == 401)
        let two = try Handshakes.answer("/ws/42?token=\(token)", on: node, headers: ["Authorization: Bearer \(token)"])
        #expect(two.status == 400)
        // Through a proxy and under any name: whoever has a token has shown who he is.
        let far = try Handshakes.answer(
            "/ws/42", on: node, headers: ["Authorization: Bearer \(token)", "Via: 1.1 proxy"], host: "chat.example.org")
        #expect(far.status == 101)
        #expect(try node.health().body.contains("\"open\":false"))
    }

    @Test("a token that is not right is 401, whatever is wrong with it")
    func wrong() throws {
        let node = try node(#""token_issuer": "me", "token_audience": "chat""#)
        let claims = #""iss": "me", "aud": ["x", "chat"]"#
        #expect(try status("/ws/42", node, token(#"{"sub": "42", \#(claims)}"#)).status == 101)
        let forged = try issuer.token(#"{"sub": "42", \#(claims)}"#, secret: "another secret, also thirty-two bytes")
        for wrong in [
            forged, try token(#"{"sub": "42", "iss": "you", "aud": "chat"}"#),
            try token(#"{"sub": "42", "iss": "me"}"#),
            try token(#"{"sub": "42", \#(claims), "exp": 1}"#),
            try token(#"{"sub": "42", \#(claims), "nbf": \#(soon(600))}"#),
            try token(#"{"sub": 42, \#(claims)}"#), try token(#"{"sub": "42", \#(claims), "channel": "a"}"#),
            try issuer.token(#"{"sub": "42", \#(claims)}"#), "a.b.c", "x", "", String(repeating: ".", count: 9_000),
            forged.split(separator: ".")[0] + "." + forged.split(separator: ".")[1] + ".",
        ] {
            let answer = try status("/ws/42", node, wrong)
            #expect(answer.status == 401, "\(wrong.prefix(40)): \(answer.text)")
            #expect(answer["WWW-Authenticate"] == "Bearer error=\"invalid_token\"")
            #expect(wrong.utf8.count < 8 || !answer.text.contains(wrong))
        }
    }

    @Test("the client id must be the user of the token, byte by byte")
    func clientID() throws {
        let node = try node()
        for (path, sub, status) in [
            ("/ws/42", "42", 101), ("/ws/43", "42", 403), ("/ws/042", "42", 403), ("/ws/%C3%A9", "\u{e9}", 101),
            ("/ws/%C3%A9", "e\u{301}", 403), ("/ws/e%CC%81", "\u{e9}", 403), ("/ws/42", "", 403),
        ] {
            let answer = try self.status(path, node, token("{\"sub\": \"\(sub)\"}"))
            #expect(answer.status == status, "\(path) \(sub): \(answer.text)")
        }
    }

    @Test("joining needs the subscribe right: else 403 before the upgrade, naming the rule")
    func subscribe() throws {
        let node = try node()
        let ann = try token(#"{"sub": "42"}"#)
        for (path, claims, status, words) in [
            ("/ws/42?channel=news:1", #"{"sub": "42"}"#, 101, ""),
            ("/ws/42?channel=room:1", #"{"sub": "42"}"#, 403, "no rule grants subscribe to user"),
            ("/ws/42?channel=room:1", #"{"sub": "42", "rooms": ["room:*"]}"#, 101, ""),
            ("/ws/42?channel=room:1", #"{"sub": "42", "rooms": ["room:2"]}"#, 403, "no rule grants"),
            ("/ws/42?channel=room:1", #"{"sub": "42", "channels": ["room:1"]}"#, 101, ""),
            ("/ws/42?channel=nope:1", #"{"sub": "42"}"#, 403, "there is no namespace"),
            ("/ws/42?channel=$x", #"{"sub": "42"}"#, 403, "needs a subscription token"),
            ("/relay/room:1", #"{"sub": "42"}"#, 403, "no rule grants subscribe"),
            ("/relay/chat_channel", "{}", 403, "anonymous"), ("/relay/news:1", #"{"sub": "42"}"#, 101, ""),
        ] {
            let answer = try self.status(path, node, token(claims))
            #expect(
                answer.status == status && (status == 101 || answer.text.contains(words)),
                "\(path) \(claims): \(answer.text)")
        }
        // What the door does not reach, no token opens.
        #expect(try status("/relay/other", node, ann).status == 403)
    }

    @Test(
        "a message needs the publish right: else 1008, naming the rule; nobody hears it",
        arguments: ["/ws/42?channel=news:1", "/relay/news:1"])
    func publish(_ path: String) throws {
        let node = try node()
        let reader = try token(#"{"sub": "42"}"#)
        let writer = try token(#"{"sub": "7", "rooms": ["news:1"]}"#)
        let witness = try TestWebSocket(
            node.webSocketURL("/ws/7?channel=news:1"), headers: ["Authorization: Bearer \(writer)"])
        let mute = try TestWebSocket(node.webSocketURL(path), headers: ["Authorization: Bearer \(reader)"])
        try witness.sendText("hello")
        #expect(try mute.receiveText() == "Client #7 says: hello" && witness.receiveText() == "Client #7 says: hello")
        try mute.sendText("me too")
        guard case .close(let code, let reason) = try mute.receive() else {
            Issue.record("not closed")
            return
        }
        #expect(code == 1008 && reason.hasPrefix("publish: no rule grants publish to user"), "\(reason)")
        if path.hasPrefix("/ws") { #expect(try witness.receiveText() == "Client #42 left the chat") }
        #expect(try witness.receiveIfAny(seconds: 0.2) == nil)
    }

    @Test("the right to publish follows the settings of the moment")
    func reload() throws {
        let node = try node()
        let client = try TestWebSocket(
            node.webSocketURL("/relay/news:1"), headers: ["Authorization: Bearer \(token(#"{"sub": "42"}"#))"])
        try folder.write(
            TokenDoorTests.rights.replacing(
                #""name": "news","#, with: #""name": "news", "allow_publish_for_subscriber": true,"#
            )
            .wrapped, to: "rookery.json")
        node.process.kill(1)
        try wait(until: "the settings are read again:\n\(node.log)") { node.log.contains("reload: changed") }
        try client.sendText("now I may")
        #expect(try client.receiveText() == "now I may")
    }

    @Test(
        "a secret is changed by SIGHUP without a gap: both verify, then only the new one; a wrong file changes nothing")
    func rotation() throws {
        let (old, new) = ("the old secret of thirty-two bytes", "the new secret of thirty-two bytes")
        let files = [try folder.write(old + "\n", to: "one"), try folder.write(new + "\n", to: "two")]
        func configure(_ secrets: [String]) throws {
            let list = secrets.map { "\"\($0)\"" }.joined(separator: ", ")
            try folder.write("{\(TokenDoorTests.rights), \"token_secret_file\": [\(list)]}", to: "rookery.json")
        }
        try configure([files[0]])
        let node = try RookeryServer(["--config", folder.file("rookery.json")])
        let tokens = try [old, new].map { try issuer.token(#"{"sub": "42"}"#, secret: $0) }
        func statuses() throws -> [Int] { try tokens.map { try status("/ws/42", node, $0).status } }
        var reloads = 0
        func reload() throws {
            reloads += 1
            node.process.kill(1)
            try wait(until: "the settings are read again:\n\(node.log)") {
                node.log.split(separator: "\n").count { $0.contains(" reload: ") } == reloads
            }
        }
        #expect(try statuses() == [101, 401])
        try configure([files[1], files[0]])
        try reload()
        #expect(try statuses() == [101, 101])
        try folder.write("too short\n", to: "two")
        try reload()
        #expect(node.log.contains("nothing changed: ") && !node.log.contains("too short"))
        #expect(try statuses() == [101, 101])
        try folder.write(new + "\n", to: "two")
        try configure([files[1]])
        try reload()
        #expect(try statuses() == [401, 101])
    }

    @Test(
        "W15 a connection ends with its token: 3005 at exp, and not before",
        arguments: ["/ws/42", "/relay/chat_channel"])
    func expires(_ path: String) throws {
        let node = try node()
        let end = soon(3)
        let client = try TestWebSocket(
            node.webSocketURL(path), headers: ["Authorization: Bearer \(token(#"{"sub": "42", "exp": \#(end)}"#))"])
        try client.sendText("still here")
        _ = try client.receiveText()
        guard case .close(let code, let reason) = try client.receive(seconds: 8) else {
            Issue.record("not closed")
            return
        }
        #expect(code == 3005 && reason == "connection expired")
        #expect(Int(Date().timeIntervalSince1970) >= end)
        // expire_at ends the connection earlier, or not at all (client protocol, connection token claims).
        let never = try TestWebSocket(
            node.webSocketURL("/ws/42"),
            headers: ["Authorization: Bearer \(token(#"{"sub": "42", "exp": \#(soon(2)), "expire_at": 0}"#))"])
        #expect(try never.receiveIfAny(seconds: 4) == nil)
    }

    @Test("a token in the query must expire within five minutes, or what the setting says")
    func query() throws {
        let node = try node()
        let strict = try RookeryServer(
            ["--token-query-time", "0s"], environment: ["ROOKERY_TOKEN_SECRET": TokenDoorTests.secret])
        for (claims, wanted) in [
            (#"{"sub": "42", "exp": \#(soon(200))}"#, 101), (#"{"sub": "42", "exp": \#(soon(400))}"#, 401),
            (#"{"sub": "42"}"#, 401), (#"{"sub": "42", "exp": \#(soon(400)), "expire_at": \#(soon(100))}"#, 401),
        ] {
            let token = try token(claims)
            #expect(try Handshakes.status(of: "/ws/42?token=\(token)", on: node) == wanted, "\(claims)")
            #expect(try Handshakes.status(of: "/ws/42?token=\(token)", on: strict) == 401)
        }
    }

    @Test("without a key a token is refused, not ignored; without a token all is as it was")
    func open() throws {
        let node = try RookeryServer(["--relay", "", "--echo"])
        for path in ["/ws/1", "/relay/a", "/echo"] {
            #expect(try status(path, node, nil).status == 101)
            let field = try status(path, node, "a.b.c")
            #expect(field.status == 401 && field.text.contains("no token key"))
            #expect(try Handshakes.answer(path + "?token=x", on: node).text.contains("no token key"))
            #expect(try Handshakes.status(of: path, on: node, headers: ["Authorization: Basic eDp5"]) == 101)
        }
        #expect(try node.health().body.contains("\"open\":true"))
    }

    @Test(
        "who is denied is closed with 3503 within seconds, and does not come in again",
        arguments: ["/ws/42", "/relay/chat_channel"])
    func denied(_ path: String) throws {
        let deny = try folder.write("{}", to: "deny.json")
        let node = try node(#""token_deny_file": "\#(deny)""#, ["--threads", "2"])
        let one = try token(#"{"sub": "42", "jti": "j1"}"#)
        let two = try token(#"{"sub": "42", "jti": "j2"}"#)
        // On both loops.
        let clients = try (0..<4).map { _ in
            try TestWebSocket(node.webSocketURL(path), headers: ["Authorization: Bearer \(one)"])
        }
        let other = try TestWebSocket(node.webSocketURL(path), headers: ["Authorization: Bearer \(two)"])
        try folder.write(#"{"tokens": {"j1": \#(soon(3_600))}}"#, to: "deny.json")
        for client in clients { #expect(try client.receiveCloseCode() == 3503) }
        #expect(try status(path, node, one).status == 401)
        try other.sendText("still here")
        try folder.write(#"{"users": {"42": null}}"#, to: "deny.json")
        #expect(try other.receiveCloseCode() == 3503)
        #expect(try status(path, node, two).status == 401)
    }

    @Test("W14 a handshake that waits for its token has a deadline, and its connection counts")
    func waits() throws {
        try issuer.mode("hang")
        let node = try RookeryServer(["--token-jwks", issuer.url])
        let token = try issuer.token(#"{"sub": "42"}"#)
        let waiting = try (0..<2).map { _ in
            let connection = try RawHTTP(port: node.port)
            try connection.send(
                Handshakes.request("/ws/42", port: node.port, headers: ["Authorization: Bearer \(token)"]))
            return connection
        }
        // They count, beside the one that asks.
        try wait(until: "both wait") { try node.metric("rookery_connections") == 3 }
        sleep(milliseconds: 500)
        #expect(try node.metric("rookery_connections") == 3 && node.metric("rookery_websockets") == 0)
        // The issuer is given up after eight seconds; without any key the answer is: try again.
        for connection in waiting {
            let answer = try connection.response(seconds: 20)
            #expect(answer.status == 503 && answer["Retry-After"] == "1", "\(answer.head)")
        }
    }

    @Test(
        "who is refused after its signature was looked at elsewhere ends with a whole closing handshake, not with a reset"
    )
    func refusedAfterWaiting() throws {
        let node = try RookeryServer(["--token-jwks", issuer.url])
        let client = try TestWebSocket(node.webSocketURL("/connection/websocket"))
        let forged = try issuer.token(#"{"sub": "42"}"#).dropLast(8) + "AAAAAAAA"
        try client.sendText(#"{"id":1,"connect":{"token":"\#(forged)"}}"#)
        #expect(try client.receiveCloseCode() == 3500)
        let clock = ContinuousClock()
        let start = clock.now
        try client.sendClose(3500)
        #expect(try client.socket.receiveToEnd(seconds: 10).isEmpty)
        #expect(clock.now - start < .milliseconds(1_500), "our Close was not read")
    }

    @Test("J8 no token, key or secret is in what a node prints, answers or counts")
    func marker() throws {
        let secret = try folder.write("MARKERsecret-0123456789-0123456789", to: "secret")
        let node = try RookeryServer(
            ["--token-secret-file", secret, "--token-jwks", issuer.url, "--echo"],
            environment: ["ROOKERY_TOKEN_SECRET": "MARKERother-0123456789-0123456789"])
        let good = try issuer.token(
            #"{"sub": "42", "exp": \#(soon(100))}"#, secret: "MARKERsecret-0123456789-0123456789")
        let bad = try issuer.token(
            #"{"sub": "42", "exp": \#(soon(100))}"#, secret: "nobody's secret 0123456789 0123456789")
        var shown = ""
        for token in [good, bad, "MARKERtoken", "MARKER.MARKER.MARKER"] {
            for path in ["/ws/42", "/echo", "/connection/websocket", "/nothing"] {
                shown += (try? status(path, node, token).text) ?? ""
                shown += (try? Handshakes.answer("\(path)?token=\(token)", on: node).text) ?? ""
            }
        }
        shown += try node.health().body + node.get("/metrics").text
        node.process.kill(1)
        node.stop()
        shown += node.log
        #expect(shown.contains("token refused"))
        for part in [good, bad].flatMap({ $0.split(separator: ".").dropFirst() }) { #expect(!shown.contains(part)) }
        #expect(!shown.contains("MARKER"), "\(shown)")
    }
}

extension String {
    fileprivate var wrapped: String { "{\(self)}" }
}
