// Thousands of WebSocket clients in one thread, for loads: connect, send numbered messages, count and check what comes.
import EventLoop
import Glibc
import Synchronization

package final class ManyClients: Belonging {
    package enum Ending: Sendable {
        /// A Close frame with 1000, as a polite client does.
        case close
        /// RST without a word.
        case reset
        /// FIN without a word.
        case vanish
    }

    /// What all clients together have seen so far.
    package struct Statistics: Sendable {
        package var open = 0
        package var sent = 0
        package var received = 0
        package var receivedBytes = 0
        package var missing = 0
        package var latency = LatencyHistogram()
        /// How many connections the server ended, by code (1006: without a Close frame).
        package var closedByServer: [Int: Int] = [:]
        /// The newest reason that came with each code.
        package var closeReasons: [Int: String] = [:]
        /// Broken order, doubled messages, bad frames: the first few of each client.
        package var violations: [String] = []
        package var problems: [String] = []
    }

    private struct Sending {
        var clients: [Int]
        var intervalNanoseconds: UInt64
        var bytes: Int
        var senderBase: Int
        var next: UInt64
        var position = 0
    }

    private struct State {
        var clients: [LoadClient] = []
        var statistics = Statistics()
        var sending: Sending?
        var isRunning = true
        var leftByUs: Set<Int> = []
    }

    package let port: Int
    private let epoll: Epoll
    private let wakeup: (read: Int32, write: Int32)
    private let state = Lock(State())

    /// Connects `count` clients, at most `atOnce` of them under way at a time, and returns when all are open.
    package init(
        _ count: Int, port: Int, path: (Int) -> String, headers: [String] = [], receiveBufferBytes: Int? = nil,
        atOnce: Int = 256, seconds: Double = 60
    ) throws {
        ManyClients.raiseDescriptorLimit()
        self.port = port
        epoll = try Epoll()
        wakeup = try makePipe(nonblocking: true)
        epoll.add(wakeup.read, number: Int.max, write: false)
        Belongings.keep(self)
        startThread("many clients") { [self] in run() }
        let deadline = Deadline(seconds: seconds)
        for index in 0..<count {
            while index - openedOrFailed >= atOnce {
                try check(deadline, count)
                sleep(milliseconds: 1)
            }
            var client = try LoadClient(port: port, receiveBufferBytes: receiveBufferBytes)
            client.startHandshake(port: port, path: path(index), headers: headers)
            state.withLock { $0.clients.append(client) }
            epoll.add(client.descriptor, number: index, write: true)
        }
        while openedOrFailed < count {
            try check(deadline, count)
            sleep(milliseconds: 1)
        }
        try check(deadline, count)
    }

    private let opened = Atomic<Int>(0)
    private var openedOrFailed: Int { opened.load(ordering: .relaxed) }

    private func check(_ deadline: Deadline, _ count: Int) throws {
        let statistics = statistics
        if let problem = statistics.problems.first { throw KitError("a client could not connect: \(problem)") }
        if deadline.hasPassed { throw KitError("only \(statistics.open) of \(count) clients connected in time") }
    }

    /// As many descriptors as this machine allows this process.
    package static func raiseDescriptorLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    // MARK: commands, from the test's thread

    package var statistics: Statistics {
        state.withLock { state in
            var all = state.statistics
            for client in state.clients {
                if client.state == .open { all.open += 1 }
                all.missing += client.order.missing
                all.violations += client.order.violations.prefix(max(0, 20 - all.violations.count))
            }
            return all
        }
    }

    /// Forgets the latencies so far, before a phase that is measured.
    package func resetLatency() { state.withLock { $0.statistics.latency = LatencyHistogram() } }

    package func received(by index: Int) -> Int { state.withLock { $0.clients[index].received } }
    package func isOpen(_ index: Int) -> Bool { state.withLock { $0.clients[index].state == .open } }

    /// How many numbered messages this client has sent.
    package func sentCount(_ index: Int) -> Int { state.withLock { $0.clients[index].sequence } }

    /// How many different messages of `sender` this client has received.
    package func received(from sender: Int, at index: Int) -> Int {
        state.withLock { $0.clients[index].order.count(of: sender) }
    }

    /// The number of the newest message of `sender` that this client has received.
    package func newest(of sender: Int, at index: Int) -> Int? {
        state.withLock { $0.clients[index].order.newest(of: sender) }
    }

    package func send(_ text: String, from index: Int) {
        state.withLock { state in
            state.clients[index].sendText(text)
            flush(index, &state)
        }
    }

    /// Each of `clients` sends its next numbered message.
    package func sendNumbered(from clients: some Sequence<Int>, bytes: Int = 0) {
        state.withLock { state in
            for index in clients { sendNumbered(index, bytes, 0, &state) }
        }
    }

    /// From now on these clients take turns to send, `perSecond` messages together.
    /// Their numbers as senders begin at `senderBase`, so that several loads can share a room.
    package func startSending(
        from clients: some Sequence<Int>, perSecond: Double, bytes: Int = 0, senderBase: Int = 0
    ) {
        state.withLock {
            $0.sending = Sending(
                clients: Array(clients), intervalNanoseconds: UInt64(1e9 / perSecond), bytes: bytes,
                senderBase: senderBase, next: monotonicNanoseconds())
        }
        wake()
    }

    package func stopSending() { state.withLock { $0.sending = nil } }

    /// These clients read nothing any more.
    package func stopReading(_ clients: some Sequence<Int>) {
        state.withLock { state in
            for index in clients where state.clients[index].isLive {
                state.clients[index].reads = false
                epoll.change(state.clients[index].descriptor, number: index, read: false, write: false)
            }
        }
    }

    package func end(_ clients: some Sequence<Int>, _ ending: Ending) {
        state.withLock { state in
            for index in clients where state.clients[index].isLive {
                state.leftByUs.insert(index)
                switch ending {
                case .close:
                    state.clients[index].sendClose(1000)
                    flush(index, &state)
                case .reset:
                    Loopback.resetOnClose(state.clients[index].descriptor)
                    closeSocket(index, &state)
                case .vanish: closeSocket(index, &state)
                }
            }
        }
    }

    /// Waits until all clients together have received `count` messages.
    package func waitForReceived(_ count: Int, seconds: Double = 30) throws {
        try wait(
            until: "\(count) messages are received (\(state.withLock { $0.statistics.received }))", seconds: seconds
        ) {
            state.withLock { $0.statistics.received >= count }
        }
    }

    package func release() {
        state.withLock { state in
            // Only while the thread runs: afterwards the number of the pipe may be somebody else's socket.
            if state.isRunning { _ = write(wakeup.write, [1], 1) }
            state.isRunning = false
        }
    }

    private func wake() {
        state.withLock { if $0.isRunning { _ = write(wakeup.write, [1], 1) } }
    }

    // MARK: the thread

    private func run() {
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { scratch.deallocate() }
        while state.withLock({ $0.isRunning }) {
            let next = state.withLock { $0.sending?.next }
            let now = monotonicNanoseconds()
            let milliseconds = next.map { $0 <= now ? 0 : Int32(min(1000, ($0 - now) / 1_000_000 + 1)) } ?? 1000
            var events: [Epoll.Event] = []
            epoll.wait(milliseconds: milliseconds) { events.append($0) }
            state.withLock { state in
                for event in events { handle(event, scratch, &state) }
                sendDue(&state)
            }
        }
        state.withLock { state in
            for index in state.clients.indices where state.clients[index].descriptor >= 0 {
                Loopback.resetOnClose(state.clients[index].descriptor)
                closeSocket(index, &state)
            }
        }
        close(wakeup.read)
        close(wakeup.write)
    }

    private func handle(_ event: Epoll.Event, _ scratch: UnsafeMutableRawBufferPointer, _ state: inout State) {
        guard event.number != Int.max else {
            var bytes = [UInt8](repeating: 0, count: 64)
            _ = Glibc.read(wakeup.read, &bytes, 64)
            return
        }
        let index = event.number
        guard state.clients[index].isLive else { return }
        if state.clients[index].state == .connecting, event.writable { state.clients[index].state = .handshaking }
        if event.writable { flush(index, &state) }
        guard event.readable, state.clients[index].reads, state.clients[index].isLive else { return }
        let before = state.clients[index].state
        let news = state.clients[index].read(scratch, now: monotonicNanoseconds(), &state.statistics.latency)
        state.statistics.received += news.messages
        state.statistics.receivedBytes += news.bytes
        if let code = news.closeCode, before == .open, !state.leftByUs.contains(index) {
            state.statistics.closedByServer[code, default: 0] += 1
            state.statistics.closeReasons[code] = news.closeReason
        }
        if let problem = news.problem, state.statistics.problems.count < 20, !state.leftByUs.contains(index) {
            state.statistics.problems.append("client \(index): \(problem)")
        }
        let after = state.clients[index].state
        if before != .open, after == .open || after == .closed, before != .closing { opened.add(1, ordering: .relaxed) }
        if after == .closed {
            closeSocket(index, &state)
        } else if state.clients[index].hasOutput {
            flush(index, &state)
        }
    }

    private func sendDue(_ state: inout State) {
        guard var sending = state.sending, !sending.clients.isEmpty else { return }
        let now = monotonicNanoseconds()
        // At most one second's worth of catching up, so that a stall does not end in a burst.
        sending.next = max(sending.next, now &- 1_000_000_000)
        while sending.next <= now {
            let index = sending.clients[sending.position % sending.clients.count]
            sending.position += 1
            sending.next += sending.intervalNanoseconds
            sendNumbered(index, sending.bytes, sending.senderBase, &state)
        }
        state.sending = sending
    }

    private func sendNumbered(_ index: Int, _ bytes: Int, _ senderBase: Int, _ state: inout State) {
        guard state.clients[index].state == .open else { return }
        let message = NumberedMessage(sender: senderBase + index, sequence: state.clients[index].sequence)
        state.clients[index].sequence += 1
        state.clients[index].sendText(message.text(bytes: bytes))
        state.statistics.sent += 1
        flush(index, &state)
    }

    /// Writes, and asks to be told when the rest can go.
    private func flush(_ index: Int, _ state: inout State) {
        guard state.clients[index].state != .connecting, state.clients[index].isLive else { return }
        guard state.clients[index].flush() else { return }  // the read tells what happened
        epoll.change(
            state.clients[index].descriptor, number: index, read: state.clients[index].reads,
            write: state.clients[index].hasOutput)
    }

    private func closeSocket(_ index: Int, _ state: inout State) {
        state.clients[index].state = .closed
        guard state.clients[index].descriptor >= 0 else { return }
        close(state.clients[index].descriptor)
        state.clients[index].descriptor = -1
    }
}
