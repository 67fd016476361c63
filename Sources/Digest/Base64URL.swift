// Base64 for URLs (RFC 4648 §5) as tokens use it (RFC 7515 §2): "-" and "_", no padding. Decoding is strict: one text for each value, or a
// token could be spelled in several ways and pass by a list that names it (fault J12).

/// Base64url without padding.
package enum Base64URL {
    /// The text of `bytes`.
    package static func encode(_ bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        append(bytes, to: &text)
        return text
    }

    /// Appends the text of `bytes`.
    package static func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
        text.append(addingCapacity: (bytes.count * 4 + 2) / 3) { output in
            var bits: UInt32 = 0
            var bitCount: UInt32 = 0
            for index in bytes.indices {
                bits = bits << 8 | UInt32(bytes[index])
                bitCount += 8
                while bitCount >= 6 {
                    bitCount -= 6
                    output.append(character(UInt8(truncatingIfNeeded: bits >> bitCount & 63)))
                }
            }
            if bitCount > 0 { output.append(character(UInt8(truncatingIfNeeded: bits << (6 - bitCount) & 63))) }
        }
    }

    /// The bytes that `text` stands for, or nil when it is not exactly what `encode` writes: padding, white space, a character of another
    /// alphabet, one character alone at the end, or bits there that stand for nothing and are not zero (RFC 4648 §3.2, §3.3, §3.5).
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var isValid = true
        let bytes = [UInt8](capacity: text.count / 4 * 3 + 2) { output in
            var bits: UInt32 = 0
            var bitCount: UInt32 = 0
            for index in text.indices {
                guard let value = value(of: text[index]) else {
                    isValid = false
                    return
                }
                bits = bits << 6 | value
                bitCount += 6
                if bitCount >= 8 {
                    bitCount -= 8
                    output.append(UInt8(truncatingIfNeeded: bits >> bitCount))
                }
            }
            isValid = bits & (1 << bitCount - 1) == 0
        }
        return isValid ? bytes : nil
    }

    /// RFC 4648 §5, table 2.
    @inline(__always)
    private static func character(_ value: UInt8) -> UInt8 {
        switch value {
        case ..<26: value &+ UInt8(ascii: "A")
        case ..<52: value &+ (UInt8(ascii: "a") - 26)
        case ..<62: value &- (52 - UInt8(ascii: "0"))
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }

    @inline(__always)
    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character &- UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character &- UInt8(ascii: "a")) &+ 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character &- UInt8(ascii: "0")) &+ 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
