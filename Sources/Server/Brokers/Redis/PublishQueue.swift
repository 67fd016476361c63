// The node's queue: publications that cannot be sent now, in the order they came. It has one cap in bytes for two kinds, and
// neither can starve the other:
//
// - clients' messages fill at most three quarters; one that does not fit is refused. Each waits a bounded time.
// - messages without a sender (leaves) take whatever is free. They never expire; where there is no room the oldest go. At
//   least a quarter is theirs, whatever clients send; and messages push leaves out until only that quarter is left, so
//   a long outage full of leaves does not close the door to clients.
//
// Entries leave from the front, or from the middle when their channel need not wait; a hole is left there and closed later.

import RESP

struct PublishQueue {
    struct Entry {
        /// The whole command, encoded.
        let command: [UInt8]
        /// Nil: a leave.
        let sender: Sender?
        let channel: ChannelNumber
        /// Of the channel's subscription at that time; 0 when there was none, so nothing to wait for.
        let generation: UInt32
        /// In milliseconds; `.max` for leaves.
        let deadline: UInt64

        var bytes: Int { command.count + PublishQueue.entryBytes }
    }

    enum Verdict {
        case take, keep, stop
    }

    /// What an entry costs besides its bytes.
    static let entryBytes = 96

    /// The queue in which one such message alone has room: clients' messages fill three quarters.
    static func bytesNeeded(payload: Int) -> Int {
        let command = CommandEncoder.publishBytes(channelBytes: ChannelText.bytesMax, payloadBytes: payload)
        return (command + entryBytes) * 4 / 3 + 4
    }

    private let bytesMax: Int
    private var entries: [Entry?] = []
    private var head = 0
    /// The number of `entries[0]`; numbers are never reused.
    private var base = 0
    private var messages = Numbers()
    private var leaves = Numbers()

    private(set) var count = 0
    private(set) var bytes = 0
    private var leaveBytes = 0

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    var isEmpty: Bool { count == 0 }

    /// Room for a client's message, after leaves beyond their quarter are gone.
    func admits(messageBytes size: Int) -> Bool {
        bytes - leaveBytes + size <= bytesMax / 4 * 3
    }

    func admits(leaveBytes size: Int) -> Bool { bytes - leaveBytes + size <= bytesMax }

    /// Appends. Call only when admitted, and then `dropOldestLeave` while `isOverfull`.
    mutating func append(_ entry: Entry) {
        let number = base + entries.count
        entries.append(entry)
        count += 1
        bytes += entry.bytes
        if entry.sender == nil {
            leaveBytes += entry.bytes
            leaves.append(number)
        } else {
            messages.append(number)
        }
    }

    var isOverfull: Bool { bytes > bytesMax }

    mutating func dropOldestLeave() -> Entry? {
        while let number = leaves.first {
            leaves.removeFirst()
            if let entry = remove(number) { return entry }
        }
        return nil
    }

    /// When the oldest message's time is up.
    mutating func nextDeadline() -> UInt64? {
        while let number = messages.first {
            if number >= base, let entry = entries[number - base] { return entry.deadline }
            messages.removeFirst()
        }
        return nil
    }

    mutating func takeExpired(now: UInt64) -> Entry? {
        guard let deadline = nextDeadline(), deadline <= now, let number = messages.first else { return nil }
        messages.removeFirst()
        return remove(number)
    }

    /// Shows the entries from the oldest on and takes out those told to, until told to stop.
    mutating func sweep(_ decide: (Entry) -> Verdict) {
        var index = head
        scan: while index < entries.count {
            if let entry = entries[index] {
                switch decide(entry) {
                case .take: _ = clear(index)
                case .keep: break
                case .stop: break scan
                }
            }
            index += 1
        }
        compact()
    }

    private mutating func remove(_ number: Int) -> Entry? {
        guard number >= base + head, let entry = clear(number - base) else { return nil }
        compact()
        return entry
    }

    private mutating func clear(_ index: Int) -> Entry? {
        guard let entry = entries[index] else { return nil }
        entries[index] = nil
        count -= 1
        bytes -= entry.bytes
        if entry.sender == nil { leaveBytes -= entry.bytes }
        return entry
    }

    private mutating func compact() {
        while head < entries.count, entries[head] == nil { head += 1 }
        if head == entries.count {
            base += head
            entries.removeAll(keepingCapacity: entries.capacity <= 4_096)
            head = 0
        } else if head > 64, head > entries.count / 2 {
            entries.removeFirst(head)
            base += head
            head = 0
        }
        leaves.removeAll(below: base + head)
        messages.removeAll(below: base + head)
    }

    /// Ascending numbers, taken from the front.
    private struct Numbers {
        private var numbers: [Int] = []
        private var head = 0

        var first: Int? { head < numbers.count ? numbers[head] : nil }

        mutating func append(_ number: Int) { numbers.append(number) }

        mutating func removeFirst() {
            head += 1
            if head == numbers.count {
                numbers.removeAll(keepingCapacity: true)
                head = 0
            } else if head > 64, head > numbers.count / 2 {
                numbers.removeFirst(head)
                head = 0
            }
        }

        mutating func removeAll(below limit: Int) {
            while let first, first < limit { removeFirst() }
        }
    }
}
