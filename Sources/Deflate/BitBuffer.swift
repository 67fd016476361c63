// Bits that were read and not yet used, the next one lowest (RFC 1951 §3.1.1). An inflater takes from it what it needs
// whole, or leaves it for the next call; so the input may be cut anywhere.

/// Up to 63 bits of a stream. The bits above `count` are zero between the calls of an inflater.
struct BitBuffer: Sendable {
    var bits: UInt64 = 0
    var count: UInt64 = 0

    /// Takes bytes of `input` from `offset` on while 8 more bits fit.
    mutating func fill(from input: Span<UInt8>, offset: inout Int) {
        while count <= 55, offset < input.count {
            bits |= UInt64(input[offset]) &<< count
            count &+= 8
            offset &+= 1
        }
    }

    /// The next `number` bits, fewer than 64, of which some may not be there yet and read as zero.
    func peek(_ number: UInt64) -> UInt64 { bits & (1 &<< number &- 1) }

    /// Drops `number` bits that are there.
    mutating func drop(_ number: UInt64) {
        bits &>>= number
        count &-= number
    }

    /// The next `number` bits, or nil when they are not all there.
    mutating func take(_ number: UInt64) -> Int? {
        guard count >= number else { return nil }
        let value = peek(number)
        drop(number)
        return Int(truncatingIfNeeded: value)
    }

    /// Drops the rest of the byte that is begun.
    mutating func align() { drop(count & 7) }

    /// Gives whole bytes back to the input. What a call holds back when it asks for input is always less than the next thing
    /// takes, so these bytes come from the current call and `offset` stays in its input.
    mutating func returnBytes(_ offset: inout Int) {
        offset &-= Int(truncatingIfNeeded: count >> 3)
        count &= 7
        bits = peek(count)
    }
}
