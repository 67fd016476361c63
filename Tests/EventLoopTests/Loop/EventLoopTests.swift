import EventLoop
import Glibc
import Testing

@Suite("A turn of the loop")
struct EventLoopTests {
    @Test("E9 timers follow the monotonic clock: they fire when it says so, once, and never early")
    func timers() throws {
        let clock = ManualClock()
        let loop = try EventLoop(clock: { clock.now })
        let source = RecordingSource()
        let number = loop.add(source: source)
        let tokens = (0..<3).map { Token(slot: $0, generation: 0, source: number) }
        let start = clock.now
        loop.schedule(tokens[1], at: start.adding(milliseconds: 20))
        loop.schedule(tokens[0], at: start.adding(milliseconds: 10))
        loop.schedule(tokens[2], at: start.adding(milliseconds: 30))
        loop.turn(waitAtMostMilliseconds: 0)
        #expect(source.fired.isEmpty)
        clock.advance(milliseconds: 9)
        loop.turn(waitAtMostMilliseconds: 0)
        #expect(source.fired.isEmpty)
        clock.advance(milliseconds: 11)
        loop.turn(waitAtMostMilliseconds: 0)
        #expect(source.fired == [tokens[0], tokens[1]])
        #expect(loop.now == clock.now)
        clock.advance(milliseconds: 1_000)
        LoopDriver.turn(loop, times: 3)
        #expect(source.fired == tokens)
    }

    @Test("E9 no deadline of the loop is read from the time of day")
    func clocks() throws {
        // Instant comes from CLOCK_MONOTONIC: near what that clock says, and decades away from the time of day.
        var monotonic = timespec()
        clock_gettime(CLOCK_MONOTONIC, &monotonic)
        let reference = UInt64(monotonic.tv_sec) * 1_000_000_000 + UInt64(monotonic.tv_nsec)
        #expect(Instant.now().nanoseconds - reference < 5_000_000_000)
        let loop = try EventLoop()
        #expect(loop.now.nanoseconds - reference < 5_000_000_000)
        #expect(abs(loop.wallClockSeconds() - time(nil)) <= 1)
    }

    @Test("a timer that schedules itself for now fires in the next turn, not for ever in this one")
    func noTimerLoop() throws {
        let clock = ManualClock()
        let loop = try EventLoop(clock: { clock.now })
        let source = RecordingSource()
        let token = Token(slot: 1, generation: 0, source: loop.add(source: source))
        source.onTimer = { loop.schedule($0, at: loop.now) }
        loop.schedule(token, at: loop.now)
        loop.turn(waitAtMostMilliseconds: 1_000)
        #expect(source.fired.count == 1)
        loop.turn(waitAtMostMilliseconds: 1_000)
        #expect(source.fired.count == 2)
    }

    @Test("a loop without work sleeps until its next timer")
    func sleeps() throws {
        let loop = try EventLoop()
        let source = RecordingSource()
        let token = Token(slot: 0, generation: 0, source: loop.add(source: source))
        let start = Instant.now()
        loop.schedule(token, at: start.adding(milliseconds: 30))
        var turns = 0
        while source.fired.isEmpty, turns < 1_000 {
            loop.turn(waitAtMostMilliseconds: -1)
            turns += 1
        }
        #expect(turns <= 3)
        #expect(Instant.now().milliseconds(since: start) >= 29)
    }

    @Test("in a turn come: events, wake-ups, timers, what was put off, the end of the turn")
    func order() throws {
        let clock = ManualClock()
        let loop = try EventLoop(clock: { clock.now })
        var record: [String] = []
        let source = RecordingSource()
        let number = loop.add(source: source)
        source.onReady = { _, _ in
            record.append("event")
            loop.later { record.append("later") }
        }
        source.onTimer = { _ in record.append("timer") }
        loop.onWakeup { record.append("wake-up") }
        let end = End { record.append("end") }
        loop.turnEnd = end
        let (near, far) = try Socket.pair()
        defer {
            Socket.close(near)
            Socket.close(far)
        }
        try loop.watch(near, Token(slot: 0, generation: 0, source: number), .read)
        let byte: [UInt8] = [1]
        _ = Socket.send(far, byte.span)
        loop.wakeup.signal()
        loop.schedule(Token(slot: 0, generation: 0, source: number), at: clock.now)
        loop.turn(waitAtMostMilliseconds: 1_000)
        #expect(record == ["event", "wake-up", "timer", "later", "end"])
    }

    @Test("what is not read is told again, changed interest is obeyed, an unwatched descriptor is silent")
    func levelTriggered() throws {
        let loop = try EventLoop()
        let source = RecordingSource()
        let token = Token(slot: 9, generation: 4, source: loop.add(source: source))
        let (near, far) = try Socket.pair()
        defer {
            Socket.close(near)
            Socket.close(far)
        }
        try loop.watch(near, token, .read)
        let byte: [UInt8] = [1]
        _ = Socket.send(far, byte.span)
        LoopDriver.turn(loop, times: 2)
        #expect(source.readies.count == 2)
        #expect(source.readies.allSatisfy { $0.token == token && $0.readiness == .readable })
        loop.change(near, token, .none)
        LoopDriver.turn(loop, times: 2)
        #expect(source.readies.count == 2)
        loop.change(near, token, .both)
        LoopDriver.turn(loop, times: 1)
        #expect(source.readies.last?.readiness == [.readable, .writable])
        loop.unwatch(near)
        LoopDriver.turn(loop, times: 2)
        #expect(source.readies.count == 3)
    }

    @Test("a receive lends exactly the bytes that came, to be changed in place")
    func receive() throws {
        let loop = try EventLoop()
        let (near, far) = try Socket.pair()
        defer {
            Socket.close(near)
            Socket.close(far)
        }
        #expect(loop.receive(near) { _ in Issue.record("nothing came") } == .wouldBlock)
        let bytes: [UInt8] = [1, 2, 3, 4, 5]
        _ = Socket.send(far, bytes.span)
        var seen: [UInt8] = []
        let result = loop.receive(near, atMost: 3) { room in
            for index in room.indices {
                room[index] ^= 0xff
                seen.append(room[index])
            }
        }
        #expect(result == .bytes(3))
        #expect(seen == [0xfe, 0xfd, 0xfc])
        #expect(loop.receive(near) { _ in } == .bytes(2))
        Socket.close(far)
        #expect(loop.receive(near) { _ in Issue.record("nothing came") } == .endOfStream)
    }

    @Test("an end of turn that has more work keeps the loop from sleeping")
    func moreWork() throws {
        let loop = try EventLoop()
        var ends = 0
        let end = End(more: { ends < 3 }) { ends += 1 }
        loop.turnEnd = end
        for _ in 0..<3 { loop.turn(waitAtMostMilliseconds: ends == 0 ? 0 : 60_000) }
        #expect(ends == 3)
    }

    @Test("stop ends run after the turn, and stop before run is not lost")
    func stop() throws {
        let loop = try EventLoop()
        loop.stop()
        loop.run()
        loop.onWakeup { loop.stop() }
        loop.wakeup.signal()
        loop.run()
    }

    private final class End: TurnEnd {
        let body: () -> Void
        let more: () -> Bool

        init(more: @escaping () -> Bool = { false }, _ body: @escaping () -> Void) {
            self.body = body
            self.more = more
        }

        func endOfTurn() -> Bool {
            body()
            return more()
        }
    }
}
