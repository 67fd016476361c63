// Servers that Bench starts: they run, they are told of, and they never stay behind.
import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Bench

@Suite("Servers that are started for a run", .needs(.bench), .ownsWhatItStarts)
struct SpawnedServerTests {
    private static func address(_ port: Int) -> SocketAddress { .internet(.loopback, port: UInt16(port)) }

    private static func spawn(_ command: String, processor: Int? = nil) throws -> SpawnedServer {
        try SpawnedServer(command, processor: processor, launcher: try #require(BenchBinary.path))
    }

    private static func isRunning(_ identifier: Int) -> Bool {
        // A zombie has ended: its parent has only not asked yet.
        SmallFile.read("/proc/\(identifier)/stat").map { !$0.contains(") Z ") } ?? false
    }

    @Test("a server answers when waiting is over, is measured by its own number, and is gone after its stop")
    func life() throws {
        let program = try #require(BenchBinary.path)
        let port = try FreePort.next()
        let server = try Self.spawn("'\(program)' limit --listen 127.0.0.1:\(port)")
        try server.waitUntilAnswering(Self.address(port)) { _ in }
        #expect(Socket.answers(Self.address(port), withinMilliseconds: 1_000))
        let command = try #require(SmallFile.read("/proc/\(server.process.identifier)/cmdline"))
        #expect(command.split(separator: "\0").dropFirst().first == "limit", "the launcher became the server")
        #expect(try #require(server.process.usage()).residentKiB > 0)
        server.stop()
        #expect(server.poll() == .signal(15))
        #expect(!Socket.answers(Self.address(port), withinMilliseconds: 1_000))
    }

    @Test("a server runs on the processor it is given")
    func pinned() throws {
        let server = try Self.spawn("sleep 60", processor: 0)
        let status = "/proc/\(server.process.identifier)/status"
        try wait(until: "it is pinned") {
            SmallFile.read(status)?.contains("Cpus_allowed_list:\t0\n") ?? false
        }
    }

    @Test("one that ignores SIGTERM is killed, with what it has started")
    func stubborn() throws {
        let server = try Self.spawn(
            "sh -c \"trap '' TERM; sleep 60 & sleep 61 & while :; do sleep 0.05; done\"")
        try wait(until: "its children run") { server.process.descendants().count >= 3 }
        let all = server.process.descendants() + [server.process.identifier]
        server.stop(patienceMilliseconds: 300)
        #expect(server.poll() == .signal(9))
        try wait(until: "all of them are gone") { !all.contains { Self.isRunning($0) } }
    }

    @Test("one that ends before it listens is told of, with its status and its last words")
    func endsEarly() throws {
        let server = try Self.spawn("sh -c 'echo no such luck >&2; exit 3'")
        let address = Self.address(try FreePort.next())
        let problem = #expect(throws: SpawnedServer.Problem.self) { try server.waitUntilAnswering(address) { _ in } }
        let text = try #require(problem).description
        #expect(text.contains("ended with status 3 before it listened on \(address)"), "\(text)")
        #expect(text.hasSuffix("it said:\nno such luck\n"), "\(text)")
    }

    @Test("one that cannot be started says why")
    func noProgram() throws {
        let server = try Self.spawn("./no-such-server --port 1")
        let address = Self.address(try FreePort.next())
        let problem = #expect(throws: SpawnedServer.Problem.self) { try server.waitUntilAnswering(address) { _ in } }
        let text = try #require(problem).description
        #expect(text.contains("status 127") && text.contains("No such file or directory"), "\(text)")
        #expect(throws: SpawnedServer.Problem(description: "cannot start a 'b: a single quote has no end in: a 'b")) {
            try Self.spawn("a 'b")
        }
    }

    @Test("one that never listens is given up in time, with progress on the way")
    func neverListens() throws {
        let server = try Self.spawn("sleep 60")
        var told = 0
        let address = Self.address(try FreePort.next())
        let problem = #expect(throws: SpawnedServer.Problem.self) {
            try server.waitUntilAnswering(address, patienceMilliseconds: 2_500) { _ in told += 1 }
        }
        #expect(try #require(problem).description.contains("does not listen on \(address) after 2500 ms"))
        #expect(told == 1)
        #expect(server.poll() != nil)
    }

    @Test("a server ends when the Bench that started it is killed")
    func parentKilled() throws {
        let program = try #require(BenchBinary.path)
        let shell = try ChildProcess(
            "sh", ["-c", "'\(program)' launch $$ any sleep 97 & echo server $!; wait"])
        try shell.waitForOutput("server ")
        let number = shell.output.split(separator: " ").last?.split(separator: "\n").first.flatMap { Int($0) }
        let server = try #require(number)
        try wait(until: "it has become the server") {
            SmallFile.read("/proc/\(server)/cmdline")?.hasPrefix("sleep") ?? false
        }
        shell.kill(SIGKILL)
        try wait(until: "the server has ended") { !Self.isRunning(server) }
    }

    @Test("nothing is started for a Bench that has ended already")
    func parentGone() throws {
        let launcher = try ChildProcess(try #require(BenchBinary.path), ["launch", "1", "any", "echo", "started"])
        #expect(launcher.waitForExit() == .exited(127))
        #expect(launcher.output == "start for process 1: No such process\n")
    }
}
