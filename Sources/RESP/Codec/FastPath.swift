// The two values that make up nearly all traffic of a chat server, when they lie whole in the input: a publication
// (`message`, channel, payload as a push) and an integer reply. No copy, no allocation; anything unusual gives nil and goes
// the slow way of `RESPDecoder`, which stays the authority on what is an error. Benchmark: RESPDecoderSpeedTests.

enum FastPath {
    struct Message {
        var channel: Range<Int>
        var payload: Range<Int>
        var end: Int
    }

    /// `3 CR LF $7 CR LF m` and `essage CR LF` as little-endian numbers.
    private static let head: UInt64 = 0x6D0A_0D37_240A_0D33
    private static let tail: UInt64 = 0x0A0D_6567_6173_7365

    /// `>3 $7 message $N channel $M payload` in RESP3, the same under `*3` in RESP2.
    @inline(__always)
    static func message(_ input: Span<UInt8>, at start: Int, type: UInt8, limits: RESPLimits) -> Message? {
        // Shortest: 17 bytes of head, `$0 CR LF CR LF` twice.
        guard input.count - start >= 29, input[start] == type else { return nil }
        guard input.eightBytes(at: start + 1) == head, input.eightBytes(at: start + 9) == tail else { return nil }
        // Together the strings count against the limit of a value: 7 bytes are `message`, what the channel leaves is the payload's.
        let most = limits.valueBytesMax - 7
        guard let channel = bulk(input, at: start + 17, bytesMax: min(limits.bulkBytesMax, most)),
            let payload = bulk(
                input, at: channel.upperBound + 2, bytesMax: min(limits.bulkBytesMax, most - channel.count))
        else { return nil }
        return Message(channel: channel, payload: payload, end: payload.upperBound + 2)
    }

    /// A bulk string that is whole, CRLF included: the range of its body.
    @inline(__always)
    private static func bulk(_ input: Span<UInt8>, at start: Int, bytesMax: Int) -> Range<Int>? {
        var index = start
        let end = input.count
        guard index < end, input[index] == UInt8(ascii: "$") else { return nil }
        index += 1
        var length = 0
        let digits = index
        while index < end {
            let digit = input[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            length = length &* 10 &+ Int(digit)
            index += 1
        }
        // At most ten digits cannot overflow; a length of more is the slow path's to refuse.
        guard index > digits, index - digits <= 10, length <= bytesMax else { return nil }
        guard end - index >= length &+ 4, input[index] == 0x0D, input[index + 1] == 0x0A else { return nil }
        let body = index + 2
        let after = body + length
        guard input[after] == 0x0D, input[after + 1] == 0x0A else { return nil }
        return body..<after
    }

    /// `:digits`, whole; nil for a sign, more digits than 18 or than a line may have, or anything else.
    @inline(__always)
    static func integer(_ input: Span<UInt8>, at start: Int, lineBytesMax: Int) -> (value: Int64, end: Int)? {
        let end = input.count
        guard end - start >= 4, input[start] == UInt8(ascii: ":") else { return nil }
        var index = start + 1
        var value: Int64 = 0
        while index < end {
            let digit = input[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            value = value &* 10 &+ Int64(digit)
            index += 1
        }
        guard index > start + 1, index - start <= 19, index - start - 1 <= lineBytesMax, end - index >= 2 else {
            return nil
        }
        guard input[index] == 0x0D, input[index + 1] == 0x0A else { return nil }
        return (value, index + 2)
    }
}
