// The configuration file at work: the program reads it, checks it, prints it, and reads it again on SIGHUP.
import Foundation
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
}
