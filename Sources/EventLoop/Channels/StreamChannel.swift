// One stream on a loop, for links and clients: connects, hands on what comes, sends what is queued once per turn.
//
// idle ──connect──▶ connecting ──▶ open ──closeAfterFlush──▶ flushing ──▶ lingering ──▶ ended
//   └──adopt──────────────────────▶ open
// Any state goes to ended by `close`; connecting, open, flushing and lingering also by what the kernel or a deadline says.
//
// Lingering: everything is sent and our direction shut; what still comes is thrown away until the peer ends its direction,
// for at most two seconds. Closing at once with unread bytes would reset the connection and could take our last bytes along.
//
// The file is long because the machine is one: every method here looks at or changes the same private state.

/// One outgoing or accepted stream on a loop.
package final class StreamChannel: LoopStream {
    private enum State {
        case idle
        /// Trying `address`; `others` come next if it fails.
        case connecting(to: SocketAddress, others: ArraySlice<SocketAddress>, giveUpAt: Instant)
        case open, flushing, lingering, ended
    }

    private static let lingerMilliseconds = 2_000

    /// The loop that the channel belongs to; every call comes from its thread.
    package let loop: EventLoop
    private weak var delegate: (any StreamChannelDelegate)?
    private var state = State.idle
    private var descriptor: Int32 = -1
    private var token = Token(slot: 0, generation: 0, source: 0)
    private var interest = Interest.none
    private var localAddress: IPAddress?
    private var queue = SendQueue()
    private var isDirty = false
    /// The kernel did not take everything: only `writable` flushes again.
    private var isBlocked = false
    private var isPaused = false
    /// Why it ended, while the owner has not been told.
    private var untoldEnd: StreamEnd?
    /// The channel's own deadline (connecting, lingering) and the owner's.
    private var ownDeadline: Instant?
    private var deadline: Instant?
    private var timerAt: Instant?

    /// Idle: nothing is opened before `connect` or `adopt`. The delegate is not kept alive.
    package init(loop: EventLoop, delegate: any StreamChannelDelegate) {
        self.loop = loop
        self.delegate = delegate
    }

    // MARK: What the owner asks

    /// Tries the addresses one after the other until one connects or the time is up; each gets its share of the time left.
    /// `from` binds the near end.
    package func connect(
        to addresses: [SocketAddress], withinMilliseconds milliseconds: Int, from local: IPAddress? = nil
    ) {
        guard case .idle = state else { fatalError("a StreamChannel connects once; make a new one for each dial") }
        precondition(!addresses.isEmpty, "connect needs at least one address")
        localAddress = local
        token = loop.channels.insert(self)
        tryNext(addresses[...], giveUpAt: loop.now.adding(milliseconds: milliseconds))
    }

    /// The same with one address.
    package func connect(to address: SocketAddress, withinMilliseconds milliseconds: Int) {
        connect(to: [address], withinMilliseconds: milliseconds)
    }

    /// Takes over a connected, non-blocking descriptor, as a listener gives it.
    package func adopt(_ descriptor: Int32) throws(SystemError) {
        guard case .idle = state else { fatalError("a StreamChannel adopts one descriptor") }
        token = loop.channels.insert(self)
        do throws(SystemError) {
            try loop.watch(descriptor, token, .read)
        } catch {
            loop.channels.remove(token)
            throw error
        }
        self.descriptor = descriptor
        interest = .read
        state = .open
        updateInterest()
        markDirty()
        scheduleTimer()
    }

    /// True from `connected` or `adopt` until the channel ends or is asked to close.
    package var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// Queued bytes the kernel has not taken.
    package var queuedBytes: Int { queue.count }
    /// The kernel took less than was queued, and has not asked for more yet.
    package var isBackedUp: Bool { isBlocked }

    /// Queues bytes for the end of this turn. Ignored once the channel is closing.
    package func append(_ bytes: Span<UInt8>) {
        guard takesOutput else { return }
        queue.append(bytes)
        markDirty()
    }

    /// The same for an array.
    package func append(_ bytes: [UInt8]) { append(bytes.span) }

    /// Lets an encoder append its bytes in place.
    package func appendInPlace(_ encode: (inout [UInt8]) -> Void) {
        guard takesOutput else { return }
        queue.appendInPlace(encode)
        markDirty()
    }

    /// Stops delivering what comes, so that the peer feels it; a hang-up is delivered with all that came before it.
    package func pauseReading() {
        isPaused = true
        updateInterest()
    }

    /// Delivers again, beginning with what the kernel has kept meanwhile.
    package func resumeReading() {
        isPaused = false
        updateInterest()
    }

    /// Calls `deadlineReached` once at `instant`; a later call moves it, nil takes it back. Costs nothing to move.
    package func setDeadline(_ instant: Instant?) {
        deadline = instant
        scheduleTimer()
    }

    /// Ends at once, without the queue and without any further call to the owner.
    package func close() {
        untoldEnd = nil
        delegate = nil
        release()
    }

    /// Ends with a reset: neither side keeps anything of it.
    package func reset() {
        if descriptor >= 0 { Socket.resetOnClose(descriptor) }
        close()
    }

    /// Sends what is queued, ends our direction, waits for the peer's end, and then tells the owner `closedAfterFlush`.
    package func closeAfterFlush(withinMilliseconds milliseconds: Int = 5_000) {
        switch state {
        case .open:
            state = .flushing
            ownDeadline = loop.now.adding(milliseconds: milliseconds)
            scheduleTimer()
            markDirty()
        case .idle, .connecting:
            end(.closedAfterFlush)
        case .flushing, .lingering, .ended:
            break
        }
    }

    /// The far end; nil when nothing is open.
    package var peerAddress: SocketAddress? { descriptor >= 0 ? Socket.peerAddress(descriptor) : nil }

    private var takesOutput: Bool {
        switch state {
        case .idle, .connecting, .open: true
        case .flushing, .lingering, .ended: false
        }
    }

    // MARK: What the loop tells

    func ready(_ readiness: Readiness) {
        switch state {
        case .connecting(let address, let others, let giveUpAt):
            guard !readiness.isDisjoint(with: [.writable, .hangUp, .error]) else { return }
            finishConnecting(address, others, giveUpAt)
        case .open, .flushing, .lingering:
            if !readiness.isDisjoint(with: .mustReceive) { receive(readiness) }
            if readiness.contains(.writable), isBlocked {
                isBlocked = false
                flush()
                if case .open = state, !isBlocked { delegate?.writableAgain(self) }
            }
        case .idle, .ended:
            break
        }
    }

    /// The flush of the turn, and the place where the owner hears of an end that happened inside its own call.
    func endOfTurn() {
        isDirty = false
        if let reason = untoldEnd {
            tellEnd(reason)
            return
        }
        switch state {
        case .open, .flushing:
            if !isBlocked { flush() }
        case .idle, .connecting, .lingering, .ended:
            break
        }
    }

    func timerFired() {
        timerAt = nil
        let now = loop.now
        if let own = ownDeadline, own <= now {
            ownDeadline = nil
            ownDeadlineReached()
        }
        if let deadline, deadline <= now, descriptor >= 0 {
            self.deadline = nil
            delegate?.deadlineReached(self)
        }
        scheduleTimer()
    }

    // MARK: Connecting

    private func tryNext(_ addresses: ArraySlice<SocketAddress>, giveUpAt: Instant) {
        guard let address = addresses.first else { fatalError("tryNext needs an address") }
        let others = addresses.dropFirst()
        state = .connecting(to: address, others: others, giveUpAt: giveUpAt)
        do throws(SystemError) {
            descriptor = try Socket.connect(to: address, from: localAddress)
            try loop.watch(descriptor, token, .write)
            interest = .write
        } catch {
            connectFailed(.connectFailed(error), others, giveUpAt)
            return
        }
        let share = giveUpAt.milliseconds(since: loop.now) / (others.count + 1)
        ownDeadline = loop.now.adding(milliseconds: max(share, 1))
        scheduleTimer()
    }

    private func finishConnecting(_ address: SocketAddress, _ others: ArraySlice<SocketAddress>, _ giveUpAt: Instant) {
        if let error = Socket.connectResult(descriptor, to: address) {
            connectFailed(.connectFailed(error), others, giveUpAt)
            return
        }
        ownDeadline = nil
        state = .open
        updateInterest()
        markDirty()
        delegate?.connected(self)
    }

    private func connectFailed(_ reason: StreamEnd, _ others: ArraySlice<SocketAddress>, _ giveUpAt: Instant) {
        closeDescriptor()
        if others.isEmpty || giveUpAt <= loop.now { end(reason) } else { tryNext(others, giveUpAt: giveUpAt) }
    }

    private func ownDeadlineReached() {
        switch state {
        case .connecting(let address, let others, let giveUpAt):
            connectFailed(.connectTimedOut(address), others, giveUpAt)
        case .flushing:
            end(.flushTimedOut(unsentBytes: queue.count))
        case .lingering:
            end(.closedAfterFlush)
        case .idle, .open, .ended:
            break
        }
    }

    // MARK: Moving bytes

    private func receive(_ readiness: Readiness) {
        if isPaused, readiness.isDisjoint(with: [.hangUp, .error]) { return }
        let result = deliverOnce()
        guard descriptor >= 0 else { return }  // closed by the owner in `received`
        switch StreamVerdict.afterReceive(readiness, result) {
        case .goOn:
            break
        case .peerFinished, .ended(nil):
            if case .lingering = state {
                end(.closedAfterFlush)
            } else {
                // A peer that ended its direction may still read what is queued.
                if !isBlocked { _ = queue.flush(to: descriptor) }
                end(.endOfStream)
            }
        case .ended(let error?):
            end(.failed(error))
        }
    }

    private func flush() {
        switch queue.flush(to: descriptor) {
        case .drained:
            isBlocked = false
            if case .flushing = state { beginLingering() }
        case .blocked:
            isBlocked = true
        case .failed(let error):
            drain()
            end(.failed(error))
        }
        updateInterest()
    }

    /// Delivers what the peer had sent before it left. The kernel holds a few megabytes at most.
    private func drain() {
        while descriptor >= 0, case .bytes = deliverOnce() {}
    }

    private func deliverOnce() -> IOResult {
        loop.receive(descriptor) { bytes in
            if case .lingering = state { return }
            delegate?.received(&bytes, on: self)
        }
    }

    private func beginLingering() {
        state = .lingering
        Socket.shutdownWrite(descriptor)
        isPaused = false
        ownDeadline = loop.now.adding(milliseconds: StreamChannel.lingerMilliseconds)
        scheduleTimer()
    }

    private func updateInterest() {
        switch state {
        case .open, .flushing, .lingering: break
        case .idle, .connecting, .ended: return
        }
        var wanted: Interest = isPaused ? .none : .read
        if isBlocked { wanted.insert(.write) }
        guard wanted != interest else { return }
        interest = wanted
        loop.change(descriptor, token, wanted)
    }

    private func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        loop.channels.markDirty(self)
    }

    private func scheduleTimer() {
        switch state {
        case .idle, .ended: return
        case .connecting, .open, .flushing, .lingering: break
        }
        // No array here: owners move their deadlines often.
        guard var earliest = ownDeadline ?? deadline else { return }
        if let deadline, deadline < earliest { earliest = deadline }
        // The entry that is there fires early enough and schedules the next one.
        if let timerAt, timerAt <= earliest { return }
        timerAt = earliest
        loop.schedule(token, at: earliest)
    }

    // MARK: The end

    /// Ends the channel; the owner hears of it at the end of the turn, never from inside its own call.
    private func end(_ reason: StreamEnd) {
        if case .ended = state { return }
        release()
        untoldEnd = reason
        markDirty()
    }

    private func tellEnd(_ reason: StreamEnd) {
        untoldEnd = nil
        let owner = delegate
        delegate = nil
        owner?.ended(self, reason)
    }

    private func release() {
        if case .idle = state {} else { loop.channels.remove(token) }
        state = .ended
        queue.removeAll()
        isBlocked = false
        closeDescriptor()
    }

    private func closeDescriptor() {
        guard descriptor >= 0 else { return }
        loop.unwatch(descriptor)
        Socket.close(descriptor)
        descriptor = -1
        interest = .none
    }
}
