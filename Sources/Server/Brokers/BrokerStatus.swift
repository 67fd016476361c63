// What the rest of the node may know of its broker, from any thread: for /health, /metrics and the start message.
// The broker's loop writes, others read: counters are relaxed atomics with one writer, the words stand behind a lock.
import EventLoop

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

    package let publishedTotal = Counter()
    package let refusedQueueFullTotal = Counter()
    package let refusedExpiredTotal = Counter()
    package let refusedRejectedTotal = Counter()
    package let unknownTotal = Counter()
    package let droppedLeavesTotal = Counter()
    package let oversizedTotal = Counter()
    package let connectsTotal = Counter()
    package let disconnectsTotal = Counter()
    package let inFlightBytes = Counter()
    package let inFlightMessages = Counter()
    package let queuedBytes = Counter()
    package let queuedMessages = Counter()
    package let subscriptions = Counter()

    package init(kind: String, isReady: Bool, text: String) {
        self.kind = kind
        words = Lock(Words(isReady: isReady, text: text))
    }

    /// Publications that will never be confirmed.
    package var lostTotal: Int { unknownTotal.value + droppedLeavesTotal.value }

    /// Taken over and not confirmed: in the queue, or sent and not answered.
    package var unconfirmedMessages: Int { queuedMessages.value + inFlightMessages.value }

    package var current: Words { words.withLock { $0 } }
    package func set(isReady: Bool, _ text: String) { words.withLock { $0 = Words(isReady: isReady, text: text) } }
}
