import EventLoop
import Glibc
import Testing

@Suite("Streams on a loop")
struct StreamChannelTests {
    /// A channel over one end of a pair, and the other end.
    private func open(_ loop: EventLoop, _ owner: RecordingDelegate) throws -> (channel: StreamChannel, far: Int32) {
        let (near, far) = try Socket.pair()
        let channel = StreamChannel(loop: loop, delegate: owner)
        try channel.adopt(near)
        return (channel, far)
    }

    private func send(_ descriptor: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        #expect(Socket.send(descriptor, bytes.span) == .bytes(bytes.count))
    }

    @Test("it connects, sends what was queued before, and delivers what comes")
    func connects() throws {
        let loop = try EventLoop()
        let owner = RecordingDelegate()
        let serverOwner = RecordingDelegate()
        var serverChannel: StreamChannel?
        let listener = try Listener(loop: loop, address: ListenAddress(parsing: "127.0.0.1:0")) { descriptor, _ in
            serverChannel = StreamChannel(loop: loop, delegate: serverOwner)
            try! serverChannel!.adopt(descriptor)
        }
        let channel = StreamChannel(loop: loop, delegate: owner)
        channel.append(Array("early ".utf8))
        channel.connect(to: listener.address, withinMilliseconds: 5_000)
        #expect(owner.connects == 0)
        owner.onConnected = { $0.append(Array("hello".utf8)) }
        #expect(LoopDriver.turn(loop) { serverOwner.bytes == Array("early hello".utf8) })
        #expect(serverOwner.pieces == 1)  // one send per turn
        serverChannel!.append(Array("back".utf8))
        #expect(LoopDriver.turn(loop) { owner.bytes == Array("back".utf8) })
        #expect(channel.isOpen && channel.queuedBytes == 0)
        channel.close()
        #expect(LoopDriver.turn(loop) { serverOwner.ends == [.endOfStream] })
        #expect(owner.ends.isEmpty)
        listener.close()
    }

