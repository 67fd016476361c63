// The program under test as a real process: started with flags, asked over its own doors, ended by its process id.
import EventLoop
import Foundation

package enum RookeryBinary {
    /// ROOKERY_BINARY, else the program beside this test bundle, else that of the debug build.
    package static let path: String? = {
        if let chosen = ProcessInfo.processInfo.environment["ROOKERY_BINARY"] { return chosen }
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(filePath: bundle).deletingLastPathComponent().appending(path: "rookery")
        let candidates = [beside.path(percentEncoded: false), PackageFolder.path(".build/debug/rookery")]
        return candidates.first { Programs.isExecutable($0) }
    }()
}

package final class RookeryServer: Sendable {
    package let port: Int
    package let flags: [String]
    private let environment: [String: String]
    private let descriptorLimit: Int?
    private let folder: TemporaryFolder
    private let running: Lock<ChildProcess>

    /// Starts a node on a free loopback port and waits until /health/live answers. ROOKERY_… and REDIS_URL of the
    /// person's own environment do not reach it. `descriptorLimit` is its `ulimit -n`.
    package init(
        _ flags: [String] = [], environment: [String: String] = [:], port chosen: Int? = nil,
        descriptorLimit: Int? = nil
    ) throws {
        let folder = try TemporaryFolder("node")
        let clean = RookeryServer.cleanEnvironment.merging(environment) { $1 }
        let start: (Int) throws -> (Int, ChildProcess) = { port in
            (
                port,
                try RookeryServer.start(
                    port: port, flags: flags, environment: clean, folder: folder, descriptorLimit: descriptorLimit)
            )
        }
        let (port, process) = try chosen.map(start) ?? FreePort.retrying(start)
        self.port = port
        self.flags = flags
        self.environment = clean
        self.descriptorLimit = descriptorLimit
        self.folder = folder
        running = Lock(process)
    }

    /// Runs the program with exactly `arguments` until it ends by itself: for `--help` and refused settings.
    package static func run(
        _ arguments: [String], environment: [String: String] = [:], seconds: Double = 10
    ) throws -> (exit: ChildProcess.Exit, output: String) {
        let process = try ChildProcess(
            binary(), arguments, environment: cleanEnvironment.merging(environment) { $1 })
        guard let exit = process.waitForExit(seconds: seconds) else {
            process.release()
            throw KitError("rookery \(arguments) still runs after \(seconds) s:\n\(process.output)")
        }
        return (exit, process.output)
    }

    private static let cleanEnvironment: [String: String] = {
        let names = ProcessInfo.processInfo.environment.keys.filter { $0.hasPrefix("ROOKERY_") || $0 == "REDIS_URL" }
        return Dictionary(uniqueKeysWithValues: names.map { ($0, "") })
    }()

    private static func binary() throws -> String {
        guard let path = RookeryBinary.path else { throw KitError("rookery is not built") }
        return path
    }

    private static func start(
        port: Int, flags: [String], environment: [String: String], folder: TemporaryFolder, descriptorLimit: Int?
    ) throws -> ChildProcess {
        let arguments = try [binary(), "--listen", "127.0.0.1:\(port)"] + flags
        // The shell becomes the node: the process id stays.
        let limited = descriptorLimit.map { ["/bin/sh", "-c", "ulimit -n \($0) && exec \"$0\" \"$@\""] + arguments }
        let command = limited ?? arguments
        let process = try ChildProcess(
            command[0], Array(command.dropFirst()), environment: environment, folder: folder.path,
            outputPath: folder.file("node.log"))
        do {
            try wait(until: "rookery answers on port \(port):\n\(process.output)", seconds: 20) {
                if let exit = process.exitStatus {
                    if process.output.contains("in use") { throw FreePort.PortTaken() }
                    throw KitError("rookery \(flags) ended (\(exit)):\n\(process.output)")
                }
                return (try? RawHTTP.get("/health/live", port: port, seconds: 2))?.status == 200
            }
        } catch {
            process.release()
            throw error
        }
        return process
    }

    package var process: ChildProcess { running.withLock { $0 } }

    /// Everything the node has printed, over all its starts.
    package var log: String { process.output }

    package func webSocketURL(_ path: String) -> String { "ws://127.0.0.1:\(port)\(path)" }
    package func pageURL(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    // MARK: its life

    /// SIGTERM; how it ended. A node that does not end in time is killed and shows as `.signalled(9)`.
    @discardableResult
    package func stop(seconds: Double = 12) -> ChildProcess.Exit { process.terminate(seconds: seconds) }

    package func kill() {
        process.kill(9)
        _ = process.waitForExit()
    }

    /// Starts it again on the same port, after `stop` or `kill`.
    package func start() throws {
        let process = try RookeryServer.start(
            port: port, flags: flags, environment: environment, folder: folder, descriptorLimit: descriptorLimit)
        running.withLock { $0 = process }
    }

    // MARK: asking

    package func get(_ path: String, headers: [String] = []) throws -> RawHTTP.Response {
        try RawHTTP.get(path, port: port, headers: headers)
    }

    package func metrics() throws -> Metrics {
        let response = try get("/metrics")
        guard response.status == 200 else { throw KitError("/metrics answered \(response.status)") }
        return try Metrics(response.text)
    }

    /// One number of /metrics, summed over its labels; 0 when it is not there.
    package func metric(_ name: String, _ labels: [String: String] = [:]) throws -> Int {
        Int(try metrics().value(name, labels) ?? 0)
    }

    /// The most memory that was ever resident, in bytes.
    package var peakResidentBytes: Int {
        process.status("VmHWM").flatMap { Int($0.prefix { $0.isNumber }) }.map { $0 * 1024 } ?? 0
    }

    /// Status and body of /health/ready.
    package func health() throws -> (status: Int, body: String) {
        let response = try get("/health/ready")
        return (response.status, response.text)
    }

    /// Waits until the node calls itself ready, or (with `false`) not ready.
    package func waitUntilReady(_ ready: Bool = true, seconds: Double = 15) throws {
        try wait(until: "the node is \(ready ? "" : "not ")ready", seconds: seconds, everyMilliseconds: 20) {
            (try health().status == 200) == ready
        }
    }
}
