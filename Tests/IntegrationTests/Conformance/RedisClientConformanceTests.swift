// `rookery-bench conformance --role client --protocol redis`: the sample, Rookery's own client, a foreign one, and programs that keep no contract.
import Foundation
import TestSupport
import Testing

@Suite("Conformance of RESP clients", .needs(.bench), .ownsWhatItStarts)
struct RedisClientConformanceTests {
    private func run(_ command: String, _ options: [String] = [], listen: String = "127.0.0.1:0") throws
        -> ConformanceRunner
    {
        try ConformanceRunner(
            ["--role", "client", "--protocol", "redis", "--listen", listen, "--command", command] + options)
    }

    private func peer(_ name: String) -> String { PackageFolder.path("Tests/IntegrationTests/Peers/\(name)") }

    @Test("Rookery's own client passes all of it, may included")
    func rookery() throws {
        let bench = try #require(BenchBinary.path)
        let run = try run("\(bench) ask {url}", ["--strict"])
        #expect(run.exit == .exited(0), "\(run.output)")
        #expect(run.ids("failed") == [], "\(run.output)")
        #expect(run.untested == [] && run.ids("skipped") == [])
        #expect(run.ids("passed").count >= 110)
    }

    @Test("the sample passes, on a port that was asked for, too", .needs(.python))
    func sample() throws {
        let run = try run("python3 \(peer("conformance_client.py")) {host} {port}", ["--strict"])
        #expect(run.exit == .exited(0), "\(run.output)")
        // It is 80 lines: it does not look whether something came that nobody asked for.
        #expect(run.ids("failed") == ["handshake/out-of-nowhere"])
        #expect(run.ids("passed").count >= 110)
        let port = try FreePort.next()
        let other = try self.run(
            "python3 \(peer("conformance_client.py")) 127.0.0.1 \(port)",
            ["--only", "handshake/", "--skip", "nowhere"],
            listen: "127.0.0.1:\(port)")
        #expect(other.exit == .exited(0), "\(other.output)")
        #expect(other.ids("passed").count == 4)
    }

    @Test("PyPI's redis has the faults that the document names, and no others", .needs(.pythonPackages))
    func redisPy() throws {
        let python = try #require(PythonEnvironment.interpreter)
        let run = try run("\(python) \(peer("conformance_redis_py.py")) {host} {port} 3")
        #expect(
            run.ids("failed") == (try KnownDeviations.of("redis (Python) 8.1.0, hiredis 3.5.0, RESP3")), "\(run.output)"
        )
        #expect(run.untested == [])
        #expect(run.ids("passed").count >= 95)
    }

    @Test(
        "a program that does not keep the contract cannot be tested: status 2, and what it did", .needs(.python),
        arguments: [
            ("no-such-program {host} {port}", "ended with status 127 before it connected"),
            ("true {host} {port}", "ended with status 0 before it connected"),
            (
                "python3 -S -c 'import socket; socket.create_connection((\"{host}\", {port}))'",
                "the contract: the client asks"
            ),
            (asking("print(\"hello\", flush=True)"), "not what the contract says"),
            (asking("print(\"\", flush=True)"), "not what the contract says"),
            (asking("pass"), "the end of the program with status 0"),
            (asking("sys.exit(7)"), "the end of the program with status 7"),
            ("'python3 {host}", "a single quote has no end"), (" ", "the command is empty"),
        ])
    func noContract(command: String, told: String) throws {
        let run = try run(command)
        #expect(run.exit == .exited(2), "\(run.output)")
        #expect(run.output.contains(told), "\(run.output)")
        #expect(run.cases.isEmpty)
    }

    /// A program that asks once, reads, and then does this.
    private static func asking(_ then: String) -> String {
        let ask = "c.sendall(b\"*2\\r\\n$3\\r\\nGET\\r\\n$7\\r\\nrookery\\r\\n\"); c.recv(100)"
        return "python3 -S -c 'import socket, sys; c = socket.create_connection((\"{host}\", {port})); \(ask); \(then)'"
    }

    @Test("a program that shows nothing and does not end is given up when the time is over", .needs(.python))
    func silent() throws {
        let run = try run(
            Self.asking("sys.stdin.read(); import time; time.sleep(100)"), ["--only", "understands/simple"])
        #expect(run.exit == .exited(2), "\(run.output)")
        #expect(run.output.contains("nothing within"), "\(run.output)")
    }

    @Test("without a command, or with a server's address, it says what is missing")
    func arguments() throws {
        let missing = try ConformanceRunner(["--role", "client", "--protocol", "redis", "--listen", "127.0.0.1:0"])
        #expect(missing.exit == .exited(2) && missing.output.contains("{host} {port}"), "\(missing.output)")
        let ask = try ChildProcess(try #require(BenchBinary.path), ["ask", "http://127.0.0.1"])
        #expect(ask.waitForExit(seconds: 20) == .exited(2) && ask.output.contains("redis://"), "\(ask.output)")
    }
}
