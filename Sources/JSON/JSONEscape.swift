// One escape of a string (RFC 8259 §7): a backslash and a letter, or \u and four hexadecimal digits; characters above U+FFFF are
// two such, a surrogate pair. Half a pair is refused.

struct JSONEscape {
    let scalar: Unicode.Scalar
    /// Behind the escape.
    let end: Int

    /// Reads the escape whose backslash stands at `start`.
    init(_ text: Span<UInt8>, at start: Int) throws(JSONError) {
        guard start + 1 < text.count else { throw JSONError(.unexpectedEnd(expected: .stringEnd), at: text.count) }
        let short: Unicode.Scalar
        switch text[start + 1] {
        case UInt8(ascii: "\""): short = "\""
        case UInt8(ascii: "\\"): short = "\\"
        case UInt8(ascii: "/"): short = "/"
        case UInt8(ascii: "b"): short = "\u{8}"
        case UInt8(ascii: "f"): short = "\u{C}"
        case UInt8(ascii: "n"): short = "\n"
        case UInt8(ascii: "r"): short = "\r"
        case UInt8(ascii: "t"): short = "\t"
        case UInt8(ascii: "u"):
            (scalar, end) = try JSONEscape.unicode(text, at: start)
            return
        default: throw JSONError(.invalidEscape, at: start + 1)
        }
        (scalar, end) = (short, start + 2)
    }

    private static func unicode(
        _ text: Span<UInt8>, at start: Int
    ) throws(JSONError) -> (scalar: Unicode.Scalar, end: Int) {
        let unit = try codeUnit(text, at: start + 2)
        if let scalar = Unicode.Scalar(unit) { return (scalar, start + 6) }
        // A surrogate: only a high one with a low one right behind it means something.
        guard unit < 0xDC00, start + 7 < text.count, text[start + 6] == UInt8(ascii: "\\"),
            text[start + 7] == UInt8(ascii: "u")
        else { throw JSONError(.loneSurrogate, at: start) }
        let low = try codeUnit(text, at: start + 8)
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x1_0000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw JSONError(.loneSurrogate, at: start) }
        return (scalar, start + 12)
    }

    /// Four hexadecimal digits.
    private static func codeUnit(_ text: Span<UInt8>, at start: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for offset in start..<start + 4 {
            guard offset < text.count else { throw JSONError(.unexpectedEnd(expected: .stringEnd), at: text.count) }
            guard let digit = hexadecimal(text[offset]) else { throw JSONError(.invalidEscape, at: offset) }
            unit = unit << 4 | digit
        }
        return unit
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
