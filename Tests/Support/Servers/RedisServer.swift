// A real redis-server of a test's own: own port, own folder, nothing persisted unless asked for.
import EventLoop

package final class RedisServer: Sendable {
    package let port: Int
    package let unixPath: String
    package let password: String?
    private let options: [String]
    private let folder: TemporaryFolder
    private let running: Lock<ChildProcess>

    /// Starts a server and waits until it answers. `options` are those of redis.conf, for example
    /// `["--maxmemory", "1mb"]`.
    package init(options: [String] = [], password: String? = nil, port chosen: Int? = nil) throws {
        let folder = try TemporaryFolder("redis")
        let allOptions = options + (password.map { ["--requirepass", $0] } ?? [])
        let start: (Int) throws -> (Int, ChildProcess) = { port in
            (port, try RedisServer.start(port: port, folder: folder, options: allOptions))
        }
        // In cluster mode it listens 10,000 ports higher as well, and refuses to start where there is none.
        let highest = options.contains("--cluster-enabled") ? 65_535 - 10_000 : 65_535
        let (port, process) = try chosen.map(start) ?? FreePort.retrying(atMost: highest, start)
        self.port = port
        self.folder = folder
        self.password = password
        self.options = allOptions
        unixPath = folder.file("redis.sock")
        running = Lock(process)
    }

    private static func start(port: Int, folder: TemporaryFolder, options: [String]) throws -> ChildProcess {
        let defaults = [
            "--port", String(port), "--bind", "127.0.0.1", "--unixsocket", folder.file("redis.sock"), "--dir",
            folder.path,
            "--save", "", "--appendonly", "no", "--enable-debug-command", "local",
        ]
        let process = try ChildProcess(
            "redis-server", defaults + options, folder: folder.path, outputPath: folder.file("redis.log"))
        do {
            try wait(until: "redis-server answers on port \(port):\n\(process.output)", seconds: 20) {
                if let exit = process.exitStatus {
                    if process.output.contains("Address already in use") { throw FreePort.PortTaken() }
                    throw KitError("redis-server ended (\(exit)):\n\(process.output)")
                }
                // LOADING and NOAUTH are answers too.
                return (try? RESPClient(port: port).command("PING")) != nil
            }
        } catch {
            process.release()
            throw error
        }
        return process
    }

    package var process: ChildProcess { running.withLock { $0 } }

    /// `redis://127.0.0.1:PORT`, with the password if there is one.
    package var url: String { "redis://\(password.map { ":\($0)@" } ?? "")127.0.0.1:\(port)" }

    /// The log of all starts.
    package var log: String { process.output }

    // MARK: trouble

    /// kill -9: nothing is flushed, nothing said.
    package func kill() {
        process.kill(9)
        _ = process.waitForExit()
    }

    /// SIGTERM.
    package func shutDown() { process.terminate() }

    /// SIGSTOP and SIGCONT: connections stay open, nobody answers.
    package func stall() { process.stop() }
    package func resume() { process.resume() }

    /// Starts it again on the same port, after `kill` or `shutDown`.
    package func start() throws {
        let process = try RedisServer.start(port: port, folder: folder, options: options)
        running.withLock { $0 = process }
    }

    // MARK: asking

    /// A new connection, authenticated.
    package func client() throws -> RESPClient {
        let client = try RESPClient(port: port)
        if let password { try client.command("AUTH", password) }
        return client
    }

    /// How many connections are subscribed to `channel`.
    package func subscriberCount(_ channel: String) throws -> Int {
        guard case .array(let items) = try client().command("PUBSUB", "NUMSUB", channel), items.count == 2,
            case .integer(let count) = items[1]
        else { return 0 }
        return count
    }

    /// Waits until `count` connections are subscribed to `channel`: all nodes have come back, say.
    package func waitForSubscribers(_ count: Int, on channel: String, seconds: Double = 15) throws {
        try wait(until: "\(channel) has \(count) subscribers", seconds: seconds) {
            try subscriberCount(channel) == count
        }
    }
}
