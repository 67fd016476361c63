// The unsent bytes of a slow reader, over a real pair of sockets.
import EventLoop
import Glibc
import Testing
import WSProtocol

@testable import Server

@Suite("RFC 6455 §5.4 a backlog is cut between frames only")
struct BacklogTests {
    /// Two connected sockets that hold little.
    private final class Pair {
        let ends: (Int32, Int32)
        init() throws {
            ends = try Socket.pair()
            try Socket.setSendBuffer(ends.0, 4_096)
        }
        deinit {
            Socket.close(ends.0)
            Socket.close(ends.1)
        }
        func read(_ most: Int = 1 << 20) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: most)
            let count = recv(ends.1, &bytes, most, 0)
            return count > 0 ? Array(bytes[..<count]) : []
        }
    }

    private func frame(_ number: Int, _ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: count)
        FrameEncoder.append(.binary, payload: payload.span, to: &bytes)
        return bytes
    }

    private let now = Instant(nanoseconds: 1_000_000_000)

    @Test("all bytes arrive in order, whatever their sizes", arguments: 0..<20)
    func order(_ seed: UInt64) throws {
        let pair = try Pair()
        var random = SeededGenerator(seed: seed)
        var sent = frame(0, 3)
        let backlog = Backlog(rest: sent.span, begunBytes: sent.count, now: now)
        var received: [UInt8] = []
        for number in 0..<60 {
            let next = frame(number, Int.random(in: 0...Int.random(in: 1...70_000, using: &random), using: &random))
            backlog.append(next.span, now: now)
            sent += next
            _ = backlog.flush(to: pair.ends.0)
            received += pair.read(Int.random(in: 1...30_000, using: &random))
            #expect(backlog.count <= sent.count && backlog.waitingBytes >= 0)
        }
        while backlog.flush(to: pair.ends.0) != .drained { received += pair.read() }
        while received.count < sent.count { received += pair.read() }
        #expect(received == sent)
        #expect(backlog.isEmpty && backlog.waitingBytes == 0 && backlog.oldest == nil)
    }

    @Test("W6 what waits is dropped at the end of the frame that has begun to leave", arguments: 0..<40)
    func cut(_ seed: UInt64) throws {
        let pair = try Pair()
        var random = SeededGenerator(seed: seed)
        let first = frame(1, Int.random(in: 0...300, using: &random))
        let begun = Int.random(in: 0...first.count, using: &random)
        var received = Array(first[..<(first.count - begun)])
        let backlog = Backlog(rest: first.span.extracting((first.count - begun)...), begunBytes: begun, now: now)
        for number in 2..<30 {
            let sizes = [0, 1, 125, 126, 127, 5_000, 65_535, 65_536, 16_370, 16_384]
            backlog.append(frame(number, sizes.randomElement(using: &random)!).span, now: now)
            if Bool.random(using: &random) {
                _ = backlog.flush(to: pair.ends.0)
                received += pair.read(Int.random(in: 1...40_000, using: &random))
            }
        }
        backlog.dropWaiting()
        #expect(backlog.waitingBytes == 0)
        var close: [UInt8] = []
        FrameEncoder.appendClose(.slow, reason: "slow", to: &close)
        backlog.append(close.span, now: now)
        while backlog.flush(to: pair.ends.0) != .drained { received += pair.read() }
        var more = pair.read()
        while !more.isEmpty {
            received += more
            more = pair.read()
        }
        // Whole frames, then the Close, and nothing behind it.
        var offset = 0
        var last = 0
        while offset < received.count {
            let parsed = FrameHeader.parse(received.span.extracting(offset...))
            let header = try #require(parsed)
            last = offset
            offset += header.1 + Int(header.0.payloadCount)
        }
        #expect(offset == received.count)
        #expect(Array(received[last...]) == close)
    }

    @Test("W6 the age is that of the oldest byte behind the frame begun")
    func age() {
        let first = frame(1, 10)
        let backlog = Backlog(rest: first.span, begunBytes: first.count, now: now)
        #expect(backlog.oldest == nil)
        let later = now.adding(milliseconds: 400)
        backlog.append(frame(2, 10).span, now: later)
        #expect(backlog.oldest == later)
        backlog.append(frame(3, 10).span, now: later.adding(milliseconds: 400))
        #expect(backlog.oldest == later)
        backlog.dropWaiting()
        #expect(backlog.oldest == nil)
    }

    @Test("W7 of the pongs only the newest waits, behind everything else")
    func pong() throws {
        let pair = try Pair()
        let first = frame(1, 10)
        let backlog = Backlog(rest: first.span, begunBytes: first.count, now: now)
        for number in 0..<1_000 { backlog.keepPong([UInt8(truncatingIfNeeded: number)].span) }
        #expect(backlog.count == first.count)
        #expect(backlog.flush(to: pair.ends.0) == .drained)
        #expect(pair.read() == first + [0x8a, 1, UInt8(truncatingIfNeeded: 999)])
    }

    @Test("E5 a peer that is gone is an outcome, not a signal")
    func gone() throws {
        let pair = try Pair()
        let first = frame(1, 10)
        let backlog = Backlog(rest: first.span, begunBytes: first.count, now: now)
        shutdown(pair.ends.1, Int32(SHUT_RD))
        guard case .failed = backlog.flush(to: pair.ends.0) else {
            Issue.record("the write was taken")
            return
        }
    }
}
