// A string of a text, and what it stands for (RFC 8259 §7). It is told by its place: nothing is copied until somebody asks. The
// reader has checked it, so nothing here can fail; `text` is always the text that the reader read.

/// A string that the reader found to be well-formed.
package struct JSONString: Equatable, Sendable {
    /// Its bytes in the text, without the quotation marks.
    package let location: Range<Int>
    /// Whether a backslash is among them; else they are the string itself.
    package let hasEscapes: Bool

    /// The string as UTF-8, escapes resolved.
    package func bytes(in text: Span<UInt8>) -> [UInt8] {
        let raw = text.extracting(location)
        guard hasEscapes else { return [UInt8](copying: raw) }
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var offset = 0
        while offset < raw.count {
            let start = offset
            while offset < raw.count, raw[offset] != UInt8(ascii: "\\") { offset += 1 }
            result.append(copying: raw.extracting(start..<offset))
            guard offset < raw.count, let escape = try? JSONEscape(raw, at: offset) else { break }
            result.append(contentsOf: UTF8.encode(escape.scalar) ?? UTF8.encodedReplacementCharacter)
            offset = escape.end
        }
        return result
    }

    /// The string as text.
    package func text(in text: Span<UInt8>) -> String { String(decoding: bytes(in: text), as: UTF8.self) }

    /// How many characters (Unicode scalars) the string has, escapes resolved. Nothing is built.
    package func scalarCount(in text: Span<UInt8>) -> Int {
        let raw = text.extracting(location)
        var count = 0
        var offset = 0
        while offset < raw.count {
            if raw[offset] == UInt8(ascii: "\\") {
                guard let escape = try? JSONEscape(raw, at: offset) else { break }
                offset = escape.end
                count += 1
            } else {
                // RFC 3629 §3 — the bytes behind the first of a sequence are 10xxxxxx.
                if raw[offset] & 0xC0 != 0x80 { count += 1 }
                offset += 1
            }
        }
        return count
    }

    /// Whether the string is `other`, compared as bytes: no two spellings of one character are taken for each other.
    package func equals(_ other: String, in text: Span<UInt8>) -> Bool {
        if hasEscapes { return bytes(in: text).elementsEqual(other.utf8) }
        let raw = text.extracting(location)
        guard raw.count == other.utf8.count else { return false }
        var offset = 0
        for byte in other.utf8 {
            guard raw[offset] == byte else { return false }
            offset += 1
        }
        return true
    }
}
