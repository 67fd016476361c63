import TestSupport
import Testing

@testable import Bench

@Suite("fanout --spawn", .needs(.bench), .ownsWhatItStarts)
struct SpawnOptionTests {
    @Test("the server is taken out of the arguments, the rest stays as it was")
    func arguments() throws {
        let option = try SpawnOption([
            "ws://127.0.0.1:1/", "--spawn", "a --b 'c'", "--rate", "5", "--pin-server", "1", "--json", "-",
        ])
        #expect(option.command == "a --b 'c'" && option.processor == 1)
        #expect(option.arguments == ["ws://127.0.0.1:1/", "--rate", "5", "--json", "-"])
        let none = try SpawnOption(["--rate", "5", "--server-pid", "7"])
        #expect(none.command == nil && none.arguments == ["--rate", "5", "--server-pid", "7"])
    }

    @Test(
        "a wrong argument is named, with what would be right",
        arguments: [
            (["--spawn"], "--spawn: a value is missing"),
            (["--spawn", "a", "--server-pid", "1"], "--spawn and --server-pid: only one of them"),
            (["--pin-server", "1"], "--pin-server: only for a server that --spawn starts"),
            (["--spawn", "a", "--pin-server", "x"], "--pin-server x: expected the number of a processor, 0 to 8191"),
        ])
    func wrong(arguments: [String], problem: String) {
        #expect(throws: SpawnOption.Problem(description: problem)) { try SpawnOption(arguments) }
    }

    @Test("a load starts its server, measures it, and leaves nothing behind")
    func run() throws {
        let program = try #require(BenchBinary.path)
        let port = try FreePort.next()
        let load = try ChildProcess(
            program,
            [
                "fanout", "ws://127.0.0.1:\(port)/", "--subscribers", "5", "--rate", "20", "--duration", "500ms",
                "--warmup", "100ms", "--spawn", "'\(program)' limit --listen 127.0.0.1:\(port)",
            ])
        #expect(load.waitForExit(seconds: 60) == .exited(0), "\(load.output)")
        #expect(load.output.split(separator: "\n").contains { $0.hasPrefix("server") }, "\(load.output)")
        let again = try ChildProcess(program, ["limit", "--listen", "127.0.0.1:\(port)"])
        try again.waitForOutput("one send per turn\n")
    }

    @Test("a port that somebody has, a command that fails, and a URL that is missing are told before any load")
    func refused() throws {
        let program = try #require(BenchBinary.path)
        let other = try ChildProcess(program, ["limit", "--listen", "127.0.0.1:0"])
        try other.waitForOutput("one send per turn\n")
        let address = try #require(other.output.split(separator: ",").first?.split(separator: " ").last)
        let taken = try ChildProcess(program, ["fanout", "ws://\(address)/", "--spawn", "sleep 60"])
        #expect(taken.waitForExit() == .exited(1))
        #expect(taken.output == "rookery-bench fanout: --spawn: something listens on \(address) already\n")
        let failing = try ChildProcess(
            program, ["fanout", "ws://127.0.0.1:\(try FreePort.next())/", "--spawn", "sh -c 'exit 9'"])
        #expect(failing.waitForExit() == .exited(1))
        #expect(failing.output.contains("sh -c 'exit 9' ended with status 9 before it listened"), "\(failing.output)")
        let nowhere = try ChildProcess(program, ["fanout", "--spawn", "sleep 60"])
        #expect(nowhere.waitForExit() == .exited(2))
    }
}
