import EventLoop
import Glibc
import Testing

@Suite("Accepting connections")
struct ListenerTests {
    /// Callers that are connecting to `address`.
    private func callers(_ count: Int, to address: SocketAddress) throws -> [Int32] {
        try (0..<count).map { _ in try Socket.connect(to: address) }
    }

    @Test("connections are handed on with their peers, more of them than one turn takes")
    func batches() throws {
        let loop = try EventLoop()
        var accepted: [Int32] = []
        var peers: Set<SocketAddress> = []
        let listener = try Listener(loop: loop, address: ListenAddress(parsing: "127.0.0.1:0")) { descriptor, peer in
            accepted.append(descriptor)
            peers.insert(peer)
        }
        let near = try callers(150, to: listener.address)
        loop.turn(waitAtMostMilliseconds: 1_000)
        #expect((1...64).contains(accepted.count))
        #expect(LoopDriver.turn(loop) { accepted.count == 150 })
        #expect(peers == Set(near.map { Socket.localAddress($0)! }))
        #expect(listener.acceptedCount == 150)
        listener.close()
        for descriptor in near + accepted { Socket.close(descriptor) }
    }

    @Test(
        "E1 without descriptors a caller is told, then the listener rests instead of spinning, and accepts again later")
    func exhaustion() throws {
        let clock = ManualClock()
        let loop = try EventLoop(clock: { clock.now })
        let descriptor = try Socket.listen(on: ListenAddress(parsing: "127.0.0.1:0"))
        let near = try callers(3, to: Socket.localAddress(descriptor)!)
        var isExhausted = true
        var calls = 0
        var accepted: [Int32] = []
        let error = SystemError(operation: "accept", errno: EMFILE)
        let listener = try Listener(
            loop: loop, descriptor: descriptor,
            accept: { listener in
                calls += 1
                // One descriptor comes free when the spare is given up: then, and only then, one caller can be taken.
                guard isExhausted, calls != 2 else { return Socket.accept(listener) }
                return .outOfDescriptors(error)
            },
            accepted: { connection, _ in accepted.append(connection) })
        var troubles: [Listener.Trouble] = []
        listener.troubled = { troubles.append($0) }
        listener.refusal = Array("no room".utf8)

        #expect(LoopDriver.turn(loop) { calls > 0 })
        #expect(listener.refusedCount == 1)
        #expect(troubles == [.exhausted(error)])
        #expect(
            LoopDriver.turn(loop) {
                LoopDriver.receiveAll(near[0]) == (Array("no room".utf8), .endOfStream) || calls > 50
            })

        // Two callers still wait. Resting costs nothing: no call however often the loop turns.
        let callsThen = calls
        LoopDriver.turn(loop, times: 500)
        #expect(calls == callsThen)

        // After the rest it tries again, and rests again, without another word.
        clock.advance(milliseconds: 100)
        LoopDriver.turn(loop, times: 500)
        #expect(calls > callsThen && calls <= callsThen + 3)
        #expect(troubles.count == 1)
        #expect(accepted.isEmpty)

        isExhausted = false
        clock.advance(milliseconds: 100)
        #expect(LoopDriver.turn(loop) { accepted.count == 2 })
        listener.close()
        for descriptor in near + accepted { Socket.close(descriptor) }
    }

    @Test("E2 callers that left before they were accepted do not stop the listener")
    func callersGone() throws {
        let loop = try EventLoop()
        let descriptor = try Socket.listen(on: ListenAddress(parsing: "127.0.0.1:0"))
        var injected = [ECONNABORTED, EPROTO, EPERM, ENETUNREACH]
        var accepted: [Int32] = []
        let listener = try Listener(
            loop: loop, descriptor: descriptor,
            accept: { listener in
                guard let number = injected.popLast() else { return Socket.accept(listener) }
                return AcceptResult.ofFailure(number)
            },
            accepted: { connection, _ in accepted.append(connection) })
        // One real caller resets before it is accepted, another one stays.
        let gone = try Socket.connect(to: listener.address)
        Socket.resetOnClose(gone)
        Socket.close(gone)
        let near = try Socket.connect(to: listener.address)
        #expect(LoopDriver.turn(loop) { accepted.contains { Socket.peerAddress($0) == Socket.localAddress(near) } })
        #expect(listener.goneCount >= 4)
        listener.close()
        for descriptor in [near] + accepted { Socket.close(descriptor) }
    }

    @Test("a paused listener takes nobody and costs nothing; they come in when it resumes")
    func pausing() throws {
        let loop = try EventLoop()
        var accepted: [Int32] = []
        let listener = try Listener(loop: loop, address: ListenAddress(parsing: "127.0.0.1:0")) { descriptor, _ in
            accepted.append(descriptor)
        }
        listener.pause()
        let near = try callers(2, to: listener.address)
        LoopDriver.turn(loop, times: 20)
        #expect(accepted.isEmpty)
        listener.resume()
        #expect(LoopDriver.turn(loop) { accepted.count == 2 })
        listener.close()
        listener.close()
        for descriptor in near + accepted { Socket.close(descriptor) }
    }

    @Test("a listener may be closed from inside its own callback, and removes the file of its unix socket")
    func closing() throws {
        let loop = try EventLoop()
        let path = "/tmp/rookery-listener-test-\(getpid())"
        var listener: Listener?
        var accepted: [Int32] = []
        listener = try Listener(loop: loop, address: ListenAddress(parsing: "unix:\(path)")) { descriptor, _ in
            accepted.append(descriptor)
            listener?.close()
        }
        let near = try callers(3, to: listener!.address)
        #expect(LoopDriver.turn(loop) { !accepted.isEmpty })
        LoopDriver.turn(loop, times: 3)
        #expect(accepted.count == 1)
        #expect(access(path, F_OK) != 0)
        for descriptor in near + accepted { Socket.close(descriptor) }
    }
}
