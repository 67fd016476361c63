// The message of every load: `~SENDER SEQUENCE NANOSECONDS~` and padding. Whoever receives it, in whatever wrapping, knows
// whose it is, which one, and how long it was under way (sender and receiver share the monotonic clock).

package struct NumberedMessage: Equatable, Sendable {
    package var sender: Int
    package var sequence: Int
    package var sentNanoseconds: UInt64

    package init(sender: Int, sequence: Int, sentNanoseconds: UInt64 = monotonicNanoseconds()) {
        self.sender = sender
        self.sequence = sequence
        self.sentNanoseconds = sentNanoseconds
    }

    /// The text, padded with dots to at least `bytes`.
    package func text(bytes: Int = 0) -> String {
        let core = "~\(sender) \(sequence) \(sentNanoseconds)~"
        return core + String(repeating: ".", count: max(0, bytes - core.utf8.count))
    }

    /// Finds the numbers in a received payload; nil when it is another message ("left the chat", say).
    package init?(in payload: UnsafeBufferPointer<UInt8>) {
        guard let start = payload.firstIndex(of: UInt8(ascii: "~")) else { return nil }
        var index = start + 1
        func number(_ end: UInt8) -> UInt64? {
            var value: UInt64 = 0
            while index < payload.count, payload[index] != end {
                guard payload[index] >= 48, payload[index] <= 57 else { return nil }
                value = value &* 10 &+ UInt64(payload[index] - 48)
                index += 1
            }
            guard index < payload.count else { return nil }
            index += 1
            return value
        }
        guard let sender = number(32), let sequence = number(32), let time = number(UInt8(ascii: "~")) else {
            return nil
        }
        self.init(
            sender: Int(truncatingIfNeeded: sender), sequence: Int(truncatingIfNeeded: sequence), sentNanoseconds: time)
    }

    package init?(_ text: String) {
        var text = text
        guard let message = text.withUTF8({ NumberedMessage(in: $0) }) else { return nil }
        self = message
    }
}

/// What one receiver has seen of each sender: each message at most once, in order; gaps are counted.
package struct OrderCheck: Sendable {
    private var last: [Int: Int] = [:]
    private var counts: [Int: Int] = [:]
    /// Messages that came again, or after a later one.
    package private(set) var violations: [String] = []
    /// Numbers jumped over.
    package private(set) var missing = 0

    package init() {}

    package mutating func receive(_ message: NumberedMessage) {
        if let last = last[message.sender] {
            guard message.sequence > last else {
                if violations.count < 10 {
                    violations.append("sender \(message.sender): \(message.sequence) after \(last)")
                }
                return
            }
            missing += message.sequence - last - 1
        }
        last[message.sender] = message.sequence
        counts[message.sender, default: 0] += 1
    }

    /// How many messages of `sender` have come, doubled ones not counted.
    package func count(of sender: Int) -> Int { counts[sender] ?? 0 }

    /// The newest number of `sender`.
    package func newest(of sender: Int) -> Int? { last[sender] }
}
