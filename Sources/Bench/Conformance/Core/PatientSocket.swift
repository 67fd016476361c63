// A connection of one case: sends and waits with a deadline, keeps all that came, and reads while it writes, so that two sides that both have much
// to say do not wait for each other.

import EventLoop

final class PatientSocket {
    /// What waiting came to.
    enum Arrival: Equatable {
        /// Something is in `inbox` that was not there before.
        case bytes
        /// The peer has ended its direction.
        case end
        /// The connection was reset or failed; the reason.
        case broken(String)
        /// Nothing came in time.
        case nothing
        /// So much has come that no case asked for it, or it comes for ever.
        case tooMuch
    }

    /// More than the largest answer of all cases, 64 MiB and what is around it.
    static let inboxBytesMax = 80 << 20
    /// What is already there is taken when the time is over; for so long, because a peer can send for ever.
    static let graceMilliseconds = 1_000

    /// Received and not yet taken.
    private(set) var inbox: [UInt8] = []
    /// How the receiving direction ended; nil while it is open.
    private(set) var end: Arrival?
    private let descriptor: Int32
    private let attempt: CaseAttempt

    /// Connects. Throws `couldNotTest` when nobody listens.
    init(to address: SocketAddress, _ attempt: CaseAttempt) throws(CaseStop) {
        self.attempt = attempt
        do throws(SystemError) {
            descriptor = try Socket.connect(to: address)
        } catch {
            throw .couldNotTest("\(error)")
        }
        // From here on deinit closes it.
        guard Socket.wait(descriptor, toSend: true, milliseconds: attempt.patienceMilliseconds).canSend else {
            throw .couldNotTest("connect to \(address): no answer after \(attempt.patienceMilliseconds) ms")
        }
        if let error = Socket.connectResult(descriptor, to: address) { throw .couldNotTest("\(error)") }
    }

    /// Takes over a connection that was accepted.
    init(accepted descriptor: Int32, _ attempt: CaseAttempt) {
        self.descriptor = descriptor
        self.attempt = attempt
    }

    deinit { Socket.close(descriptor) }

    /// Sends all of it, and collects meanwhile what comes. False: the peer took it no longer, or not in time; that alone is no fault.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        let deadline = attempt.deadline(bytes: bytes.count)
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.span.extracting(droppingFirst: offset)
            switch Socket.send(descriptor, rest) {
            case .bytes(let count):
                attempt.didSend(rest.extracting(first: count))
                offset += count
            case .wouldBlock:
                let left = deadline.milliseconds(since: Instant.now())
                guard left > 0 else { return false }
                let ready = Socket.wait(descriptor, toReceive: end == nil && !isFull, toSend: true, milliseconds: left)
                if ready.canReceive { takeWhatCame() }
            case .endOfStream, .failed: return false
            }
        }
        return true
    }

    /// Sends in pieces of so many bytes, with a pause after each.
    @discardableResult
    func send(_ bytes: [UInt8], pieceBytes: Int, pauseMilliseconds: Int = 0) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let next = min(bytes.count, offset + max(1, pieceBytes))
            guard send(Array(bytes[offset..<next])) else { return false }
            offset = next
            if pauseMilliseconds > 0 { Threads.sleep(milliseconds: pauseMilliseconds) }
        }
        return true
    }

    /// Waits until more is in `inbox`, or until nothing can come any more.
    func waitForMore(until deadline: Instant) -> Arrival {
        if let end { return end }
        while true {
            guard !isFull else { return .tooMuch }
            let left = deadline.milliseconds(since: Instant.now())
            guard !PatientSocket.isLongOver(deadline) else { return .tooMuch }
            let ready = Socket.wait(descriptor, toReceive: true, milliseconds: left)
            guard ready.canReceive else {
                if left > 0 { continue }
                return .nothing
            }
            let before = inbox.count
            takeWhatCame()
            if inbox.count > before { return .bytes }
            if let end { return end }
        }
    }

    /// Something still comes although the time is over.
    static func isLongOver(_ deadline: Instant) -> Bool {
        Instant.now().milliseconds(since: deadline) > graceMilliseconds
    }

    private var isFull: Bool { inbox.count >= PatientSocket.inboxBytesMax }

    /// Forgets the first bytes of `inbox`.
    func take(_ count: Int) { inbox.removeFirst(count) }

    /// Ends our direction.
    func endSending() { Socket.shutdownWrite(descriptor) }

    private func takeWhatCame() {
        guard end == nil else { return }
        let before = inbox.count
        switch Socket.receive(descriptor, appendingTo: &inbox) {
        case .bytes:
            let all = inbox
            attempt.didReceive(all.span.extracting(droppingFirst: before))
        case .wouldBlock: break
        case .endOfStream: end = .end
        case .failed(let error): end = .broken("\(error)")
        }
    }
}
