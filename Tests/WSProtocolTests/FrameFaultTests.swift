import TestSupport
import Testing
import WSProtocol

@Suite("RFC 6455 §10.4 what a hostile peer announces and floods")
struct FrameFaultTests {
    /// A masked frame with the key 00000000.
    private func frame(_ first: UInt8, _ payload: [UInt8]) -> [UInt8] {
        precondition(payload.count < 126)
        return [first, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload
    }

    private func announce(_ first: UInt8, _ length: UInt64) -> [UInt8] {
        [first, 0xFF] + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: length >> UInt64($0)) }
    }

    @Test("W1 a frame length over the limit is refused before its key and payload are read")
    func lengths() {
        let table: [(UInt64, UInt16)] = [
            (1 << 63, 1002), (.max, 1002), (1 << 63 | 5, 1002), (1 << 63 - 1, 1009), (1 << 62, 1009), (1 << 32, 1009),
            (65_537, 1009), (65_535, 1002), (0, 1002),
        ]
        for (length, code) in table {
            #expect(FrameRunner.run([announce(0x82, length)], role: .server) == [.failed(code)])
            #expect(FrameRunner.run(announce(0x82, length).map { [$0] }, role: .server) == [.failed(code)])
        }
        #expect(FrameRunner.run([announce(0x82, 65_536)], role: .server) == [])
    }

    @Test("W1 a limit as large as a number can be does not overflow")
    func hugeLimit() {
        var limits = WSLimits()
        limits.messageBytesMax = .max
        let wire = frame(0x02, [1]) + announce(0x80, UInt64(Int.max))
        #expect(FrameRunner.run([wire], role: .server, limits: limits) == [.failed(1009)])
        limits.messageBytesMax = -1
        #expect(FrameRunner.run([frame(0x82, [1])], role: .server, limits: limits) == [.failed(1009)])
    }

    @Test("W2 the sum of fragments is compared with what is left, so it cannot wrap")
    func wrappingSum() {
        let first = frame(0x02, [1])
        #expect(FrameRunner.run([first + announce(0x80, .max)], role: .server) == [.failed(1002)])
        #expect(FrameRunner.run([first + announce(0x80, 1 << 63 - 1)], role: .server) == [.failed(1009)])
        #expect(FrameRunner.run([first + announce(0x80, 65_536)], role: .server) == [.failed(1009)])
        let nearly: [UInt8] = [0x80, 0xFE, 0xFF, 0xFF]
        #expect(FrameRunner.run([first + nearly], role: .server) == [])
    }

    @Test("W2 a gibibyte that is announced within the limit costs nothing until it comes")
    func announcedGibibyte() {
        var limits = WSLimits()
        limits.messageBytesMax = 2 << 30
        var runner = FrameRunner(role: .server)
        runner.limits = limits
        runner.receive(announce(0x82, 1 << 30) + [0, 0, 0, 0, 42])
        #expect(runner.heard.isEmpty && runner.connection.isMidMessage)
        #expect(runner.connection.assembled.capacity < 128)
        runner.receive([UInt8](repeating: 7, count: 10_000))
        #expect(runner.connection.assembled.capacity < 32_768, "grows with the data")
    }

    @Test("W3 130,000 fragments of one byte end with 1009 and leave nothing behind")
    func tinyFragments() {
        let start = frame(0x01, Array("a".utf8))
        let more = [[UInt8]](repeating: frame(0x00, Array("b".utf8)), count: 1_000).flatMap { $0 }
        for _ in 0..<3 {
            var runner = FrameRunner(role: .server)
            runner.receive(start)
            for _ in 0..<130 where runner.heard.isEmpty {
                runner.receive(more)
                if runner.connection.assembled.capacity > 140_000 { Issue.record("more than twice the limit") }
            }
            #expect(runner.heard == [.failed(1009)])
            #expect(!runner.connection.isMidMessage && runner.connection.assembled.capacity == 0)
        }
    }

    @Test("W3 the count of fragments is limited where the bytes are not")
    func emptyFragments() {
        var runner = FrameRunner(role: .server)
        runner.receive(frame(0x01, []))
        let more = [[UInt8]](repeating: frame(0x00, []), count: 1_000).flatMap { $0 }
        for _ in 0..<130 where runner.heard.isEmpty { runner.receive(more) }
        #expect(runner.heard == [.failed(1009)])
    }

    @Test("W3 65,536 fragments are allowed, also empty ones")
    func manyFragments() {
        var runner = FrameRunner(role: .server)
        runner.receive(frame(0x02, []))
        let more = [[UInt8]](repeating: frame(0x00, []), count: 65_534).flatMap { $0 }
        runner.receive(more)
        #expect(runner.heard.isEmpty)
        runner.receive(frame(0x80, [7]))
        #expect(runner.heard == [.binary([7])])
    }

    @Test("W3 a message that takes too long fails with 1008, an idle connection never does")
    func slowMessage() {
        var runner = FrameRunner(role: .server)
        let limits = WSLimits()
        let start: UInt32 = .max - 10_000
        #expect(runner.connection.checkMessageTime(now: start, limits: limits) == nil)
        runner.receive(frame(0x01, Array("a".utf8)))
        #expect(runner.connection.checkMessageTime(now: start, limits: limits) == nil)
        runner.receive(frame(0x00, Array("a".utf8)))
        #expect(runner.connection.checkMessageTime(now: start &+ 30_000, limits: limits) == nil)
        let failure = runner.connection.checkMessageTime(now: start &+ 30_001, limits: limits)
        #expect(failure?.closeCode == .policyViolation)
        #expect(runner.connection.closing == .failed)
        runner.receive(frame(0x80, Array("late".utf8)))
        #expect(runner.heard.isEmpty)
    }

    @Test("W3 the time of one message does not count for the next")
    func timePerMessage() {
        var runner = FrameRunner(role: .server)
        let limits = WSLimits()
        for turn in 0..<5 {
            runner.receive(frame(0x01, Array("a".utf8)))
            #expect(runner.connection.checkMessageTime(now: UInt32(turn) * 20_000, limits: limits) == nil)
            runner.receive(frame(0x80, Array("b".utf8)) + frame(0x01, Array("c".utf8)))
            #expect(runner.connection.checkMessageTime(now: UInt32(turn) * 20_000 + 15_000, limits: limits) == nil)
            runner.receive(frame(0x80, Array("d".utf8)))
        }
        #expect(runner.heard.count == 10)
    }

    @Test("W3 the time of a ping that came in two reads does not count for a message long after it")
    func timeOfPing() {
        // A window is taken over, so what puts messages together stays between them (RFC 7692 §7.2.3.2: "Hello" compressed).
        var runner = FrameRunner(role: .server, deflate: PermessageDeflate())
        let limits = WSLimits()
        runner.receive(frame(0xC1, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]))
        let ping = frame(0x89, [1])
        runner.receive(Array(ping[..<3]))
        #expect(runner.connection.checkMessageTime(now: 1_000, limits: limits) == nil)
        runner.receive(Array(ping[3...]))
        #expect(runner.heard == [.text("Hello"), .ping([1])])
        runner.receive(frame(0x01, Array("a".utf8)))
        #expect(runner.connection.messageDeadline(limits: limits) == nil, "nobody has looked at this message")
        #expect(runner.connection.checkMessageTime(now: 300_000, limits: limits) == nil)
        // Between the fragments of a message a ping changes nothing.
        runner.receive(Array(ping[..<3]))
        runner.receive(Array(ping[3...]))
        #expect(runner.connection.messageDeadline(limits: limits) == 330_000)
    }

    @Test("W7 ten pings get ten pongs; while the socket is blocked only the newest pong waits")
    func pingFlood() {
        var wire: [UInt8] = []
        for number in 0..<10 { wire += frame(0x89, [UInt8(number)]) }
        #expect(FrameRunner.run([wire], role: .server) == (0..<10).map { .ping([UInt8($0)]) })
        var waiting = NewestPong()
        var output: [UInt8] = []
        waiting.send(to: &output)
        #expect(output.isEmpty && waiting.isEmpty)
        for number in 0..<100_000 { waiting.keep([UInt8(truncatingIfNeeded: number), 0x55].span) }
        waiting.send(to: &output)
        #expect(output == [0x8A, 2, UInt8(truncatingIfNeeded: 99_999), 0x55])
        waiting.send(to: &output)
        #expect(output.count == 4)
    }

    @Test("W7 100,000 pings leave no memory behind")
    func manyPings() {
        var connection = WSConnection(role: .server)
        let many = [[UInt8]](repeating: frame(0x89, [1, 2, 3]), count: 10_000).flatMap { $0 }
        var pings = 0
        for _ in 0..<10 {
            var bytes = many
            var span = bytes.mutableSpan
            var offset = 0
            while case .ping = connection.nextEvent(in: &span, offset: &offset, limits: WSLimits()) { pings += 1 }
        }
        #expect(pings == 100_000)
        #expect(!connection.isMidMessage && connection.assembled.capacity == 0)
    }

    @Test("X1 W10 any bytes at all give the same events for every way to cut them, and never trap")
    func mutated() {
        var generator = SplitMix(seed: 0x5EED)
        let seeds: [[UInt8]] = [
            frame(0x81, Array("Grüße 👋".utf8)) + frame(0x89, [1]) + frame(0x88, [0x03, 0xE8]),
            frame(0x01, [0xF0, 0x9F]) + frame(0x8A, []) + frame(0x80, [0x91, 0x8B]) + frame(0x82, [0xFF]),
            announce(0x82, 70_000) + frame(0x81, []),
        ]
        for round in 0..<1_500 {
            var wire = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<wire.count, using: &generator)
                wire[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            }
            for role in [Role.server, .client] {
                let whole = FrameRunner.run([wire], role: role)
                let single = FrameRunner.run(wire.map { [$0] }, role: role)
                let cut = Int.random(in: 0...wire.count, using: &generator)
                let halves = FrameRunner.run([Array(wire[..<cut]), Array(wire[cut...])], role: role)
                if whole != single || whole != halves { Issue.record("\(wire): \(whole), \(single), \(halves)") }
            }
        }
    }
}
