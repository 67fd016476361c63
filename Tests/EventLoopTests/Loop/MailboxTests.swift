import EventLoop
import Synchronization
import Testing

@Suite("Messages between loops")
struct MailboxTests {
    @Test("only the batch that finds the box empty wakes the loop")
    func wakes() {
        let wakes = Atomic<Int>(0)
        let box = Mailbox<Int> { wakes.add(1, ordering: .relaxed) }
        box.post([])
        #expect(wakes.load(ordering: .relaxed) == 0)
        box.post([1, 2])
        box.post(3)
        #expect(wakes.load(ordering: .relaxed) == 1)
        #expect(box.drain() == [1, 2, 3])
        #expect(box.drain().isEmpty)
        box.post(4)
        #expect(wakes.load(ordering: .relaxed) == 2)
    }

    @Test("four threads post into one loop: nothing is lost, each one's order is kept, and the loop sleeps in between")
    func threads() throws {
        let loop = try EventLoop()
        let box = Mailbox<(thread: Int, number: Int)>(wakeup: loop.wakeup)
        var next = [0, 0, 0, 0]
        var isInOrder = true
        loop.onWakeup {
            for message in box.drain() {
                if next[message.thread] != message.number { isInOrder = false }
                next[message.thread] = message.number + 1
            }
        }
        let handles = try (0..<4).map { thread in
            try Threads.start("poster \(thread)") {
                for start in stride(from: 0, to: 20_000, by: 10) {
                    box.post((start..<start + 10).map { (thread, $0) })
                }
            }
        }
        #expect(LoopDriver.turn(loop) { next.allSatisfy { $0 == 20_000 } })
        #expect(isInOrder)
        for handle in handles { handle.join() }
    }

    @Test("a bell rung before the loop looks is heard once, and rings again afterwards")
    func bell() throws {
        let loop = try EventLoop()
        var heard = 0
        loop.onWakeup { heard += 1 }
        for _ in 0..<5 { loop.wakeup.signal() }
        LoopDriver.turn(loop, times: 3)
        #expect(heard == 1)
        loop.wakeup.signal()
        LoopDriver.turn(loop, times: 1)
        #expect(heard == 2)
    }
}
