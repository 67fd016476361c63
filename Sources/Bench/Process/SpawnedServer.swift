// A server that we start, wait for, and stop again. It ends with us, whatever ends us: regularly by `stop`, else by the kernel
// (`ServerLauncher`).

import EventLoop

/// A server of `--spawn` or `--server`. Start it on the main thread: the kernel takes the end of the thread that started it for ours.
final class SpawnedServer {
    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// How long a server may take to listen, and to end once asked.
    private static let startMilliseconds = 30_000
    private static let stopMilliseconds = 5_000
    private static let tellEachMilliseconds = 2_000
    /// What is shown of the words of a server that failed.
    private static let tailBytesMax = 2_000

    let command: String
    private let program: Program
    private let output: TemporaryFile?
    private var exit: Program.Exit?

    var process: ServerProcess { ServerProcess(identifier: Int(program.identifier)) }

    /// Starts a command. `processor`: where it runs, anywhere when nil. Its output is kept for the case of failure, or passed on to ours.
    /// `launcher` is this program.
    init(
        _ command: String, processor: Int? = nil, passesOutputOn: Bool = false,
        launcher: String = "/proc/\(Program.own)/exe"
    ) throws(Problem) {
        self.command = command
        do {
            let words = try CommandWords.split(command)
            let output = passesOutputOn ? nil : try TemporaryFile()
            self.output = output
            program = try Program.start(
                launcher, ServerLauncher.arguments(words, processor: processor), output: output?.descriptor,
                error: output?.descriptor)
        } catch {
            throw Problem(description: "cannot start \(command): \(error)")
        }
    }

    deinit {
        stop()
        output?.close()
    }

    /// Waits until somebody answers at `address`; says every two seconds that it still waits.
    func waitUntilAnswering(
        _ address: SocketAddress, patienceMilliseconds: Int = startMilliseconds, progress: (String) -> Void
    ) throws(Problem) {
        let begun = Instant.now()
        var told = begun
        while true {
            // Asked before the port, which another server may hold: then ours ends soon.
            if let end = poll() {
                throw Problem(description: "\(command) ended with \(end) before it listened on \(address)\(said)")
            }
            if Socket.answers(address, withinMilliseconds: 200) { break }
            let now = Instant.now()
            guard now.milliseconds(since: begun) < patienceMilliseconds else {
                stop()
                throw Problem(
                    description: "\(command) does not listen on \(address) after \(patienceMilliseconds) ms\(said)")
            }
            if now.milliseconds(since: told) >= SpawnedServer.tellEachMilliseconds {
                told = now
                progress("waiting for \(command) to listen on \(address)")
            }
            Threads.sleep(milliseconds: 10)
        }
    }

    /// Whether it has ended by itself, and how.
    func poll() -> Program.Exit? {
        if exit == nil { exit = program.exit() }
        return exit
    }

    /// Asks it to end, and makes it end when it does not. Returns when it has.
    func stop(patienceMilliseconds: Int = stopMilliseconds) {
        guard poll() == nil else { return }
        program.terminate()
        let asked = Instant.now()
        while Instant.now().milliseconds(since: asked) < patienceMilliseconds {
            if poll() != nil { break }
            Threads.sleep(milliseconds: 5)
        }
        // Also what it has started and left behind.
        program.killGroup()
        while poll() == nil { Threads.sleep(milliseconds: 5) }
    }

    /// The end of what it said, as the rest of a sentence.
    private var said: String {
        let text = output?.tail(bytesMax: SpawnedServer.tailBytesMax) ?? ""
        return text.isEmpty ? "" : "; it said:\n\(text)"
    }
}
