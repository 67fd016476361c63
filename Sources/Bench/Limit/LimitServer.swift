// The yardstick: what fan-out costs when there is nothing but the kernel. One thread, flat arrays, no limits, no rooms, no
// protocol: frames are read for their length and go to all. A message is framed once; each connection costs one `send` a turn, or
// one a message. Only what a socket does not take is kept for it, for a frame cut short would end the connection.
//
// It stands on the same loop as Rookery; what that costs beside a bare epoll loop in C is below what can be measured (a call or
// two for each turn, none for each connection).

import EventLoop

final class LimitServer: EventSource, TurnEnd {
    /// What is unusual about a connection; nothing, for one that is open and idle.
    private struct Marks: OptionSet {
        let rawValue: UInt8
        static let awaitsHandshake = Marks(rawValue: 1)
        static let hasIncomplete = Marks(rawValue: 2)
        static let hasUnsent = Marks(rawValue: 4)
        static let isEnding = Marks(rawValue: 8)
    }

    /// Where it listens, with the port the kernel chose.
    var address: SocketAddress { listener?.address ?? .unix("") }

    private let loop: EventLoop
    private let sendsPerMessage: Bool
    private let prefix: [UInt8]
    private var listener: Listener?
    private var source: UInt16 = 0
    // By descriptor: small numbers that the kernel uses again. It is closed at the end of a turn, when no event fetched for it is left.
    private var marks: [Marks] = []
    private var places: [UInt32] = []
    /// Descriptors that hear every message, in no order; `places` says where each stands.
    private var members: [Int32] = []
    /// The turn's messages, framed.
    private var run: [UInt8] = []
    private var ending: [Int32] = []
    // For the few that have them, so that an idle connection owns nothing.
    private var incomplete: [Int32: [UInt8]] = [:]
    private var unsent: [Int32: SendQueue] = [:]

    init(_ settings: LimitSettings, loop: EventLoop) throws(SystemError) {
        self.loop = loop
        sendsPerMessage = settings.sends == .perMessage
        prefix = settings.prefix
        source = loop.add(source: self)
        listener = try Listener(loop: loop, address: settings.address) { [unowned self] descriptor, _ in
            accepted(descriptor)
        }
        loop.turnEnd = self
    }

    private func accepted(_ descriptor: Int32) {
        let slot = Int(descriptor)
        if marks.count <= slot {
            let more = slot + 1 - marks.count
            marks.append(contentsOf: repeatElement([], count: more))
            places.append(contentsOf: repeatElement(0, count: more))
        }
        marks[slot] = .awaitsHandshake
        do throws(SystemError) {
            try loop.watch(descriptor, token(descriptor), .read)
        } catch {
            Socket.close(descriptor)
        }
    }

    private func token(_ descriptor: Int32) -> Token {
        Token(slot: UInt32(bitPattern: descriptor), generation: 0, source: source)
    }

    // MARK: Reading

    func ready(_ token: Token, _ readiness: Readiness) {
        let descriptor = Int32(bitPattern: token.slot)
        guard !marks[Int(descriptor)].contains(.isEnding) else { return }
        if readiness.contains(.writable) { sendRest(descriptor) }
        guard !readiness.isDisjoint(with: .mustReceive) else { return }
        switch loop.receive(descriptor, { read(&$0, descriptor) }) {
        case .bytes, .wouldBlock: break
        case .endOfStream, .failed: end(descriptor)
        }
    }

    private func read(_ bytes: inout MutableSpan<UInt8>, _ descriptor: Int32) {
        if marks[Int(descriptor)].contains(.hasIncomplete) {
            var whole = incomplete.removeValue(forKey: descriptor) ?? []
            whole.append(lent: bytes.span)
            var span = whole.mutableSpan
            let used = take(&span, descriptor)
            whole.removeFirst(used)
            keep(whole, descriptor)
        } else {
            let used = take(&bytes, descriptor)
            guard used < bytes.count else { return }
            var rest: [UInt8] = []
            rest.append(lent: bytes.span.extracting(used..<bytes.count))
            keep(rest, descriptor)
        }
    }

    private func keep(_ rest: [UInt8], _ descriptor: Int32) {
        if rest.isEmpty {
            marks[Int(descriptor)].remove(.hasIncomplete)
        } else {
            marks[Int(descriptor)].insert(.hasIncomplete)
            incomplete[descriptor] = rest
        }
    }

