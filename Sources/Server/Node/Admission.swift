// How many connections there are, in all and of one address. The one place where loops touch the same numbers, once per
// connection. What is over a limit is let in so far that it can be told why (503, 429), and far over it not even that.

import EventLoop
import Synchronization

final class Admission: Sendable {
    private let limit: Atomic<Int>
    private let mostPerAddress: Int
    private let total = Atomic<Int>(0)
    private let addresses = Lock<[IPAddress: Int]>([:])

    /// `perAddress` 0: not counted.
    init(connections: Int, perAddress: Int) {
        limit = Atomic(connections)
        mostPerAddress = perAddress
    }

    /// How many connections there may be. Lowered, it closes nobody.
    var most: Int {
        get { limit.load(ordering: .relaxed) }
        set { limit.store(newValue, ordering: .relaxed) }
    }

    var count: Int { total.load(ordering: .relaxed) }

    /// Counts a connection; false when the node is full (it counts all the same until `leave`).
    func enter() -> Bool { total.add(1, ordering: .relaxed).newValue <= most }

    func leave() { total.subtract(1, ordering: .relaxed) }

    /// So many more are let in only to hear why they cannot stay; beyond that there is not even a word.
    private static let politenessMax = 1_024
    var isFarOver: Bool { count >= most + Admission.politenessMax }

    var countsAddresses: Bool { mostPerAddress > 0 }

    /// Counts a connection of this address; false, and not counted, when it has as many as it may.
    func enter(_ address: IPAddress) -> Bool {
        addresses.withLock { counts in
            let count = counts[address, default: 0]
            guard count < mostPerAddress else { return false }
            counts[address] = count + 1
            return true
        }
    }

    func leave(_ address: IPAddress) {
        addresses.withLock { counts in
            let count = counts[address, default: 0] - 1
            counts[address] = count > 0 ? count : nil
        }
    }
}
