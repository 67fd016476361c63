// The configuration file at work: the program reads it, checks it, prints it, and reads it again on SIGHUP.
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A configuration file at work", .needs(.rookery), .ownsWhatItStarts)
struct ConfigurationTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder("configuration")
        path = folder.file("rookery.json")
    }

    private func write(_ text: String) throws { try text.write(toFile: path, atomically: true, encoding: .utf8) }

    @Test("a node obeys the file; a flag and the environment go before it")
    func obeyed() throws {
        try write(#"{"open": true, /* of the file */ "max_message_bytes": 10, "relay": ["news."], "echo": true}"#)
        let node = try RookeryServer(
            ["--config", path], environment: ["ROOKERY_MAX_MESSAGE_BYTES": "20", "ROOKERY_ECHO": "0"])
        let client = try TestWebSocket(node.webSocketURL("/relay/news.today"))
        try client.sendText("01234567890123456789")
        #expect(try client.receiveText() == "01234567890123456789")
        try client.sendText("012345678901234567890")
        #expect(try client.receiveCloseCode() == 1009)
        #expect(try node.get("/echo").status == 404)
        #expect(try node.get("/health").text.contains("\"open\":true"))
    }

    @Test("a wrong file is refused with status 2, every mistake with its line")
    func refused() throws {
        try write("{\n\"threads\": 0,\n\"opne\": true\n}")
        let result = try RookeryServer.run(["--config", path])
        #expect(result.exit == .exited(2))
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.first?.hasPrefix("rookery: \(path):2: threads \"0\": expected") == true, "\(lines)")
        #expect(lines.last == "rookery: \(path):3: opne: there is no such key; did you mean open?", "\(lines)")
        let missing = try RookeryServer.run(["--config", path + ".none"])
        #expect(missing.exit == .exited(2) && missing.output.contains(path + ".none"))
    }

    @Test("a file that names no key for tokens starts only with \"open\": true")
    func openMode() throws {
        try write("{}")
        let result = try RookeryServer.run(["--config", path, "--listen", "127.0.0.1:0"])
        #expect(result.exit == .exited(2) && result.output.contains("\"open\": true"), "\(result.output)")
    }

    @Test("check, config and explain answer and end: 0 for yes, 1 for no")
    func commands() throws {
        try write(#"{"open": false, "namespaces": [{"name": "room", "allow_publish_for_client": true}]}"#)
        let check = try RookeryServer.run(["check", "--open", "--config", path])
        #expect(check.exit == .exited(0) && check.output.hasSuffix("fine\n"), "\(check.output)")
        #expect(try RookeryServer.run(["check", "--config", path]).exit == .exited(1))
        let question = ["explain", "--user", "42", "--channel", "room:1", "--config", path, "--action"]
        let allowed = try RookeryServer.run(question + ["publish"])
        #expect(allowed.exit == .exited(0) && allowed.output.hasPrefix("allowed: allow_publish_for_client"))
        #expect(try RookeryServer.run(question + ["history"]).exit == .exited(1))
        let defaults = try RookeryServer.run(["config", "--defaults"])
        try write(defaults.output)
        #expect(try RookeryServer.run(["check", "--open", "--config", path]).exit == .exited(0))
        let marker = "m4rk3r"
        let shown = try RookeryServer.run(["config"], environment: ["REDIS_URL": "redis://user:\(marker)@127.0.0.1"])
        #expect(
            shown.exit == .exited(0) && shown.output.contains("redis://***@127.0.0.1") && !shown.output.contains(marker)
        )
    }

    // MARK: SIGHUP

    /// Writes the file, sends SIGHUP, and waits until the log says what became of it.
    private func reload(_ node: RookeryServer, _ text: String, until words: String) throws {
        try write(text)
        node.process.kill(SIGHUP)
        try wait(until: "the log says \(words):\n\(node.log)") { node.log.contains(words) }
    }

    @Test("SIGHUP changes what can change while running, and names what waits for a restart")
    func reloaded() throws {
        try write(#"{"open": true, "max_message_bytes": 10}"#)
        let node = try RookeryServer(["--config", path])
        let before = try TestWebSocket(node.webSocketURL("/ws/before"))
        #expect(try node.get("/relay/news.today").status == 404)
        let file = """
            {"open": true, "max_message_bytes": 20, "relay": ["news."], "echo": true, "plain_channels": ["side"],
             "allow_origin": ["https://chat.example.org"]}
            """
        try reload(
            node, file,
            until: "changed: plain_channels, relay, echo, allow_origin; only after a restart: max_message_bytes")
        let relay = try TestWebSocket(node.webSocketURL("/relay/news.today"))
        try relay.sendText("hi")
        #expect(try relay.receiveText() == "hi")
        let side = try TestWebSocket(node.webSocketURL("/ws/side?channel=side"))
        try side.sendText("hi")
        #expect(try side.receiveText() == "Client #side says: hi")
        let own = "Origin: http://localhost:\(node.port)"
        #expect(try Handshakes.status(of: "/echo", on: node, headers: ["Origin: https://chat.example.org"]) == 101)
        #expect(try Handshakes.status(of: "/echo", on: node, headers: [own]) == 403)
        // Who was there stays, under the limit of the start.
        try before.sendText("hi")
        #expect(try before.receiveText() == "Client #before says: hi")
        try before.sendText("01234567890")
        #expect(try before.receiveCloseCode() == 1009)
        // What has been taken out has its default again.
        try reload(
            node, #"{"open": true, "max_message_bytes": 10}"#,
            until: "changed: plain_channels, relay, echo, allow_origin\n")
        #expect(try node.get("/relay/news.today").status == 404)
    }

    @Test("a broken file changes nothing and says why; the next right one counts")
    func broken() throws {
        try write(#"{"open": true, "echo": true}"#)
        let node = try RookeryServer(["--config", path])
        try reload(
            node, "{\"open\": true,\n\"relay\": [\"a\"],\n\"thraeds\": 2}",
            until: "nothing changed: \(path):3: thraeds: there is no such key; did you mean threads?")
        try reload(node, #"{"relay": ["a"]}"#, until: "nothing changed: \(path): open: ")
        try FileManager.default.removeItem(atPath: path)
        node.process.kill(SIGHUP)
        try wait(until: "the log names the file: \(node.log)") { node.log.contains("No such file or directory") }
        #expect(try node.get("/relay/a").status == 404)
        #expect(try node.get("/echo").status == 426)
        try reload(node, #"{"open": true, "echo": false}"#, until: "changed: echo\n")
        #expect(try node.get("/echo").status == 404)
        #expect(node.stop() == .exited(0), "\(node.log)")
    }

    @Test("max_connections can be lowered and raised while running; who is there stays")
    func connections() throws {
        try write(#"{"open": true}"#)
        let node = try RookeryServer(["--config", path])
        let first = try TestWebSocket(node.webSocketURL("/ws/1"))
        try reload(node, #"{"open": true, "max_connections": 1}"#, until: "changed: max_connections\n")
        #expect(try node.get("/health/live").status == 503)
        try first.sendText("hi")
        #expect(try first.receiveText() == "Client #1 says: hi")
        try write(#"{"open": true, "max_connections": 10}"#)
        node.process.kill(SIGHUP)
        try wait(until: "there is room again") { try node.get("/health/live").status == 200 }
    }

    @Test("without a file SIGHUP changes nothing and ends nobody")
    func noFile() throws {
        let node = try RookeryServer()
        let client = try TestWebSocket(node.webSocketURL("/ws/1"))
        node.process.kill(SIGHUP)
        try wait(until: "the log speaks") { node.log.contains("there is no --config to read again") }
        try client.sendText("hi")
        #expect(try client.receiveText() == "Client #1 says: hi")
    }
}
