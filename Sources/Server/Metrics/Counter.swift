// A number one thread writes and any thread reads. With a single writer a relaxed load and store is enough: a plain move, no
// locked instruction on the way of a message.

import Synchronization

package final class Counter: Sendable {
    private let storage = Atomic<Int>(0)

    package init() {}

    package var value: Int { storage.load(ordering: .relaxed) }
    /// Only the owning thread writes.
    package func add(_ amount: Int = 1) {
        storage.store(storage.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }
    package func set(_ value: Int) { storage.store(value, ordering: .relaxed) }
}