    /// Takes what is whole; how many bytes that were.
    private func take(_ bytes: inout MutableSpan<UInt8>, _ descriptor: Int32) -> Int {
        var index = 0
        if marks[Int(descriptor)].contains(.awaitsHandshake) {
            guard let count = LimitHandshake.headCount(bytes.span) else { return 0 }
            open(bytes.span.extracting(0..<count), descriptor)
            index = count
        }
        // Taken out of the class while messages are appended: each access to a field from here would be checked at run time.
        var framed = run
        run = []
        while let frame = LimitFrame.next(in: &bytes, from: index) {
            index = frame.payload.upperBound
            let payload = bytes.span.extracting(frame.payload)
            if frame.opcode < LimitFrame.firstControl {
                LimitFrame.appendText(prefix, payload, to: &framed)
                if sendsPerMessage { flush(&framed) }
            } else {
                control(frame.opcode, payload, descriptor)
            }
        }
        run = framed
        return index
    }

    private func open(_ head: Span<UInt8>, _ descriptor: Int32) {
        guard let answer = LimitHandshake.answer(head) else { return end(descriptor) }
        marks[Int(descriptor)].remove(.awaitsHandshake)
        places[Int(descriptor)] = UInt32(members.count)
        members.append(descriptor)
        send(answer, to: descriptor)
    }

    /// RFC 6455 §5.5 — a Close is answered and ends the connection, a ping is answered: without that clients complain.
    private func control(_ opcode: UInt8, _ payload: Span<UInt8>, _ descriptor: Int32) {
        guard opcode == LimitFrame.close || opcode == LimitFrame.ping, payload.count <= 125 else { return }
        var frame = [0x80 | (opcode == LimitFrame.ping ? LimitFrame.pong : opcode), UInt8(payload.count)]
        frame.append(lent: payload)
        send(frame, to: descriptor)
        if opcode == LimitFrame.close { end(descriptor) }
    }

    // MARK: Sending

    func endOfTurn() -> Bool {
        if !run.isEmpty { flush(&run) }
        if !ending.isEmpty { closeEnding() }
        return false
    }

    private func flush(_ framed: inout [UInt8]) {
        sendToAll(framed)
        framed.removeAll(keepingCapacity: true)
    }

    /// The loop that all is about.
    private func sendToAll(_ bytes: [UInt8]) {
        var failed: [Int32] = []
        for descriptor in members {
            if marks[Int(descriptor)].contains(.hasUnsent) {
                unsent[descriptor]?.append(bytes)
                continue
            }
            switch Socket.send(descriptor, bytes.span) {
            case .bytes(bytes.count): continue
            case .bytes(let count): keepUnsent(bytes[count...], descriptor)
            case .wouldBlock: keepUnsent(bytes[...], descriptor)
            case .endOfStream, .failed: failed.append(descriptor)
            }
        }
        for descriptor in failed { end(descriptor) }
    }

    /// Sends to one; not to be called from inside `sendToAll`.
    private func send(_ bytes: [UInt8], to descriptor: Int32) {
        if marks[Int(descriptor)].contains(.hasUnsent) {
            unsent[descriptor]?.append(bytes)
            return
        }
        switch Socket.send(descriptor, bytes.span) {
        case .bytes(bytes.count): break
        case .bytes(let count): keepUnsent(bytes[count...], descriptor)
        case .wouldBlock: keepUnsent(bytes[...], descriptor)
        case .endOfStream, .failed: end(descriptor)
        }
    }

    private func keepUnsent(_ rest: ArraySlice<UInt8>, _ descriptor: Int32) {
        marks[Int(descriptor)].insert(.hasUnsent)
        var queue = SendQueue()
        queue.append(Array(rest))
        unsent[descriptor] = queue
        loop.change(descriptor, token(descriptor), .both)
    }

    private func sendRest(_ descriptor: Int32) {
        guard marks[Int(descriptor)].contains(.hasUnsent) else { return }
        switch unsent[descriptor]?.flush(to: descriptor) {
        case .drained, nil:
            unsent[descriptor] = nil
            marks[Int(descriptor)].remove(.hasUnsent)
            loop.change(descriptor, token(descriptor), .read)
        case .blocked: break
        case .failed: end(descriptor)
        }
    }

    // MARK: Ending

    private func end(_ descriptor: Int32) {
        let slot = Int(descriptor)
        guard !marks[slot].contains(.isEnding) else { return }
        if !marks[slot].contains(.awaitsHandshake), let last = members.popLast(), last != descriptor {
            members[Int(places[slot])] = last
            places[Int(last)] = places[slot]
        }
        marks[slot].insert(.isEnding)
        ending.append(descriptor)
    }

    private func closeEnding() {
        for descriptor in ending {
            loop.unwatch(descriptor)
            Socket.close(descriptor)
            incomplete[descriptor] = nil
            unsent[descriptor] = nil
        }
        ending.removeAll(keepingCapacity: true)
    }
}
