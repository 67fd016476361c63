// What the rest of the node may know of its broker, from any thread: for /health, /metrics and the start message.
// The broker's loop writes, others read: counters are relaxed atomics with one writer, the words stand behind a lock.
import EventLoop

/// The counters and words of one broker. Totals only grow, from the start of the node; the others are gauges.
package final class BrokerStatus: Sendable {
    /// The state of the link in words for people; never contains a password.
    package struct Words: Sendable {
        /// True while publications flow: linked, and every subscription confirmed.
        package var isReady: Bool
        /// For example `connected to 127.0.0.1:6379 (RESP3)` or `not connected: Connection refused; next try in 1.2 s`.
        package var text: String
    }

    /// `memory` or `redis`.
    package let kind: String
    private let words: Lock<Words>

    /// Publications that Redis has confirmed; the memory broker, which loses none, does not count.
    package let publishedTotal = Counter()
    /// Senders told `queueFull`; as with the other refusals a sender counts once, however much of it is dropped.
    package let refusedQueueFullTotal = Counter()
    /// Senders told `expired`.
    package let refusedExpiredTotal = Counter()
    /// Senders told `rejected`.
    package let refusedRejectedTotal = Counter()
    /// Publications that were sent and may or may not have been published; those of the node itself too.
    package let unknownTotal = Counter()
    /// Publications without a sender (the node speaks for a client that left) that found no room or were answered
    /// with an error.
    package let droppedLeavesTotal = Counter()
    /// Publications from the server over the limit, skipped while they streamed in.
    package let oversizedTotal = Counter()
    /// Times that both links stood, and every subscription was confirmed or refused.
    package let connectsTotal = Counter()
    /// Times that this ended.
    package let disconnectsTotal = Counter()
    /// Bytes of commands that were sent and not answered; as of the last end of a turn, like the next three.
    package let inFlightBytes = Counter()
    /// Commands that were sent and not answered.
    package let inFlightMessages = Counter()
    /// Bytes of commands that wait in the node.
    package let queuedBytes = Counter()
    /// Commands that wait in the node.
    package let queuedMessages = Counter()
    /// Channels that are wanted, whether confirmed or not.
    package let subscriptions = Counter()

    /// `text` as `Words.text` has it; what holds until the broker says otherwise.
    package init(kind: String, isReady: Bool, text: String) {
        self.kind = kind
        words = Lock(Words(isReady: isReady, text: text))
    }

    /// Publications that will never be confirmed.
    package var lostTotal: Int { unknownTotal.value + droppedLeavesTotal.value }

    /// Taken over and not confirmed: in the queue, or sent and not answered.
    package var unconfirmedMessages: Int { queuedMessages.value + inFlightMessages.value }

    /// Both as they were set together, from any thread.
    package var current: Words { words.withLock { $0 } }
    /// Replaces both at once.
    package func set(isReady: Bool, _ text: String) { words.withLock { $0 = Words(isReady: isReady, text: text) } }
}
