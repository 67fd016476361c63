// Accepts on one address, in batches, and hands each connection on. What goes wrong while accepting never ends the listener:
//
// - a caller that left before we came (ECONNABORTED and its relatives): the next one, please (row E2);
// - no descriptor left (row E1): one spare descriptor is given up to take a waiting caller, tell it so and let it go, a few
//   times; then the listener pauses for a moment instead of being told for ever that somebody waits. Those behind wait in
//   the backlog and come in when descriptors are free again.

/// Accepts connections on a loop.
package final class Listener: EventSource {
    /// Connections taken in one turn at most, so that a flood of callers does not starve those who are connected.
    private static let batchMax = 64
    /// Callers turned away with the spare descriptor before each pause.
    private static let refusalsMax = 16
    private static let pauseMilliseconds = 100

    /// What the owner should log, rarely.
    package enum Trouble: Hashable, Sendable, CustomStringConvertible {
        /// No descriptor (or memory) for callers; accepting rests for a moment.
        case exhausted(SystemError)
        /// The listening socket is of no use any more; nothing is accepted.
        case broken(SystemError)

        /// For the log.
        package var description: String {
            switch self {
            case .exhausted(let error): "\(error); callers wait or are turned away until a connection ends"
            case .broken(let error): "\(error); nothing is accepted here any more"
            }
        }
    }

    /// Where it listens, with the port the kernel chose.
    package let address: SocketAddress
    /// Bytes sent to callers that are turned away for want of descriptors, such as a 503.
    package var refusal: [UInt8] = []
    /// Called at each beginning of trouble.
    package var troubled: ((Trouble) -> Void)?
    package private(set) var acceptedCount = 0
    package private(set) var refusedCount = 0
    /// Callers that were gone before they were accepted.
    package private(set) var goneCount = 0

    private let loop: EventLoop
    private let accepted: (Int32, SocketAddress) -> Void
    private let accept: (Int32) -> AcceptResult
    private var descriptor: Int32
    private var spare: Int32
    private var token: Token
    private var isPausedByOwner = false
    private var resumesAt: Instant?
    /// Trouble was told and has not ended since.
    private var isTroubled = false

    /// Listens and begins to accept. Each connection is handed to `accepted`, which owns the descriptor from then on.
    package convenience init(
        loop: EventLoop, address: ListenAddress, backlog: Int32 = 4_096, sendBufferBytes: Int? = nil,
        reusePort: Bool = false, accepted: @escaping (Int32, SocketAddress) -> Void
    ) throws(SystemError) {
        let descriptor = try Socket.listen(
            on: address, backlog: backlog, sendBufferBytes: sendBufferBytes, reusePort: reusePort)
        try self.init(loop: loop, descriptor: descriptor, accepted: accepted)
    }

    /// Accepts on a descriptor that listens already, which it takes over. `accept` stands for the system call in tests.
    package init(
        loop: EventLoop, descriptor: Int32, accept: @escaping (Int32) -> AcceptResult = { Socket.accept($0) },
        accepted: @escaping (Int32, SocketAddress) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.accepted = accepted
        self.accept = accept
        self.descriptor = descriptor
        address = Socket.localAddress(descriptor) ?? .unix("")
        spare = Socket.spare()
        token = Token(slot: 0, generation: 0, source: 0)
        token.source = loop.add(source: self)
        do throws(SystemError) {
            try loop.watch(descriptor, token, .read)
        } catch {
            close()
            throw error
        }
    }

    /// Stops accepting; callers wait in the backlog.
    package func pause() {
        isPausedByOwner = true
        updateInterest()
    }

    package func resume() {
        isPausedByOwner = false
        updateInterest()
    }

    /// Ends the listener; those in the backlog are refused by the kernel. A unix socket's file is removed.
    package func close() {
        guard descriptor >= 0 else { return }
        if case .unix(let path) = address { Socket.removeFile(path) }
        loop.unwatch(descriptor)
        Socket.close(descriptor)
        descriptor = -1
        if spare >= 0 { Socket.close(spare) }
        spare = -1
        loop.remove(source: token.source)
    }

    package func ready(_ token: Token, _ readiness: Readiness) {
        guard token == self.token, descriptor >= 0 else { return }
        for _ in 0..<Listener.batchMax {
            switch accept(descriptor) {
            case .accepted(let connection, let peer):
                acceptedCount += 1
                isTroubled = false
                accepted(connection, peer)
                guard descriptor >= 0, !isPausedByOwner else { return }
            case .wouldBlock:
                return
            case .callerGone:
                goneCount += 1
            case .outOfDescriptors(let error):
                turnAway()
                rest(error)
                return
            case .outOfMemory(let error):
                rest(error)
                return
            case .broken(let error):
                troubled?(.broken(error))
                close()
                return
            }
        }
    }

    package func timerFired(_ token: Token) {
        guard token == self.token, let resumesAt, resumesAt <= loop.now else { return }
        self.resumesAt = nil
        updateInterest()
    }

    /// Takes waiting callers with the spare descriptor, tells them, and lets them go.
    private func turnAway() {
        for _ in 0..<Listener.refusalsMax {
            if spare < 0 { spare = Socket.spare() }
            guard spare >= 0 else { return }
            Socket.close(spare)
            spare = -1
            // Another thread may have taken the descriptor in between: then this answers that there is none.
            guard case .accepted(let caller, _) = accept(descriptor) else { break }
            if !refusal.isEmpty { _ = Socket.send(caller, refusal.span) }
            // Closing with something unread would reset the connection and could take the refusal along.
            _ = loop.receive(caller) { _ in }
            Socket.shutdownWrite(caller)
            Socket.close(caller)
            refusedCount += 1
        }
        if spare < 0 { spare = Socket.spare() }
    }

    private func rest(_ error: SystemError) {
        let at = loop.now.adding(milliseconds: Listener.pauseMilliseconds)
        resumesAt = at
        loop.schedule(token, at: at)
        updateInterest()
        if !isTroubled { troubled?(.exhausted(error)) }
        isTroubled = true
    }

    private func updateInterest() {
        guard descriptor >= 0 else { return }
        loop.change(descriptor, token, isPausedByOwner || resumesAt != nil ? .none : .read)
    }
}
