// A server of ours that says exactly the bytes of its script: a Redis that lies, a Redis that stalls, half a reply.
// Each accepted connection runs the script on a thread of its own; what goes wrong there is kept in `failures`.
import EventLoop
import Glibc

package final class ScriptedPeer: Belonging {
    package typealias Script = @Sendable (ScriptedConnection) throws -> Void

    package let port: Int
    private let listener: Int32
    private let script: Script
    private let shared = Lock(Shared())

    private struct Shared {
        var isRunning = true
        var accepted = 0
        var finished = 0
        var failures: [String] = []
        var sockets: [StreamSocket] = []
    }

    /// Listens on a loopback port of its own (or on `port`) and runs `script` for each connection;
    /// `connection.number` counts them from 0.
    package init(port chosen: Int = 0, _ script: @escaping Script) throws {
        listener = try Loopback.listen(port: chosen)
        port = try Loopback.port(of: listener)
        self.script = script
        Belongings.keep(self)
        startThread("scripted peer") { [self] in acceptAll() }
    }

    package var acceptedCount: Int { shared.withLock { $0.accepted } }
    /// How many scripts have run to their end (or failed).
    package var finishedCount: Int { shared.withLock { $0.finished } }
    package var failures: [String] { shared.withLock { $0.failures } }

    /// Waits until `count` scripts have ended; throws when one of them failed.
    package func waitUntilFinished(_ count: Int = 1, seconds: Double = 10) throws {
        try wait(until: "\(count) scripts have ended", seconds: seconds) { finishedCount >= count || !failures.isEmpty }
        if let failure = failures.first { throw KitError("scripted peer: \(failure)") }
    }

    package func release() {
        let wasRunning = shared.withLock { shared in
            for socket in shared.sockets { socket.interrupt() }
            defer { shared.isRunning = false }
            return shared.isRunning
        }
        if wasRunning { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    private func acceptAll() {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                break
            }
            let socket = StreamSocket(adopting: client)
            let number: Int? = shared.withLock { shared in
                guard shared.isRunning else { return nil }
                shared.accepted += 1
                shared.sockets.append(socket)
                return shared.accepted - 1
            }
            guard let number else { break }
            startThread("script \(number)") { [self] in runScript(ScriptedConnection(socket, number: number)) }
        }
        close(listener)
    }

    private func runScript(_ connection: ScriptedConnection) {
        var failure: String?
        do { try script(connection) } catch { failure = "connection \(connection.number): \(error)" }
        connection.socket.close()
        shared.withLock { shared in
            shared.sockets.removeAll { $0 === connection.socket }
            if let failure, shared.isRunning { shared.failures.append(failure) }
            shared.finished += 1
        }
    }
}
