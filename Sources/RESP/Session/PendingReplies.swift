// Replies carry no number: the n-th answers the n-th command. So every command sent owns one slot from the moment its bytes
// stand in the output until its reply came or the connection closed (row R1). Nobody can take a slot back: who loses
// interest ignores the reply, and the next one still meets its own command. Runs of equal owners are counted, not listed:
// a hundred thousand publications in flight cost one entry.

struct PendingReplies {
    /// Who owns a slot.
    enum Owner: Equatable {
        case keepAlive
        /// SUBSCRIBE or UNSUBSCRIBE of this many channels: that many confirmations, or one error.
        case subscribe(channels: Int)
        case unsubscribe(channels: Int)
        /// A command of the application; the session numbers them.
        case command
        /// The application's PING on a Pub/Sub connection.
        case probe
    }

    private struct Run {
        var owner: Owner
        var count: Int
    }

    private var runs: [Run] = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    /// The owner of the next reply.
    var next: Owner? { head < runs.count ? runs[head].owner : nil }

    mutating func append(_ owner: Owner) {
        count += 1
        if runs.count > head, runs[runs.count - 1].owner == owner, !isCountedAlone(owner) {
            runs[runs.count - 1].count += 1
        } else {
            runs.append(Run(owner: owner, count: 1))
        }
    }

    /// The oldest slot has its reply.
    mutating func removeFirst() {
        precondition(count > 0, "a reply without a slot: look at `next` first")
        count -= 1
        runs[head].count -= 1
        guard runs[head].count == 0 else { return }
        head += 1
        if head == runs.count {
            runs.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 64, head > runs.count / 2 {
            runs.removeFirst(head)
            head = 0
        }
    }

    private func isCountedAlone(_ owner: Owner) -> Bool {
        switch owner {
        case .subscribe, .unsubscribe: true
        case .keepAlive, .command, .probe: false
        }
    }
}
