import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("Admission and balance")
struct AdmissionTests {
    @Test("W14 the cap counts those inside; who leaves makes room")
    func cap() {
        let admission = Admission(connections: 2, perAddress: 0)
        #expect(admission.enter() && admission.enter())
        #expect(!admission.enter())
        #expect(admission.count == 3)
        admission.leave()
        admission.leave()
        #expect(admission.enter())
        #expect(!admission.countsAddresses)
    }

    @Test("W14 each address has its own count, and none is kept for one that has left")
    func addresses() {
        let admission = Admission(connections: 100, perAddress: 2)
        let one = IPAddress("10.0.0.1")!
        let two = IPAddress("2001:db8::1")!
        #expect(admission.enter(one) && admission.enter(one))
        #expect(!admission.enter(one))
        #expect(admission.enter(two))
        admission.leave(one)
        #expect(admission.enter(one))
        #expect(!admission.enter(one))
    }

    @Test("W14 threads that come and go at once end at zero")
    func threads() {
        let admission = Admission(connections: 1_000, perAddress: 10_000)
        let address = IPAddress("10.0.0.1")!
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<2_000 {
                _ = admission.enter()
                _ = admission.enter(address)
                admission.leave(address)
                admission.leave()
            }
        }
        #expect(admission.count == 0)
        #expect((0..<10_000).allSatisfy { _ in admission.enter(address) })
        #expect(!admission.enter(address))
    }

    @Test(
        "E10 the loop with the fewest connections gets the next one, however they come and go", arguments: [1, 2, 4, 7])
    func balance(_ workers: Int) throws {
        let node = try makeNode(Configuration(), workers: workers)
        let balance = Balance(node: node)
        var open = Array(repeating: 0, count: workers)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            open[Int(balance.next())] += 1
            let place = Int.random(in: 0..<workers, using: &random)
            if open[place] > 0, Bool.random(using: &random) {
                open[place] -= 1
                node.metrics[place].closedTotal.add()
            }
        }
        let mean = Double(open.reduce(0, +)) / Double(workers)
        #expect(open.allSatisfy { abs(Double($0) - mean) <= max(2, 0.02 * mean) }, "\(open)")
    }
}

/// A node that runs nothing.
func makeNode(_ configuration: Configuration, workers: Int = 1) throws -> Node {
    Node(
        configuration: configuration, access: try AccessPolicy(configuration, listening: configuration.listen),
        log: Log { _ in }, broker: MemoryBroker.makeStatus(), workers: workers, startedAt: Instant.now())
}
