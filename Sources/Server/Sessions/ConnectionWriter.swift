// Everything that leaves the connections of a loop leaves here, in the flush at the end of the turn: each connection is written to once.
// A run goes from the shared bytes straight to the sockets of its members. What a socket does not take is copied into a backlog of
// that connection's own; fan-out never waits for a reader. Who reads too slowly is named in `slow` and closed by the sessions.

import EventLoop
import WSProtocol

final class ConnectionWriter {
    /// Connections whose socket failed, to be ended after the flush.
    private(set) var broken: [Token] = []
    /// Connections for which something began to wait, to be looked at when it has waited too long.
    private(set) var waiting: [Token] = []
    /// Connections over the limits, to be closed with 3008 after the flush.
    private(set) var slow: [Token] = []
    /// Connections whose output has left and which wait for that to end.
    private(set) var drained: [Token] = []

    let table: ConnectionTable
    let metrics: WorkerMetrics
    private let loop: EventLoop
    private let limits: WriterLimits
    private let source: UInt16
    private var dirty: [UInt32] = []

    init(table: ConnectionTable, loop: EventLoop, source: UInt16, limits: WriterLimits, metrics: WorkerMetrics) {
        self.table = table
        self.loop = loop
        self.source = source
        self.limits = limits
        self.metrics = metrics
    }

    // MARK: What a connection alone is sent

    /// Adds to this turn's output of one connection.
    func append(to slot: UInt32, _ encode: (inout [UInt8]) -> Void) {
        encode(&table[slot].output)
        markDirty(slot)
    }

    /// Answers a Ping; to a peer whose socket is blocked only the newest Pong is kept (row W7).
    func appendPong(to slot: UInt32, _ payload: Span<UInt8>) {
        if let backlog = table[slot].backlog {
            backlog.keepPong(payload)
        } else {
            FrameEncoder.append(.pong, payload: payload, to: &table[slot].output)
            markDirty(slot)
        }
    }

    private func markDirty(_ slot: UInt32) {
        guard !table[slot].isDirty else { return }
        table[slot].isDirty = true
        dirty.append(slot)
    }

    /// A run for a connection that cannot take it straight (`FanOut`): something of its own stands before it.
    func append(_ run: [UInt8], behindOthersOf slot: UInt32) {
        guard table[slot].phase == .open else { return }
        if let backlog = table[slot].backlog {
            // At once, not by way of the output: the copies of thousands of stalled readers must count as they are made.
            enqueueOutput(of: slot, behind: backlog)
            enqueue(run.span, behind: backlog, of: slot)
        } else {
            table[slot].output.append(contentsOf: run)
            markDirty(slot)
        }
    }

    /// Writes the own output of each connection that has some.
    func flush() {
        for slot in dirty {
            guard table[slot].isDirty else { continue }
            table[slot].isDirty = false
            guard !table[slot].output.isEmpty else { continue }
            if let backlog = table[slot].backlog {
                enqueueOutput(of: slot, behind: backlog)
            } else {
                let output = table[slot].output
                table[slot].output = []
                send(output.span, to: slot)
            }
            table[slot].prefaceBytes = 0
        }
        dirty.removeAll(keepingCapacity: true)
    }

    private func send(_ bytes: Span<UInt8>, to slot: UInt32) {
        metrics.sends.add()
        settle(Socket.send(table[slot].descriptor, bytes), of: bytes, for: slot)
    }

    /// What a socket did not take of `bytes` waits for it.
    func settle(_ result: IOResult, of bytes: Span<UInt8>, for slot: UInt32) {
        switch result {
        case .bytes(let sent):
            metrics.bytesOut.add(sent)
            if sent < bytes.count {
                keep(bytes, from: sent, for: slot)
            } else if table[slot].phase == .finishing {
                drained.append(token(slot))
            }
        case .wouldBlock, .endOfStream: keep(bytes, from: 0, for: slot)
        case .failed: broken.append(token(slot))
        }
    }

    /// The socket took `sent` bytes: the rest becomes the connection's backlog.
    private func keep(_ bytes: Span<UInt8>, from sent: Int, for slot: UInt32) {
        let preface =
            table[slot].phase == .open || table[slot].phase == .closing ? Int(table[slot].prefaceBytes) : bytes.count
        let begun: Int
        if sent < preface {
            begun = preface - sent
        } else {
            let frames = bytes.extracting(preface...)
            begun = (FrameBorder.following(sent - preface, in: frames) ?? frames.count) - (sent - preface)
        }
        // A reader over a limit keeps only the frame that has begun: the Close goes behind it, the rest would be dropped anyway.
        let mayWait = mayKeep(bytes.count - sent, waiting: bytes.count - sent - begun, of: slot)
        let end = mayWait ? bytes.count : sent + begun
        // No room even for that: such a connection is reset. Readers of answers get half of what there is for all, so that they cannot
        // crowd out those who chat.
        let most = isWebSocket(slot) ? limits.totalBytes : limits.totalBytes / 2
        guard metrics.queueBytes.value + end - sent <= most else { return broken.append(token(slot)) }
        let backlog = Backlog(rest: bytes.extracting(sent..<end), begunBytes: begun, now: loop.now)
        table[slot].backlog = backlog
        metrics.queueBytes.add(backlog.count)
        metrics.blockedConnections.add()
        awaitWritable(slot, true)
        if mayWait { waiting.append(token(slot)) } else { slow.append(token(slot)) }
    }

