import EventLoop
import Glibc
import Testing

@Suite("Signals as events")
struct SignalsTests {
    @Test("a blocked signal comes as an event on the loop")
    func received() throws {
        // A signal of its own, sent to this thread only: the test run goes on undisturbed.
        let loop = try EventLoop()
        var received: [Int32] = []
        let thread = try Threads.start("signals") {}
        thread.join()
        Signals.block([SIGUSR2])
        let source = try Signals.watch([SIGUSR2], on: loop) { received.append($0) }
        pthread_kill(pthread_self(), SIGUSR2)
        #expect(LoopDriver.turn(loop) { !received.isEmpty })
        #expect(received == [SIGUSR2])
        source.close()
    }
}
