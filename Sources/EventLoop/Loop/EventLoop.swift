// One thread's loop. A turn is: wait → what is ready → wake-up handlers (mailboxes) → timers → end of turn (each dirty
// connection flushed once). Level-triggered epoll: a descriptor that is not emptied is told again in the next turn, which
// is also what shares the loop fairly: one receive of at most 64 KiB for each connection and turn.
//
// The loop, and everything that lives on it, belongs to one thread. Other threads reach it by `wakeup` and mailboxes only.
import Glibc

/// An event loop over epoll.
@safe
package final class EventLoop {
    /// Bytes one `receive` can bring.
    package static let receiveBytesMax = 65_536
    private static let eventsMax = 1_024
    /// The loop's own descriptors: only the wake-up.
    private static let ownSource: UInt16 = 0

    private let epoll: Int32
    private let clock: () -> Instant
    // Both allocated once, freed in deinit, touched only inside `turn` and `receive`.
    private let events: UnsafeMutableBufferPointer<EpollEvent>
    private let receiveBuffer: UnsafeMutableRawBufferPointer
    private var isReceiving = false

    private var sources: [(any EventSource)?]
    private var freeSources: [UInt16] = []
    /// Removed in this turn: events that were fetched for them must not reach a successor.
    private var retiredSources: [UInt16] = []
    private var timers = TimerQueue()
    private var wakeupHandlers: [() -> Void] = []
    private var laterBodies: [() -> Void] = []
    private var moreWorkWaits = false
    private var isStopping = false
    private var currentInstant: Instant

    /// Rings this loop from any thread.
    package let wakeup: Wakeup
    /// Writes what each turn has produced.
    package weak var turnEnd: (any TurnEnd)?
    /// The stream channels of this loop.
    let channels = StreamTable()

    /// `clock` stands for the monotonic clock in tests.
    package init(clock: @escaping () -> Instant = { Instant.now() }) throws(SystemError) {
        self.clock = clock
        currentInstant = clock()
        epoll = kernelEpollCreate(Kernel.closeOnExec)
        guard epoll >= 0 else { throw SystemError.last("make an epoll descriptor") }
        do throws(SystemError) {
            wakeup = try Wakeup()
        } catch {
            Socket.close(epoll)
            throw error
        }
        unsafe events = .allocate(capacity: EventLoop.eventsMax)
        unsafe receiveBuffer = .allocate(byteCount: EventLoop.receiveBytesMax, alignment: 64)
        sources = [nil]
        channels.source = add(source: channels)
        try watch(wakeup.descriptor, Token(slot: 0, generation: 0, source: EventLoop.ownSource), .read)
    }

    deinit {
        Socket.close(epoll)
        unsafe events.deallocate()
        unsafe receiveBuffer.deallocate()
    }

    /// The time of this turn, of the monotonic clock.
    package var now: Instant { currentInstant }

    /// Seconds since 1970, for logs and tokens; never for deadlines.
    package func wallClockSeconds() -> Int { WallClock.milliseconds() / 1_000 }

    // MARK: Sources and descriptors

    /// Makes `source` known and gives its number, for its tokens. The loop keeps it until it is removed.
    package func add(source: any EventSource) -> UInt16 {
        if let free = freeSources.popLast() {
            sources[Int(free)] = source
            return free
        }
        precondition(sources.count <= Int(UInt16.max), "a loop has at most 65,535 sources")
        sources.append(source)
        return UInt16(sources.count - 1)
    }

    /// Forgets a source. Its number is given again in a later turn, when no event of its time is under way any more; a timer
    /// may be, as ever.
    package func remove(source number: UInt16) {
        guard sources[Int(number)] != nil else { return }
        sources[Int(number)] = nil
        retiredSources.append(number)
    }

    /// Begins to tell the source of `token` what `descriptor` is ready for, for as long as it is (level-triggered).
    package func watch(_ descriptor: Int32, _ token: Token, _ interest: Interest) throws(SystemError) {
        guard control(Kernel.add, descriptor, token, interest) == 0 else {
            throw SystemError.last("watch a descriptor")
        }
    }

    /// Changes what is told about a watched descriptor.
    package func change(_ descriptor: Int32, _ token: Token, _ interest: Interest) {
        guard control(Kernel.modify, descriptor, token, interest) == 0 else {
            fatalError("\(SystemError.last("change the interest in descriptor \(descriptor)"))")
        }
    }

    /// Stops telling about a descriptor. Call it before the descriptor is closed.
    package func unwatch(_ descriptor: Int32) {
        _ = kernelEpollControl(epoll, Kernel.delete, descriptor, nil)
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ token: Token, _ interest: Interest) -> Int32 {
        var event = EpollEvent(events: interest.rawValue, token: token)
        return unsafe kernelEpollControl(epoll, operation, descriptor, &event)
    }

    // MARK: Timers and work for later

    /// Fires once, in the first turn that begins at `instant` or later. Never cancelled: see `EventSource.timerFired`.
    package func schedule(_ token: Token, at instant: Instant) {
        timers.schedule(token, at: instant)
    }

    /// Adds a body that runs once in each turn in which `wakeup` was signalled.
    package func onWakeup(_ body: @escaping () -> Void) {
        wakeupHandlers.append(body)
    }

    /// Runs `body` before the end of this turn, but not from inside the caller.
    package func later(_ body: @escaping () -> Void) {
        laterBodies.append(body)
    }

    // MARK: Receiving

    /// Receives into the loop's one buffer and lends `body` exactly the bytes that came, to read and to change in place.
    /// They are gone when `body` returns: copy what must stay. Not to be called from inside `body`.
    package func receive(
        _ descriptor: Int32, atMost bytesMax: Int = EventLoop.receiveBytesMax,
        _ body: (inout MutableSpan<UInt8>) -> Void
    ) -> IOResult {
        precondition(!isReceiving, "EventLoop.receive called from inside its own body: the buffer is in use")
        let room = unsafe UnsafeMutableRawBufferPointer(
            start: receiveBuffer.baseAddress, count: max(1, min(bytesMax, EventLoop.receiveBytesMax)))
        let result = unsafe Socket.receive(descriptor, into: room)
        if case .bytes(let count) = result {
            isReceiving = true
            // recv has written the first `count` bytes of the room, and nobody else can reach them until `body` returns.
            let bytes = unsafe UnsafeMutableBufferPointer(
                start: room.baseAddress!.assumingMemoryBound(to: UInt8.self), count: count)
            var span = unsafe MutableSpan(_unsafeElements: bytes)
            body(&span)
            isReceiving = false
        }
        return result
    }

    // MARK: Turning

    /// Turns until `stop`.
    package func run() {
        while !isStopping { turn(waitAtMostMilliseconds: -1) }
        isStopping = false
    }

    /// Makes `run` return after the current turn, or at once if it is still to be called. From the loop's own thread; others post a message.
    package func stop() { isStopping = true }

    /// One turn; waits for work at most so long, for ever when negative.
    package func turn(waitAtMostMilliseconds wait: Int) {
        let timeout = timeoutMilliseconds(wait)
        let count = unsafe kernelEpollWait(epoll, events.baseAddress!, Int32(EventLoop.eventsMax), timeout)
        if count < 0, errno != EINTR { fatalError("\(SystemError.last("wait for events"))") }
        currentInstant = clock()
        dispatch(Int(count))
        fireTimers()
        finishTurn()
    }

    private func timeoutMilliseconds(_ wait: Int) -> Int32 {
        if moreWorkWaits || !laterBodies.isEmpty { return 0 }
        guard let deadline = timers.nextDeadline else { return Int32(clamping: max(wait, -1)) }
        let now = clock()
        guard now < deadline else { return 0 }
        // Rounded up: a turn that wakes before the deadline would only turn again.
        let untilDeadline = Int32(clamping: (deadline.nanoseconds - now.nanoseconds + 999_999) / 1_000_000)
        return wait < 0 ? untilDeadline : min(untilDeadline, Int32(clamping: wait))
    }

    private func dispatch(_ count: Int) {
        var isCalled = false
        for index in 0..<max(count, 0) {
            let event = unsafe events[index]
            let token = event.token
            if token.source == EventLoop.ownSource {
                isCalled = true
            } else if Int(token.source) < sources.count, let source = sources[Int(token.source)] {
                source.ready(token, Readiness(rawValue: event.events))
            }
        }
        guard isCalled else { return }
        wakeup.clear()
        for body in wakeupHandlers { body() }
    }

    private func fireTimers() {
        // What a timer schedules for this very instant fires in the next turn, so that no timer can keep the turn.
        var budget = timers.count
        while budget > 0, let token = timers.popExpired(now: currentInstant) {
            budget -= 1
            if Int(token.source) < sources.count { sources[Int(token.source)]?.timerFired(token) }
        }
    }

    private func finishTurn() {
        runLaterBodies()
        moreWorkWaits = turnEnd?.endOfTurn() ?? false
        if channels.flushAll() { moreWorkWaits = true }
        freeSources.append(contentsOf: retiredSources)
        retiredSources.removeAll(keepingCapacity: true)
    }

    private func runLaterBodies() {
        guard !laterBodies.isEmpty else { return }
        let bodies = laterBodies
        laterBodies = []
        for body in bodies { body() }
    }
}
