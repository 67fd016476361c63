import EventLoop
import Glibc
import Testing

@Suite("The unsent bytes of a stream")
struct SendQueueTests {
    @Test("E6 whatever short writes the kernel makes, the bytes leave once and in order")
    func shortWrites() {
        var generator = SeededGenerator(seed: 3)
        var queue = SendQueue()
        var expected: [UInt8] = []
        var sent: [UInt8] = []
        var mistakes = 0
        for round in 0..<2_000 {
            let piece = (0..<Int.random(in: 0...300, using: &generator)).map {
                UInt8(truncatingIfNeeded: $0 &* 31 &+ round)
            }
            expected += piece
            if round.isMultiple(of: 2) { queue.append(piece) } else { queue.append(piece.span) }
            let kind = Int.random(in: 0..<3, using: &generator)
            let outcome = queue.flush { bytes in
                if kind == 0 { return .wouldBlock }
                let count = Int.random(in: 1...bytes.count, using: &generator)
                for index in 0..<count { sent.append(bytes[index]) }
                return .bytes(count)
            }
            if (outcome == .drained) != queue.isEmpty || queue.count != expected.count - sent.count { mistakes += 1 }
        }
        #expect(mistakes == 0)
        _ = queue.flush { bytes in
            for index in bytes.indices { sent.append(bytes[index]) }
            return .bytes(bytes.count)
        }
        #expect(queue.isEmpty)
        let isWhole = sent == expected  // a difference of 300,000 bytes is of no use to a reader
        #expect(isWhole)
    }

    @Test("an empty queue makes no call")
    func empty() {
        var queue = SendQueue()
        var calls = 0
        #expect(
            queue.flush { _ in
                calls += 1
                return .wouldBlock
            } == .drained)
        #expect(calls == 0)
    }

    @Test("a failed write is told, and the queue can be emptied")
    func failure() {
        var queue = SendQueue()
        queue.appendInPlace { $0 += [1, 2, 3] }
        let error = SystemError(operation: "send", errno: ECONNRESET)
        #expect(queue.flush { _ in .failed(error) } == .failed(error))
        #expect(queue.count == 3)
        queue.removeAll()
        #expect(queue.isEmpty)
    }

    @Test("the pin of its size: a stream that waits for nothing costs 16 bytes")
    func size() {
        #expect(MemoryLayout<SendQueue>.size == 16)
    }
}