    @Test("a refused address is followed by the next one; the last refusal is told, never from inside connect")
    func refusals() throws {
        let loop = try EventLoop()
        let closed = try Socket.listen(on: ListenAddress(parsing: "127.0.0.1:0"))
        let nobody = Socket.localAddress(closed)!
        Socket.close(closed)
        var accepted: [Int32] = []
        let listener = try Listener(loop: loop, address: ListenAddress(parsing: "127.0.0.1:0")) { d, _ in
            accepted.append(d)
        }
        let lucky = RecordingDelegate()
        let channel = StreamChannel(loop: loop, delegate: lucky)
        channel.connect(to: [nobody, .unix("/nowhere/at/all"), listener.address], withinMilliseconds: 5_000)
        #expect(LoopDriver.turn(loop) { lucky.connects == 1 })
        #expect(channel.peerAddress == listener.address)
        channel.close()

        let unlucky = RecordingDelegate()
        let other = StreamChannel(loop: loop, delegate: unlucky)
        other.connect(to: [nobody, .unix("/nowhere/at/all")], withinMilliseconds: 5_000)
        #expect(unlucky.ends.isEmpty)
        #expect(LoopDriver.turn(loop) { !unlucky.ends.isEmpty })
        #expect(
            unlucky.ends == [.connectFailed(SystemError(operation: "connect to unix:/nowhere/at/all", errno: ENOENT))])
        #expect(!other.isOpen)
        listener.close()
        for descriptor in accepted { Socket.close(descriptor) }
    }

    @Test("an address that does not answer in time is given up")
    func connectTimeout() throws {
        let clock = ManualClock()
        let loop = try EventLoop(clock: { clock.now })
        // A listener with a full backlog answers no further SYN.
        let listener = try Socket.listen(on: ListenAddress(parsing: "127.0.0.1:0"), backlog: 0)
        let address = Socket.localAddress(listener)!
        let fillers = try (0..<4).map { _ in try Socket.connect(to: address) }
        let owner = RecordingDelegate()
        let channel = StreamChannel(loop: loop, delegate: owner)
        channel.connect(to: address, withinMilliseconds: 1_000)
        LoopDriver.turn(loop, times: 3)
        #expect(owner.ends.isEmpty)
        clock.advance(milliseconds: 1_000)
        LoopDriver.turn(loop, times: 1)
        #expect(owner.ends == [.connectTimedOut(address)])
        for descriptor in fillers + [listener] { Socket.close(descriptor) }
    }

    @Test("E3 what the peer sent before it closed is delivered before the end, more than one receive's worth of it")
    func drainsFirst() throws {
        let loop = try EventLoop()
        let owner = RecordingDelegate()
        let (channel, far) = try open(loop, owner)
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        var queue = SendQueue()
        queue.append(bytes)
        while queue.flush(to: far) != .drained { loop.turn(waitAtMostMilliseconds: 1) }
        Socket.close(far)
        #expect(LoopDriver.turn(loop) { !owner.ends.isEmpty })
        let isWhole = owner.bytes == bytes  // a difference of 100,000 bytes is of no use to a reader
        #expect(isWhole)
        #expect(owner.ends == [.endOfStream])
        LoopDriver.turn(loop, times: 3)
        #expect(owner.ends.count == 1)
        _ = channel
    }

    @Test("E3 a reset ends a channel, also one that does not read, and does not leave the loop spinning")
    func resetWhilePaused() throws {
        let loop = try EventLoop()
        let owner = RecordingDelegate()
        let (near, far) = try SocketTests.tcpPair()
        let channel = StreamChannel(loop: loop, delegate: owner)
        try channel.adopt(near)
        channel.pauseReading()
        LoopDriver.turn(loop, times: 2)
        Socket.resetOnClose(far)
        Socket.close(far)
        #expect(LoopDriver.turn(loop) { !owner.ends.isEmpty })
        guard case .failed(let error)? = owner.ends.first else {
            Issue.record("\(owner.ends)")
            return
        }
        #expect(error.isPeerGone)
    }

    @Test("E5 a write to a peer that is gone delivers what that peer had sent, then ends")
    func writeToGone() throws {
        let loop = try EventLoop()
        let owner = RecordingDelegate()
        let (channel, far) = try open(loop, owner)
        LoopDriver.turn(loop, times: 1)
        // Behind the events of the turn and before its flush: the failing write is the first to notice.
        loop.later {
            send(far, "last words")
            Socket.close(far)
            channel.append(Array("hello?".utf8))
        }
        #expect(LoopDriver.turn(loop) { !owner.ends.isEmpty })
        #expect(owner.bytes == Array("last words".utf8))
        #expect(owner.ends.count == 1)
    }

    @Test(
        "E6 a queue larger than the kernel takes leaves in order as the peer reads, and the owner hears when it is empty"
    )
    func backPressure() throws {
        let loop = try EventLoop()
        let owner = RecordingDelegate()
        let (channel, far) = try open(loop, owner)
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        channel.append(bytes)
        LoopDriver.turn(loop, times: 2)
        #expect(channel.isBackedUp && channel.queuedBytes > 0 && channel.queuedBytes < bytes.count)
        var seen: [UInt8] = []
        #expect(
            LoopDriver.turn(loop) {
                seen += LoopDriver.receiveAll(far).bytes
                return seen.count == bytes.count
            })
        let isWhole = seen == bytes
        #expect(isWhole)
        #expect(LoopDriver.turn(loop) { owner.writableAgains == 1 })
        #expect(channel.queuedBytes == 0 && !channel.isBackedUp)
        channel.close()
        Socket.close(far)
    }

    @Test("E4 closing after the flush sends everything, ends our direction, and waits for the peer's end")
    func closeAfterFlush() throws {
        let clock = ManualClock()  // stands still: no deadline helps
        let loop = try EventLoop(clock: { clock.now })
        let owner = RecordingDelegate()
        let (near, far) = try SocketTests.tcpPair()
        let channel = StreamChannel(loop: loop, delegate: owner)
        try channel.adopt(near)
        channel.pauseReading()
        send(far, "not read by anyone")  // an unread byte must not turn the close into a reset
        LoopDriver.turn(loop, times: 2)
        let bytes = (0..<400_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        channel.append(bytes)
        channel.closeAfterFlush()
        channel.append([1, 2, 3])  // too late
        #expect(!channel.isOpen)
        var seen: [UInt8] = []
        var end = IOResult.wouldBlock
        #expect(
            LoopDriver.turn(loop) {
                let (more, result) = LoopDriver.receiveAll(far)
                seen += more
                end = result
                return result != .wouldBlock
            })
        let isWhole = seen == bytes
        #expect(isWhole)
        #expect(end == .endOfStream)
        Socket.close(far)
        #expect(LoopDriver.turn(loop) { owner.ends == [.closedAfterFlush] })
        #expect(owner.bytes.isEmpty)
    }

    @Test("a peer that does not read cannot keep a closing channel for ever")
    func closeTimesOut() throws {
        let clock = ManualClock()
        let loop = try EventLoop(clock: { clock.now })
        let owner = RecordingDelegate()
        let (channel, far) = try open(loop, owner)
        channel.append([UInt8](repeating: 7, count: 3_000_000))
        channel.closeAfterFlush(withinMilliseconds: 700)
        LoopDriver.turn(loop, times: 3)
        clock.advance(milliseconds: 699)
        LoopDriver.turn(loop, times: 3)
        #expect(owner.ends.isEmpty)
        clock.advance(milliseconds: 1)
        LoopDriver.turn(loop, times: 1)
        guard case .flushTimedOut(let unsent)? = owner.ends.first else {
            Issue.record("\(owner.ends)")
            return
        }
        #expect(unsent > 0)
        Socket.close(far)

        // Nor one that reads everything and does not close.
        let patient = RecordingDelegate()
        let (lingering, silent) = try open(loop, patient)
        lingering.append([1])
        lingering.closeAfterFlush()
        LoopDriver.turn(loop, times: 2)
        clock.advance(milliseconds: 2_000)
        LoopDriver.turn(loop, times: 1)
        #expect(patient.ends == [.closedAfterFlush])
        Socket.close(silent)
    }

    @Test("a paused channel lets its peer wait, and delivers when it resumes")
    func pausing() throws {
        let loop = try EventLoop()
        let owner = RecordingDelegate()
        let (channel, far) = try open(loop, owner)
        channel.pauseReading()
        send(far, "abc")
        LoopDriver.turn(loop, times: 5)
        #expect(owner.bytes.isEmpty)
        channel.resumeReading()
        #expect(LoopDriver.turn(loop) { owner.bytes == Array("abc".utf8) })
        channel.close()
        Socket.close(far)
    }

    @Test("the owner may close in any callback, and hears nothing afterwards")
    func closeInCallbacks() throws {
        let loop = try EventLoop()
        // In `received`, with more bytes and the end behind it.
        let reading = RecordingDelegate()
        reading.onReceived = { $0.close() }
        let (first, firstFar) = try open(loop, reading)
        send(firstFar, "x")
        Socket.close(firstFar)
        LoopDriver.turn(loop, times: 5)
        #expect(reading.pieces == 1 && reading.ends.isEmpty && !first.isOpen)

        // In `connected`.
        var accepted: [Int32] = []
        let listener = try Listener(loop: loop, address: ListenAddress(parsing: "127.0.0.1:0")) { d, _ in
            accepted.append(d)
        }
        let connecting = RecordingDelegate()
        connecting.onConnected = { $0.close() }
        let second = StreamChannel(loop: loop, delegate: connecting)
        second.append([1])
        second.connect(to: listener.address, withinMilliseconds: 1_000)
        #expect(LoopDriver.turn(loop) { connecting.connects == 1 && !accepted.isEmpty })
        LoopDriver.turn(loop, times: 3)
        #expect(connecting.ends.isEmpty && !second.isOpen)

        // In `writableAgain`.
        let writing = RecordingDelegate()
        writing.onWritable = { $0.close() }
        let (third, thirdFar) = try open(loop, writing)
        third.append([UInt8](repeating: 1, count: 2_000_000))
        var end = IOResult.wouldBlock
        #expect(
            LoopDriver.turn(loop) {
                end = LoopDriver.receiveAll(thirdFar).end
                return end != .wouldBlock
            })
        #expect(end == .endOfStream && writing.writableAgains == 1 && writing.ends.isEmpty)

        // In `deadlineReached`, and in `ended` (where it is over already).
        let waiting = RecordingDelegate()
        waiting.onDeadline = { $0.close() }
        let (fourth, fourthFar) = try open(loop, waiting)
        fourth.setDeadline(loop.now)
        #expect(LoopDriver.turn(loop) { waiting.deadlines == 1 })
        LoopDriver.turn(loop, times: 3)
        #expect(waiting.ends.isEmpty && waiting.deadlines == 1)
        let ending = RecordingDelegate()
        ending.onEnded = { $0.close() }
        let (fifth, fifthFar) = try open(loop, ending)
        Socket.close(fifthFar)
        #expect(LoopDriver.turn(loop) { !ending.ends.isEmpty })
        LoopDriver.turn(loop, times: 3)
        #expect(ending.ends.count == 1 && !fifth.isOpen)
        listener.close()
        for descriptor in accepted + [thirdFar, fourthFar] { Socket.close(descriptor) }
    }

    @Test("E9 a deadline that moves costs no timer, and fires only at its last place")
    func movingDeadline() throws {
        let clock = ManualClock()
        let loop = try EventLoop(clock: { clock.now })
        let owner = RecordingDelegate()
        let (channel, far) = try open(loop, owner)
        for _ in 0..<1_000 {
            channel.setDeadline(clock.now.adding(milliseconds: 100))
            clock.advance(milliseconds: 10)
            loop.turn(waitAtMostMilliseconds: 0)
        }
        #expect(owner.deadlines == 0)
        clock.advance(milliseconds: 90)
        loop.turn(waitAtMostMilliseconds: 0)
        #expect(owner.deadlines == 1)
        channel.setDeadline(clock.now.adding(milliseconds: 100))
        channel.setDeadline(nil)
        clock.advance(milliseconds: 500)
        LoopDriver.turn(loop, times: 2)
        #expect(owner.deadlines == 1)
        channel.setDeadline(clock.now.adding(milliseconds: 100))
        channel.setDeadline(clock.now.adding(milliseconds: 10))
        clock.advance(milliseconds: 10)
        LoopDriver.turn(loop, times: 2)
        #expect(owner.deadlines == 2)
        channel.close()
        Socket.close(far)
    }
}
