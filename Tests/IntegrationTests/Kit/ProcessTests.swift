// The kit itself: programs, folders, ports.
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The kit starts programs and ends them", .ownsWhatItStarts)
struct ProcessTests {
    @Test("a program's output and exit status are kept")
    func outputAndStatus() throws {
        let process = try ChildProcess("sh", ["-c", "echo out; echo err >&2; exit 7"])
        #expect(process.waitForExit() == .exited(7))
        #expect(process.output == "out\nerr\n")
    }

    @Test("a program that ignores SIGTERM is killed after its time")
    func stubborn() throws {
        let process = try ChildProcess("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"])
        try process.waitForOutput("ready")
        #expect(process.terminate(seconds: 0.3) == .signalled(SIGKILL))
    }

    @Test("a stopped program stands still until it is resumed")
    func stopAndResume() throws {
        let process = try ChildProcess("sh", ["-c", "while :; do echo tick; sleep 0.01; done"])
        try process.waitForOutput("tick")
        process.stop()
        let before = process.output
        sleep(milliseconds: 100)
        #expect(process.output == before)
        process.resume()
        try wait(until: "it ticks again") { process.output != before }
        #expect(process.residentBytes > 100_000)
        #expect(process.descriptorCount >= 3)
    }

    @Test("a program inherits no blocked signal, no descriptor and only the environment it is given")
    func cleanStart() throws {
        var blocked = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &blocked, nil)
        defer { pthread_sigmask(SIG_UNBLOCK, &blocked, nil) }
        let process = try ChildProcess(
            "sh", ["-c", "ls /proc/self/fd | wc -l; grep SigBlk /proc/self/status; echo $KIT"],
            environment: ["KIT": "yes"])
        #expect(process.waitForExit() == .exited(0))
        let lines = process.output.split(separator: "\n")
        #expect(lines.first == "4")  // 0, 1, 2 and the folder that ls reads
        #expect(lines.count == 3 && lines[1].hasSuffix("0000000000000000"))
        #expect(lines.last == "yes")
    }

    @Test("what a test has started ends with the test")
    func belongings() async throws {
        let belongings = Belongings()
        let (process, path) = try Belongings.$current.withValue(belongings) {
            let folder = try TemporaryFolder()
            return (try ChildProcess("sleep", ["60"], outputPath: folder.file("log")), folder.path)
        }
        #expect(process.isRunning)
        belongings.releaseAll()
        #expect(process.exitStatus == .signalled(SIGKILL))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("what is still on the list when the test process ends is killed, nothing else")
    func leash() throws {
        let kept = try ChildProcess("sleep", ["60"])
        let left = try ChildProcess("sleep", ["60"])
        let lines = "+ \(kept.processID)\n+ \(left.processID)\n- \(kept.processID)\n"
        let shell = try ChildProcess("sh", ["-c", "printf '\(lines)' | sh -c \"$0\"", Leash.script])
        #expect(shell.waitForExit() == .exited(0), "\(shell.output)")
        #expect(left.waitForExit() == .signalled(SIGKILL))
        #expect(kept.isRunning)
    }

    @Test("free ports can be listened on, and differ")
    func ports() throws {
        let ports = try (0..<20).map { _ in try FreePort.next() }
        #expect(Set(ports).count > 15)
    }
}
