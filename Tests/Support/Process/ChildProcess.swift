// A program started by a test: output captured in a file, ended by its process id, always reaped.
import EventLoop
import Foundation
import Glibc

package final class ChildProcess: Belonging {
    package enum Exit: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    package let program: String
    package let processID: pid_t
    /// Standard output and standard error, one after the other as they came.
    package let outputPath: String
    private let ownFolder: TemporaryFolder?
    private let exit = Lock<Exit?>(nil)

    /// Starts `program` (a path, or a name in PATH) with this process's environment and `environment` on top; an empty
    /// value removes a variable.
    package init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], folder: String? = nil,
        outputPath: String? = nil
    ) throws {
        guard let path = program.contains("/") ? program : Programs.find(program) else {
            throw KitError("no program \(program) in PATH")
        }
        self.program = path
        if let outputPath {
            ownFolder = nil
            self.outputPath = outputPath
        } else {
            let folder = try TemporaryFolder("output")
            ownFolder = folder
            self.outputPath = folder.file("output.log")
        }
        let output = open(self.outputPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard output >= 0 else { throw KitError.system("open \(self.outputPath)", errno: errno) }
        defer { close(output) }
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.filter { !$1.isEmpty }
        processID = try Spawn(
            path, arguments, environment: variables.map { "\($0)=\($1)" },
            workingFolder: folder ?? FileManager.default.currentDirectoryPath, input: nil, output: output
        ).run()
        Leash.add(processID)
        Belongings.keep(self)
    }

    deinit { release() }

    // MARK: its end

    /// How the program ended, or nil while it runs. Reaps it.
    package var exitStatus: Exit? {
        exit.withLock { exit in
            if exit != nil { return exit }
            var status: Int32 = 0
            var result: pid_t
            repeat { result = waitpid(processID, &status, WNOHANG) } while result < 0 && errno == EINTR
            guard result != 0 else { return nil }
            let signal = status & 0x7f
            exit = result < 0 ? .exited(-1) : signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
            Leash.remove(processID)
            return exit
        }
    }

    package var isRunning: Bool { exitStatus == nil }

    /// Waits for the end; nil when the program still runs after `seconds`.
    package func waitForExit(seconds: Double = 10) -> Exit? {
        let deadline = Deadline(seconds: seconds)
        while true {
            if let exit = exitStatus { return exit }
            if deadline.hasPassed { return nil }
            sleep(milliseconds: 2)
        }
    }

    /// Sends a signal to this one process. Nothing happens when it has ended: its number may be somebody else's by now.
    package func kill(_ signal: Int32) {
        guard exitStatus == nil else { return }
        _ = Glibc.kill(processID, signal)
    }

    /// SIGSTOP: the process keeps its sockets and says nothing more. Returns when the kernel has really stopped it.
    package func stop() {
        kill(SIGSTOP)
        try? wait(until: "stopped", seconds: 2, everyMilliseconds: 1) {
            status("State").map { "tTZ".contains($0.first ?? " ") } ?? true
        }
    }

    package func resume() { kill(SIGCONT) }

    /// SIGTERM, then after `seconds` SIGKILL; how the program ended.
    @discardableResult
    package func terminate(seconds: Double = 10) -> Exit {
        kill(SIGTERM)
        if let exit = waitForExit(seconds: seconds) { return exit }
        kill(SIGKILL)
        return waitForExit(seconds: 10) ?? .signalled(SIGKILL)
    }

    /// SIGKILL for the whole process group (a browser has many children), and reaping.
    package func release() {
        guard exitStatus == nil else { return }
        _ = Glibc.kill(-processID, SIGKILL)
        _ = waitForExit(seconds: 10)
    }

    // MARK: what it says

    package var output: String {
        String(decoding: FileManager.default.contents(atPath: outputPath) ?? Data(), as: UTF8.self)
    }

    /// Waits until the output contains `text`; throws with the output so far when it never does or the program ends.
    package func waitForOutput(_ text: String, seconds: Double = 10) throws {
        let deadline = Deadline(seconds: seconds)
        while !output.contains(text) {
            let ended = exitStatus
            if output.contains(text) { return }
            if let ended { throw KitError("\(program) ended (\(ended)) before it said \"\(text)\":\n\(output)") }
            if deadline.hasPassed { throw KitError("\(program) never said \"\(text)\":\n\(output)") }
            sleep(milliseconds: 5)
        }
    }

    // MARK: what it uses

    /// A line of /proc/PID/status, for example `status("VmRSS")`.
    package func status(_ name: String) -> String? {
        guard let text = try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
            return line.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    /// Resident memory in bytes; 0 when the process has ended.
    package var residentBytes: Int {
        status("VmRSS").flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 * 1024 } ?? 0
    }

    /// Processor time used so far, user and system, in seconds.
    package var processorSeconds: Double {
        guard let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
            let rest = text.split(separator: ")").last
        else { return 0 }
        // proc(5): after the name come state (field 3) …, utime (14), stime (15).
        let fields = rest.split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// How many descriptors the process has open.
    package var descriptorCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(processID)/fd").count) ?? 0
    }
}
