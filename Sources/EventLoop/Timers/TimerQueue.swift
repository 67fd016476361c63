// Which timer is next: a heap with four children to a node, in one array of 16-byte entries. No clock inside: the caller says
// what time it is. No cancelling: a timer that fires too early for its owner is scheduled again by the owner, so that moving
// a deadline (each message heard moves one) costs nothing, and a connection has one entry here whatever happens to it.

/// Timers ordered by when they fire; those of the same instant in no certain order.
package struct TimerQueue {
    private struct Entry {
        var at: Instant
        var token: Token
    }

    private var heap: [Entry] = []

    package init() {}

    package var count: Int { heap.count }

    /// When the first timer fires.
    package var nextDeadline: Instant? { heap.first?.at }

    package mutating func schedule(_ token: Token, at instant: Instant) {
        heap.append(Entry(at: instant, token: token))
        siftUp(from: heap.count - 1)
    }

    /// Takes the first timer if it is due at `now`.
    package mutating func popExpired(now: Instant) -> Token? {
        guard let first = heap.first, first.at <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        return first.token
    }

    private mutating func siftUp(from start: Int) {
        let entry = heap[start]
        var index = start
        while index > 0 {
            let parent = (index - 1) / 4
            guard entry.at < heap[parent].at else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    private mutating func siftDown() {
        let entry = heap[0]
        let count = heap.count
        var index = 0
        while true {
            let firstChild = index * 4 + 1
            guard firstChild < count else { break }
            var least = firstChild
            for child in firstChild..<min(firstChild + 4, count) where heap[child].at < heap[least].at { least = child }
            guard heap[least].at < entry.at else { break }
            heap[index] = heap[least]
            index = least
        }
        heap[index] = entry
    }
}
