// The header of a frame (RFC 6455 §5.2): two bytes, 0, 2 or 8 bytes of length, 0 or 4 bytes of masking key. `parse` knows the
// layout, `FrameRules` what is allowed.

/// A frame header as it stands on the wire.
package struct FrameHeader: Hashable, Sendable {
    package var isFinal: Bool
    /// RSV1, RSV2, RSV3 as bits 2, 1, 0.
    package var reservedBits: UInt8
    /// Perhaps a reserved one: see `Opcode`.
    package var opcode: UInt8
    /// The key's four bytes as they stand on the wire, first byte lowest; nil for an unmasked frame.
    package var maskingKey: UInt32?
    package var payloadCount: UInt64

    /// The longest header.
    package static let byteCountMax = 14

    /// Bytes of header that follow from the second byte.
    static func byteCount(secondByte: UInt8) -> Int {
        let lengthBytes =
            switch secondByte & 0x7F {
            case 126: 2
            case 127: 8
            default: 0
            }
        return 2 + lengthBytes + (secondByte & 0x80 != 0 ? 4 : 0)
    }

    /// Reads the header at the start of `bytes`; nil while it is not complete. Checks nothing.
    package static func parse(_ bytes: Span<UInt8>) -> (header: FrameHeader, byteCount: Int)? {
        guard bytes.count >= 2 else { return nil }
        let first = bytes[0]
        let second = bytes[1]
        let count = byteCount(secondByte: second)
        guard bytes.count >= count else { return nil }
        let isMasked = second & 0x80 != 0
        let header = FrameHeader(
            isFinal: first & 0x80 != 0,
            reservedBits: first >> 4 & 0x7,
            opcode: first & 0xF,
            maskingKey: isMasked ? key(bytes, at: count - 4) : nil,
            payloadCount: payloadCount(bytes, secondByte: second))
        return (header, count)
    }

    /// RFC 6455 §5.2 — seven bits, or the 16 or 64 bits that follow, most significant byte first.
    private static func payloadCount(_ bytes: Span<UInt8>, secondByte: UInt8) -> UInt64 {
        switch secondByte & 0x7F {
        case 126: (2..<4).reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
        case 127: (2..<10).reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
        case let count: UInt64(count)
        }
    }

    private static func key(_ bytes: Span<UInt8>, at index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << (8 * UInt32($1)) }
    }
}
