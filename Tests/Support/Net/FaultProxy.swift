// A TCP proxy that misbehaves on command: put it between a node and its Redis, or before a node.
// One thread; what is not forwarded now is left unread or kept in order, so that a return to `.pass` loses nothing.
import EventLoop
import Glibc

package final class FaultProxy: Belonging {
    package enum Direction: Sendable { case toServer, toClient }

    package enum Mode: Equatable, Sendable {
        case pass
        /// Every piece arrives this much later.
        case delay(milliseconds: Int)
        /// Open but silent in both directions; new connections are accepted and hear nothing.
        case blackhole
        /// Every connection, old and new, is reset.
        case reset
        /// After this many more bytes in this direction (per connection), the connection is cut; 0: instead of the first byte.
        case cut(afterBytes: Int, Direction)
        case byteByByte
        /// Only this direction is forwarded.
        case only(Direction)
    }

    package let port: Int
    private let listener: Int32
    private let wakeup: (read: Int32, write: Int32)
    private let shared = Lock(Shared())

    private struct Shared {
        var target: Int = 0
        var mode = Mode.pass
        var generation = 0
        var accepted = 0
        var open = 0
        var isRunning = true
    }

    /// Starts forwarding from a port of its own to `target` on 127.0.0.1.
    package init(to target: Int) throws {
        listener = try Loopback.listen()
        Loopback.setNonblocking(listener)
        port = try Loopback.port(of: listener)
        wakeup = try makePipe(nonblocking: true)
        shared.withLock { $0.target = target }
        Belongings.keep(self)
        startThread("fault proxy") { [self] in run() }
    }

    package var mode: Mode {
        get { shared.withLock { $0.mode } }
        set {
            shared.withLock {
                $0.mode = newValue
                $0.generation += 1
            }
            wake()
        }
    }

    /// How many connections it has accepted since it began, and how many are open now.
    package var acceptedCount: Int { shared.withLock { $0.accepted } }
    package var openCount: Int { shared.withLock { $0.open } }

    /// Resets what is open now; new connections pass.
    package func resetAll() {
        mode = .reset
        try? wait(until: "all are reset", everyMilliseconds: 1) { openCount == 0 }
        mode = .pass
    }

    package func release() {
        shared.withLock { shared in
            // Only while the thread runs: afterwards the number of the pipe may be somebody else's socket.
            if shared.isRunning { _ = write(wakeup.write, [1], 1) }
            shared.isRunning = false
        }
    }

    private func wake() {
        shared.withLock { if $0.isRunning { _ = write(wakeup.write, [1], 1) } }
    }

    // MARK: the thread

    private func run() {
        var connections: [ProxiedConnection] = []
        var generation = 0
        while true {
            let now = shared.withLock { $0 }
            guard now.isRunning else { break }
            if now.generation != generation {
                generation = now.generation
                for connection in connections { connection.restartCounting() }
            }
            if now.mode == .reset {
                for connection in connections { connection.end(reset: true) }
            }
            for connection in connections { connection.move(now.mode) }
            connections.removeAll { $0.isOver }
            shared.withLock { $0.open = connections.count }

            var entries = [
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakeup.read, events: Int16(POLLIN), revents: 0),
            ]
            for connection in connections { entries += connection.interests(now.mode) }
            let wait = connections.compactMap { $0.millisecondsToWait(now.mode) }.min() ?? 1000
            poll(&entries, nfds_t(entries.count), Int32(wait))
            if entries[1].revents != 0 {
                var bytes = [UInt8](repeating: 0, count: 64)
                _ = read(wakeup.read, &bytes, 64)
            }
            if entries[0].revents != 0 { accept(into: &connections) }
        }
        for connection in connections { connection.end(reset: true) }
        close(listener)
        close(wakeup.read)
        close(wakeup.write)
    }

    private func accept(into connections: inout [ProxiedConnection]) {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0 else { return }
            let (target, mode) = shared.withLock {
                $0.accepted += 1
                return ($0.target, $0.mode)
            }
            guard mode != .reset, let server = try? StreamSocket(port: target, seconds: 2) else {
                Loopback.resetOnClose(client)
                close(client)
                continue
            }
            connections.append(ProxiedConnection(client: StreamSocket(adopting: client), server: server))
        }
    }
}
