// Base64 with the plain alphabet (RFC 4648 §4). Decoding is strict: one text for each value, nothing ignored, nothing added.
// Built for the accept key and its nonce (RFC 6455 §4.1, §4.2.2), where a second spelling of one key would be a second key.

/// Base64 as in RFC 4648 §4: 64 characters, padded with `=`.
package enum Base64 {
    /// The padded text of `bytes`.
    package static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return text
    }

    /// Appends the padded text of `bytes`.
    package static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        text.append(addingCapacity: (bytes.count + 2) / 3 * 4) { output in
            var index = 0
            while index &+ 3 <= bytes.count {
                let high = UInt32(bytes[index]) << 16 | UInt32(bytes[index &+ 1]) << 8
                let group = high | UInt32(bytes[index &+ 2])
                output.append(character(group >> 18))
                output.append(character(group >> 12 & 63))
                output.append(character(group >> 6 & 63))
                output.append(character(group & 63))
                index &+= 3
            }
            guard index < bytes.count else { return }
            // RFC 4648 §4 — one or two bytes at the end: zero bits, then padding.
            let hasSecond = bytes.count - index == 2
            let group = UInt32(bytes[index]) << 16 | (hasSecond ? UInt32(bytes[index + 1]) << 8 : 0)
            output.append(character(group >> 18))
            output.append(character(group >> 12 & 63))
            output.append(hasSecond ? character(group >> 6 & 63) : UInt8(ascii: "="))
            output.append(UInt8(ascii: "="))
        }
    }

    /// RFC 4648 §4, table 1. Computed: a table would be looked up once for each character.
    @inline(__always)
    private static func character(_ value: UInt32) -> UInt8 {
        let byte = UInt8(truncatingIfNeeded: value)
        return switch byte {
        case ..<26: byte &+ UInt8(ascii: "A")
        case ..<52: byte &+ (UInt8(ascii: "a") - 26)
        case ..<62: byte &- (52 - UInt8(ascii: "0"))
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    /// The bytes that `text` stands for, or nil when it is not exactly what `encode` writes: a foreign character, white space,
    /// missing or early padding, or unused bits that are not zero (RFC 4648 §3.3, §3.5).
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        let isWhole = decode(text) { group, count in
            bytes.append(UInt8(truncatingIfNeeded: group >> 16))
            if count > 1 { bytes.append(UInt8(truncatingIfNeeded: group >> 8)) }
            if count > 2 { bytes.append(UInt8(truncatingIfNeeded: group)) }
        }
        return isWhole ? bytes : nil
    }

    /// How many bytes `decode` would give, without an allocation; nil when it would give nil.
    package static func decodedCount(_ text: Span<UInt8>) -> Int? {
        var index = 0
        // Eight at a time as long as no padding may come.
        while index &+ 8 < text.count {
            guard Base64Word(text.extracting(index..<index &+ 8)).isAlphabet else { return nil }
            index &+= 8
        }
        var total = index / 4 * 3
        return decode(text.extracting(index...), { _, count in total += count }) ? total : nil
    }

    /// Hands over each group of one to three bytes, the first in the bits from 16 on; false when `text` is not valid from there on.
    @inline(__always)
    private static func decode(_ text: Span<UInt8>, _ take: (_ group: UInt32, _ count: Int) -> Void) -> Bool {
        guard text.count.isMultiple(of: 4) else { return false }
        var index = 0
        while index < text.count {
            let isLast = index + 4 == text.count
            let padding = isLast ? paddingCount(text[index + 2], text[index + 3]) : 0
            var group: UInt32 = 0
            for position in 0..<4 - padding {
                guard let value = value(of: text[index + position]) else { return false }
                group |= value << (18 - 6 * UInt32(position))
            }
            // RFC 4648 §3.5 — bits that stand for nothing are zero.
            guard padding == 0 || group & (padding == 1 ? 0xFF : 0xFFFF) == 0 else { return false }
            take(group, 3 - padding)
            index += 4
        }
        return true
    }

    private static func paddingCount(_ third: UInt8, _ fourth: UInt8) -> Int {
        guard fourth == UInt8(ascii: "=") else { return 0 }
        return third == UInt8(ascii: "=") ? 2 : 1
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
