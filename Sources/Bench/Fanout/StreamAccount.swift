// Which messages of one publisher one subscriber has got. What comes in order costs two additions; everything else is sorted out
// with a bit for each of the last 64 messages.

/// The account of one publisher's messages at one subscriber.
struct StreamAccount: Equatable {
    /// The highest number that came, and one.
    private(set) var next: UInt32 = 0
    /// Numbers below `next` that have not come.
    private(set) var missing: UInt32 = 0
    /// Bit n: the message `next - 1 - n` has come.
    private var window: UInt64 = 0

    /// What one message turned out to be.
    enum Kind: Equatable {
        case inOrder, reordered, duplicated
    }

    /// Different messages that came.
    var distinct: Int { Int(next) - Int(missing) }

    /// Of neighbours that changed places the later one is reordered: one of two. A message more than 63 behind is reordered as long as
    /// any is missing, else duplicated.
    @inline(__always)
    mutating func take(_ sequence: UInt32) -> Kind {
        guard sequence == next else { return takeOther(sequence) }
        next &+= 1
        window = window << 1 | 1
        return .inOrder
    }

    @inline(never)
    private mutating func takeOther(_ sequence: UInt32) -> Kind {
        if sequence > next {
            let gap = sequence - next
            missing += gap
            window = (gap < 63 ? window << (gap + 1) : 0) | 1
            next = sequence &+ 1
            return .inOrder
        }
        let age = next - 1 - sequence
        if age < 64 {
            guard window >> age & 1 == 0 else { return .duplicated }
            window |= 1 << age
        }
        guard missing > 0 else { return .duplicated }
        missing -= 1
        return .reordered
    }
}
