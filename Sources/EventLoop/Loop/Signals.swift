// Signals as events of a loop. They are blocked in every thread (call `block` before the first thread starts, it inherits the
// mask) and read from a signalfd, so no handler ever interrupts our code. SIGPIPE is ignored: writing to a peer that is gone
// answers EPIPE (row E5).
import Glibc

package enum Signals {
    package static let terminate = SIGTERM
    package static let interrupt = SIGINT
    package static let hangUp = SIGHUP

    /// What a node listens to.
    package static let ofTheNode: [Int32] = [SIGTERM, SIGINT, SIGHUP]

    /// Keeps `signals` from interrupting this thread and those it starts, and ignores SIGPIPE.
    package static func block(_ signals: [Int32] = ofTheNode) {
        signal(SIGPIPE, SIG_IGN)
        var set = Signals.set(signals)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Calls `received` on the loop for each of `signals` that comes; they must be blocked.
    @discardableResult
    package static func watch(
        _ signals: [Int32] = ofTheNode, on loop: EventLoop, received: @escaping (Int32) -> Void
    ) throws(SystemError) -> SignalSource {
        try SignalSource(loop: loop, signals: signals, received: received)
    }

    static func set(_ signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal) }
        return set
    }
}

/// A signalfd on a loop.
package final class SignalSource: EventSource {
    private let loop: EventLoop
    private let received: (Int32) -> Void
    private var descriptor: Int32
    private var token = Token(slot: 0, generation: 0, source: 0)

    init(loop: EventLoop, signals: [Int32], received: @escaping (Int32) -> Void) throws(SystemError) {
        self.loop = loop
        self.received = received
        var set = Signals.set(signals)
        descriptor = unsafe kernelSignalDescriptor(-1, &set, Kernel.nonBlocking | Kernel.closeOnExec)
        guard descriptor >= 0 else { throw SystemError.last("make a signalfd") }
        token.source = loop.add(source: self)
        do throws(SystemError) {
            try loop.watch(descriptor, token, .read)
        } catch {
            close()
            throw error
        }
    }

    package func close() {
        guard descriptor >= 0 else { return }
        loop.unwatch(descriptor)
        Socket.close(descriptor)
        descriptor = -1
        loop.remove(source: token.source)
    }

    package func ready(_ token: Token, _ readiness: Readiness) {
        // struct signalfd_siginfo: 128 bytes, the first four are the number of the signal.
        var record = [UInt32](repeating: 0, count: 32)
        while descriptor >= 0, unsafe read(descriptor, &record, 128) == 128 { received(Int32(bitPattern: record[0])) }
    }
}
