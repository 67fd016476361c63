// The runs of a comparison: each starts its server afresh, lets `rookery-bench fanout` load it in a process of its own, and stops it.

import EventLoop
import JSON

/// Runs everything, in turn, and keeps all results.
struct CompareRunner {
    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// One result of `fanout` and where it belongs.
    struct Run {
        let load: String
        let round: Int
        let result: JSONValue
    }

    /// A result holds a histogram and a line for each second.
    private static let resultBytesMax = 16 << 20
    /// How long a run may take beyond a minute: `fanout` bounds itself.
    private static let runMillisecondsMost = 24 * 3_600_000

    let settings: CompareSettings
    /// This program.
    let program: String
    let progress: (String) -> Void
    private(set) var comparison: Comparison
    private(set) var runs: [Run] = []
    private(set) var rounds = 0

    init(_ settings: CompareSettings, program: String, progress: @escaping (String) -> Void) {
        self.settings = settings
        self.program = program
        self.progress = progress
        comparison = Comparison(yardstick: settings.yardstick)
    }

    mutating func run() throws(Problem) {
        while rounds < settings.rounds || (rounds < settings.roundsMost && !undecided.isEmpty) {
            // What is decided needs no more rounds.
            let loads = rounds < settings.rounds ? settings.loads : undecided
            rounds += 1
            for load in loads {
                for server in order(ofRound: rounds) { try run(load, server) }
            }
        }
    }

    private var undecided: [CompareLoad] { settings.loads.filter { !comparison.isDecided(load: $0.label) } }

    /// All servers and the yardstick once more. Each round begins with another, so that no place in the order is always the same server's.
    private func order(ofRound round: Int) -> [CompareServer] {
        let all = settings.servers + settings.servers.filter { $0.name == settings.yardstick }
        let first = (round - 1) % all.count
        return Array(all[first...] + all[..<first])
    }

    private mutating func run(_ load: CompareLoad, _ server: CompareServer) throws(Problem) {
        progress("round \(rounds) of \(settings.rounds), \(load.label): \(server.name)")
        let result = try CompareRunner.measure(load, server, settings, program: program, progress: progress)
        comparison.add(load: load.label, server: server.name) { metric in
            metric.path.reduce(result as JSONValue?) { $0?[$1] }?.double
        }
        runs.append(Run(load: load.label, round: rounds, result: result))
        for warning in CompareRunner.warnings(result) { progress("  \(server.name): \(warning)") }
    }

    private static func warnings(_ result: JSONValue) -> [String] {
        guard case .array(let warnings)? = result["warnings"] else { return [] }
        return warnings.compactMap(\.text)
    }

    private static func measure(
        _ load: CompareLoad, _ server: CompareServer, _ settings: CompareSettings, program: String,
        progress: (String) -> Void
    ) throws(Problem) -> JSONValue {
        do {
            let port = try freePort()
            let filled = { Places.filled($0, port: port, program: program) }
            // `CompareSettings` has looked at every URL.
            guard let target = ServerTarget(server.url, port: port) else {
                throw Problem(description: "\(server.url) is no URL")
            }
            let spawned = try SpawnedServer(
                filled(server.command), processor: settings.serverProcessor, launcher: program)
            defer { spawned.stop() }
            try spawned.waitUntilAnswering(target.address, progress: progress)
            let arguments =
                ["fanout", target.url, "--name", server.name, "--server-pid", "\(spawned.process.identifier)"]
                + ["--json", "-"] + load.arguments + server.options.map(filled)
            let text = try output(of: [program] + arguments, settings.loadProcessor, program: program)
            if let end = spawned.poll() { throw Problem(description: "it ended under load, with \(end)") }
            return try JSONValue(text.span, limits: JSONLimits(valueCountMax: 1 << 20))
        } catch {
            throw Problem(description: "\(server.name), \(load.label): \(error)")
        }
    }

    /// What `fanout` writes; what it says on standard error passes on.
    private static func output(of words: [String], _ processor: Int?, program: String) throws -> [UInt8] {
        let file = try TemporaryFile()
        defer { file.close() }
        let load = try Program.start(
            program, ServerLauncher.arguments(words, processor: processor), output: file.descriptor, error: nil)
        var exit = load.exit()
        while exit == nil {
            Threads.sleep(milliseconds: 20)
            exit = load.exit()
        }
        // 1: something was lost; the result says what.
        guard exit == .status(0) || exit == .status(1) else {
            throw Problem(description: "fanout ended with \(exit.map { "\($0)" } ?? "nothing")")
        }
        return Array(file.tail(bytesMax: resultBytesMax).utf8)
    }

    /// A port that nobody had a moment ago.
    private static func freePort() throws(SystemError) -> UInt16 {
        let descriptor = try Socket.listen(on: ListenAddress(.internet(.loopback, port: 0)))
        defer { Socket.close(descriptor) }
        return Socket.localAddress(descriptor)?.port ?? 0
    }
}
