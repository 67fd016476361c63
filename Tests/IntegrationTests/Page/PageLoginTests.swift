// Logging in on the page, in a real browser: with a password and with a pasted token, on two nodes; refused a room; closed when the token ends.
import Foundation
import TestSupport
import Testing

@Suite(
    "The page asks who one is", .needs(.rookery), .needs(.redis), .needs(.chromium), .ownsWhatItStarts, .serialized)
struct PageLoginTests {
    private let secret = "a secret of thirty-two bytes and some more"
    private let password = "correct horse"

    /// Ann and Bob may enter the common room, and no other.
    private func users(_ folder: TemporaryFolder) throws -> String {
        let path = folder.file("users.jsonl")
        let make = """
            import base64, hashlib, json, os, sys
            encode = lambda data: base64.urlsafe_b64encode(data).decode().rstrip("=")
            salt = bytes(range(16))
            key = hashlib.pbkdf2_hmac("sha256", sys.argv[2].encode(), salt, 600000)
            with open(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                for user in ("ann", "bob"):
                    line = {"user": user, "scheme": "pbkdf2-sha256", "rounds": 600000, "salt": encode(salt), "key": encode(key),
                        "rooms": ["chat_channel"]}
                    file.write(json.dumps(line) + "\\n")
            """
        let python = try ChildProcess("python3", ["-c", make, path, password])
        guard python.waitForExit(seconds: 60) == .exited(0) else { throw KitError(python.output) }
        return path
    }

    private func node(_ redis: RedisServer, _ users: String, _ more: [String] = []) throws -> RookeryServer {
        try RookeryServer(
            ["--redis", redis.url, "--users", users, "--plain-channels", "other"] + more,
            environment: ["ROOKERY_TOKEN_SECRET": secret])
    }

    /// Tries again while the server says that it is busy: a debug build takes long for a password.
    private func logIn(_ tab: ChatTab, _ user: String, _ password: String) throws {
        try tab.tab.wait(for: "document.querySelector('#login').open")
        let deadline = Deadline(seconds: 180)
        while true {
            _ = try tab.tab.evaluate(
                "for (const field of document.querySelectorAll('#login-password input')) field.value = ''")
            try tab.tab.type(user, into: "#login-user")
            try tab.tab.type(password, into: "#login-secret")
            try tab.tab.click("#login-send")
            try tab.tab.wait(for: "!document.querySelector('#login-send').disabled", seconds: 60)
            let words = try tab.tab.text(
                "document.querySelector('#login').open ? document.querySelector('#login-words').textContent : ''")
            guard words.contains("soon") || words.contains("wait") || words.contains("in time"), !deadline.hasPassed
            else { return }
            Thread.sleep(forTimeInterval: 1)
        }
    }

    /// As somebody with a token of another maker would.
    private func paste(_ tab: ChatTab, _ user: String, _ arguments: [String] = ["--ttl", "1h"]) throws {
        let made = try RookeryServer.run(
            ["token", "--user", user, "--rooms", "chat_channel"] + arguments,
            environment: ["ROOKERY_TOKEN_SECRET": secret])
        try tab.tab.wait(for: "document.querySelector('#login').open")
        _ = try tab.tab.evaluate("document.querySelector('#login-token').value = ''")
        try tab.tab.type(made.output.trimmingCharacters(in: .whitespacesAndNewlines), into: "#login-token")
        try tab.tab.pressEnter()
    }

    @Test(
        "two people log in on two nodes and chat; a wrong password is told; their names are those of their logins",
        .unsanitized())
    func chat() throws {
        let folder = try TemporaryFolder("page-login")
        let redis = try RedisServer()
        let users = try users(folder)
        let nodes = try (0..<2).map { _ in try node(redis, users) }
        for node in nodes { try node.waitUntilReady() }
        let browser = try Chromium()
        let tabs = try nodes.map { try ChatTab(browser.open($0.pageURL())) }
        try logIn(tabs[0], "ann", "wrong password")
        try tabs[0].tab.wait(for: "document.querySelector('#login-words').textContent.includes('wrong')", seconds: 120)
        try logIn(tabs[0], "ann", password)
        try tabs[0].waitUntilConnected(seconds: 120)
        try paste(tabs[1], "bob")
        try tabs[1].waitUntilConnected(seconds: 120)
        #expect(try tabs[0].tab.text("document.querySelector('#name').value") == "ann")
        #expect(try tabs[0].tab.text("document.querySelector('#name').readOnly") == "true")
        try tabs[0].say("hello from ann")
        try tabs[1].waitForText("hello from ann")
        try tabs[1].say("and from bob")
        try tabs[0].waitForText("and from bob")
        // The token is nowhere but in the tab.
        #expect(
            try tabs[0].tab.text("location.href + document.cookie + JSON.stringify(localStorage)").contains("eyJ")
                == false)
        // A reload of the tab asks nobody.
        try tabs[0].tab.load(nodes[0].pageURL())
        try tabs[0].waitUntilConnected(seconds: 120)
        #expect(try tabs[0].tab.problems(except: ["401"]).isEmpty)
    }

    @Test(
        "W15 a login without the right is refused the room; at its end it is closed, and one can log in again",
        .unsanitized())
    func ends() throws {
        let folder = try TemporaryFolder("page-login")
        let redis = try RedisServer()
        let node = try node(redis, users(folder))
        try node.waitUntilReady()
        let browser = try Chromium()
        let refused = try ChatTab(browser.open(node.pageURL() + "?channel=other"))
        try paste(refused, "ann")
        try refused.tab.wait(
            for:
                "document.querySelector('#login').open && document.querySelector('#login-words').textContent.includes('may not enter #other')",
            seconds: 120)
        let tab = try ChatTab(browser.open(node.pageURL()))
        try paste(tab, "ann", ["--ttl", "8s"])
        try tab.waitUntilConnected()
        try tab.say("before the end")
        try tab.waitUntilSent("before the end")
        try tab.tab.wait(
            for:
                "document.querySelector('#login').open && document.querySelector('#login-words').textContent.includes('has ended')",
            seconds: 120)
        try logIn(tab, "ann", password)
        try tab.waitUntilConnected(seconds: 120)
        try tab.say("after it")
        try tab.waitUntilSent("after it")
        #expect(try tab.tab.problems(except: ["WebSocket connection to"]).isEmpty)
    }

    @Test("a pasted token is as good as a password, and what is no token is told")
    func pasted() throws {
        let node = try RookeryServer([], environment: ["ROOKERY_TOKEN_SECRET": secret])
        let browser = try Chromium()
        let tab = try ChatTab(browser.open(node.pageURL()))
        try tab.tab.wait(for: "document.querySelector('#login').open")
        #expect(try tab.tab.text("document.querySelector('#login-password').hidden") == "true")
        try tab.tab.type("nonsense", into: "#login-token")
        try tab.tab.pressEnter()
        try tab.tab.wait(for: "document.querySelector('#login-words').textContent.includes('not a token')")
        try paste(tab, "ann")
        try tab.waitUntilConnected(seconds: 120)
        #expect(try tab.tab.text("document.querySelector('#name').value") == "ann")
        #expect(try tab.tab.problems().isEmpty)
    }
}
