// What became of each publication that was handed to the command link, in order: sent → answered → proven.
//
// An answer says that Redis has published. It does not say that we heard it: the Pub/Sub link can die with the push still on
// its way. So after answers a PING goes out on the Pub/Sub link; its PONG comes behind every push Redis wrote before, and
// proves them all. Until then the publication counts as unknown should the Pub/Sub link die.
//
// Three counters over one ring: proven ≤ answered ≤ sent. A publication keeps its place until it is answered, whatever
// becomes of its sender, so no answer ever meets another publication (row R1).

struct PublishLedger {
    private struct Item {
        /// Nil: nobody is to be told any more, or ever was.
        var sender: Sender?
        var bytes: UInt32
    }

    private var items: [Item] = []
    private var head = 0
    /// Numbers of the next item to become proven, answered, sent.
    private var proven = 0
    private var answered = 0
    private var sent = 0
    /// Where `answered` stood when the outstanding probe was sent.
    private var probedUpTo: Int?

    /// Bytes sent and not answered.
    private(set) var inFlightBytes = 0
    /// Bytes sent and not proven.
    private(set) var unprovenBytes = 0

    var unansweredCount: Int { sent - answered }
    /// Answers wait to be proven and no probe is under way.
    var wantsProbe: Bool { probedUpTo == nil && proven < answered }

    mutating func append(sender: Sender?, bytes: Int) {
        items.append(Item(sender: sender, bytes: UInt32(clamping: bytes)))
        sent += 1
        inFlightBytes += bytes
        unprovenBytes += bytes
    }

    /// The oldest unanswered publication has its answer; `failed` when that was an error. Gives the sender to be told: of a failure, or a
    /// receipt.
    mutating func answer(failed: Bool) -> Sender? {
        guard answered < sent else { return nil }
        let index = head + answered - proven
        inFlightBytes -= Int(items[index].bytes)
        answered += 1
        let sender = items[index].sender
        guard failed || sender?.isReceipt ?? false else { return nil }
        items[index].sender = nil
        return sender
    }

    mutating func beginProbe() { probedUpTo = answered }

    /// The probe's answer is here: what was answered before it was sent is proven.
    mutating func probed() {
        guard let limit = probedUpTo else { return }
        probedUpTo = nil
        advance(to: limit)
    }

    /// The command link is gone: what it has not answered is unknown. What was answered can still be proven.
    mutating func loseUnanswered() -> (publications: Int, senders: [Sender]) {
        let lost = items[(head + answered - proven)...]
        let result = (lost.count, lost.compactMap(\.sender))
        for item in lost { unprovenBytes -= Int(item.bytes) }
        items.removeLast(lost.count)
        inFlightBytes = 0
        sent = answered
        if items.count == head { reset() }
        return result
    }

    /// The Pub/Sub link is gone: nothing that is not proven can be proven any more. What is not answered keeps its place.
    mutating func loseUnproven() -> (publications: Int, senders: [Sender]) {
        probedUpTo = nil
        let result = (items.count - head, items[head...].compactMap(\.sender))
        advance(to: answered)
        for index in head..<items.count { items[index].sender = nil }
        return result
    }

    /// Nobody is to be told about these any more.
    mutating func forget(_ senders: Set<Sender>) {
        for index in head..<items.count {
            if let sender = items[index].sender, senders.contains(sender) { items[index].sender = nil }
        }
    }

    private mutating func advance(to limit: Int) {
        while proven < limit {
            unprovenBytes -= Int(items[head].bytes)
            head += 1
            proven += 1
        }
        if head == items.count {
            reset()
        } else if head > 1_024, head > items.count / 2 {
            items.removeFirst(head)
            head = 0
        }
    }

    private mutating func reset() {
        items.removeAll(keepingCapacity: items.capacity <= 1 << 16)
        head = 0
    }
}
