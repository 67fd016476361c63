// The program's own words: --help, --version, and one line for a wrong setting.
import Glibc
import TestSupport
import Testing

@Suite("The program explains itself", .needs(.rookery), .ownsWhatItStarts)
struct SettingsTests {
    @Test("--help names every setting, --version a version; both end well")
    func help() throws {
        let help = try RookeryServer.run(["--help"])
        #expect(help.exit == .exited(0))
        for flag in ["--listen", "--redis", "--open", "--allow-origin", "--max-message-bytes", "--relay", "--threads"] {
            #expect(help.output.contains(flag))
        }
        let version = try RookeryServer.run(["--version"])
        #expect(version.exit == .exited(0))
        #expect(version.output.contains { $0.isNumber })
    }

    @Test(
        "a wrong setting is one line with setting, value and remedy, and status 2",
        arguments: [
            (["--no-such-flag"], "--no-such-flag"), (["--max-message-bytes", "lots"], "lots"),
            (["--listen"], "--listen"),
            (["--listen", "127.0.0.1:99999"], "99999"), (["--listen", "0.0.0.0:0"], "--open"),
            (["--redis", "http://example.org"], "--redis"), (["--threads", "0"], "--threads"),
            (["--host", "https://chat.example.org"], "--host"),
            (["--host", "chat.example.org:8000"], "without scheme"),
            (["--trusted-proxy", "10.0.0.0/99"], "10.0.0.0/99"),
            (["--allow-origin", "chat.example.org/path"], "--allow-origin"),
        ])
    func wrong(_ arguments: [String], _ named: String) throws {
        let result = try RookeryServer.run(arguments)
        #expect(result.exit == .exited(2), "\(result.output)")
        #expect(result.output.split(separator: "\n").count == 1, "\(result.output)")
        #expect(result.output.contains(named), "\(result.output)")
    }

    @Test("a wrong environment value is named by its variable; the flag wins over the environment")
    func environment() throws {
        let result = try RookeryServer.run([], environment: ["ROOKERY_THREADS": "many"])
        #expect(result.exit == .exited(2))
        #expect(result.output.contains("ROOKERY_THREADS"))
        let missing = try RookeryServer.run([], environment: ["ROOKERY_API_KEY_FILE": "/nonexistent/key"])
        #expect(missing.exit == .exited(2))
        let place = "ROOKERY_API_KEY_FILE: --api-key-file /nonexistent/key: open"
        #expect(missing.output.contains(place), "\(missing.output)")
        let node = try RookeryServer(["--max-message-bytes", "10"], environment: ["ROOKERY_MAX_MESSAGE_BYTES": "20"])
        let client = try TestWebSocket(node.webSocketURL("/ws/1"))
        try client.sendText("0123456789a")
        #expect(try client.receiveCloseCode() == 1009)
    }

    @Test("a port in use is one line, and status 2")
    func portInUse() throws {
        let port = try SharedNode.plain().port
        let result = try RookeryServer.run(["--listen", "127.0.0.1:\(port)"])
        #expect(result.exit == .exited(2))
        #expect(result.output.contains(String(port)))
        #expect(result.output.split(separator: "\n").count == 1, "\(result.output)")
    }

    @Test("the start tells URL, broker, threads, and that anyone on this machine may come")
    func greeting() throws {
        let node = try RookeryServer()
        #expect(node.log.contains("http://127.0.0.1:\(node.port)"))
        let log = node.log.lowercased()
        #expect(log.contains("broker") && log.contains("thread") && log.contains("machine"), "\(node.log)")
    }

    @Test("a unix socket is a door too")
    func unixSocket() throws {
        let folder = try TemporaryFolder("socket")
        let path = folder.file("rookery.sock")
        let node = try RookeryServer(["--listen", "unix:\(path)"])
        let inside = try TestWebSocket(over: StreamSocket(unixPath: path), host: "localhost", path: "/ws/inside")
        let outside = try TestWebSocket(node.webSocketURL("/ws/outside"))
        try inside.sendText("hello")
        #expect(try outside.receiveText() == "Client #inside says: hello")
    }

    @Test("what a command waits for, here a file that is a pipe without a writer, Ctrl-C ends")
    func commandsAreInterrupted() throws {
        let folder = try TemporaryFolder("pipe")
        let pipe = folder.file("rookery.json")
        #expect(mkfifo(pipe, 0o600) == 0)
        let process = try ChildProcess(#require(RookeryBinary.path), ["check", "--config", pipe])
        try wait(until: "it waits") { process.status("State")?.hasPrefix("S") == true }
        process.kill(SIGINT)
        #expect(process.waitForExit(seconds: 5) == .signalled(SIGINT), "\(process.output)")
    }

    @Test("E12 SIGTERM closes everyone with 1001 and ends with 0, also under load", arguments: [SIGTERM, SIGINT])
    func stop(_ signal: Int32) throws {
        let node = try RookeryServer()
        let quiet = try TestWebSocket(node.webSocketURL("/ws/quiet?channel=chat_channel"))
        let clients = try ManyClients(100, port: node.port, path: { "/ws/\($0)" })
        clients.startSending(from: 0..<100, perSecond: 500)
        sleep(milliseconds: 300)
        node.process.kill(signal)
        #expect(node.process.waitForExit(seconds: 10) == .exited(0), "\(node.log)")
        try wait(until: "all are closed") { clients.statistics.open == 0 }
        #expect(clients.statistics.closedByServer.keys.sorted() == [1001], "\(clients.statistics.closeReasons)")
        #expect(try quiet.receiveCloseCode() == 1001)
        #expect(clients.statistics.violations.isEmpty)
    }
}