    // MARK: Backlogs

    /// Lets bytes wait for a socket that is blocked. Over a limit they are not even copied: a turn's run for thousands of stalled
    /// readers would pass every bound before the first of them is closed.
    private func enqueue(_ bytes: Span<UInt8>, behind backlog: Backlog, of slot: UInt32) {
        guard mayKeep(bytes.count, waiting: backlog.waitingBytes + bytes.count, of: slot) else {
            slow.append(token(slot))
            return
        }
        if backlog.oldest == nil { waiting.append(token(slot)) }
        backlog.append(bytes, now: loop.now)
        metrics.queueBytes.add(bytes.count)
    }

    private func enqueueOutput(of slot: UInt32, behind backlog: Backlog) {
        guard !table[slot].output.isEmpty else { return }
        let output = table[slot].output
        table[slot].output = []
        enqueue(output.span, behind: backlog, of: slot)
    }

    private func isWebSocket(_ slot: UInt32) -> Bool { table[slot].exchange == nil }

    /// Over a limit a connection is slow. An HTTP answer is bounded by what we serve and by its deadline.
    private func mayKeep(_ more: Int, waiting: Int, of slot: UInt32) -> Bool {
        guard table[slot].phase == .open else { return true }
        return waiting <= limits.queueBytes && metrics.queueBytes.value + more <= limits.totalBytes
    }

    /// The socket takes bytes again.
    func writable(_ slot: UInt32) {
        guard let backlog = table[slot].backlog else {
            awaitWritable(slot, false)
            return
        }
        let before = backlog.count
        let outcome = backlog.flush(to: table[slot].descriptor)
        metrics.sends.add()
        metrics.queueBytes.add(backlog.count - before)
        metrics.bytesOut.add(max(0, before - backlog.count))
        switch outcome {
        case .drained:
            forgetBacklog(of: slot)
            awaitWritable(slot, false)
            if table[slot].phase == .finishing { drained.append(token(slot)) }
        case .blocked: break
        case .failed: broken.append(token(slot))
        }
    }

    /// The oldest message has waited too long, or nothing moves at all.
    func isOverdue(_ slot: UInt32, now: Instant) -> Bool {
        guard let oldest = table[slot].backlog?.oldest else { return false }
        return now.milliseconds(since: oldest) >= limits.queueMilliseconds
    }

    /// When `isOverdue` has to be asked.
    func dueTime(of slot: UInt32) -> Instant {
        guard let oldest = table[slot].backlog?.oldest else { return .never }
        return oldest.adding(milliseconds: limits.queueMilliseconds)
    }

    /// Gives up what waits: only the frame that has begun goes out, then `frame` (choice: a Close never lands inside a frame).
    func replaceWaiting(of slot: UInt32, with frame: [UInt8]) {
        table[slot].output = []
        guard let backlog = table[slot].backlog else {
            append(to: slot) { $0.append(contentsOf: frame) }
            return
        }
        let before = backlog.count
        backlog.dropWaiting()
        backlog.append(frame.span, now: loop.now)
        metrics.queueBytes.add(backlog.count - before)
    }

    /// Nothing of this connection will be written any more.
    func forgetBacklog(of slot: UInt32) {
        guard let backlog = table[slot].backlog else { return }
        metrics.queueBytes.add(-backlog.count)
        metrics.blockedConnections.add(-1)
        table[slot].backlog = nil
    }

    private func awaitWritable(_ slot: UInt32, _ isAwaited: Bool) {
        guard table[slot].awaitsWritable != isAwaited else { return }
        table[slot].awaitsWritable = isAwaited
        updateInterest(slot)
    }

    /// Tells the loop what this connection waits for.
    func updateInterest(_ slot: UInt32) {
        let connection = table[slot]
        let isDeaf = connection.isReadEnded || connection.isReadPaused || connection.isResting
        var interest: Interest = isDeaf ? .none : .read
        if connection.awaitsWritable { interest.insert(.write) }
        loop.change(connection.descriptor, token(slot), interest)
    }

    private func token(_ slot: UInt32) -> Token {
        Token(slot: slot, generation: table[slot].generation, source: source)
    }

    // MARK: What the sessions have to look at

    /// Lists made during the turn; a connection named there may have ended since, so they carry generations.
    func takeBroken() -> [Token] { take(&broken) }
    func takeWaiting() -> [Token] { take(&waiting) }
    func takeSlow() -> [Token] { take(&slow) }
    func takeDrained() -> [Token] { take(&drained) }

    var hasWork: Bool { !(dirty.isEmpty && broken.isEmpty && waiting.isEmpty && slow.isEmpty && drained.isEmpty) }

    private func take(_ list: inout [Token]) -> [Token] {
        guard !list.isEmpty else { return [] }
        defer { list = [] }
        return list
    }
}
