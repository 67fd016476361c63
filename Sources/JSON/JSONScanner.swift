// The leaves of the grammar: strings, numbers and words (RFC 8259 §3, §6, §7). Each function takes the text and where the leaf
// begins, and gives where it ends.

enum JSONScanner {
    /// RFC 8259 §2 — space, tab, line feed, carriage return; nothing else.
    static func skipWhiteSpace(_ text: Span<UInt8>, from start: Int) -> Int {
        var offset = start
        while offset < text.count {
            switch text[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return offset
            }
        }
        return offset
    }

    /// The string whose quotation mark stands at `start`; it ends one byte behind its location.
    static func string(_ text: Span<UInt8>, at start: Int) throws(JSONError) -> JSONString {
        var offset = start + 1
        var isASCII = true
        var hasEscapes = false
        scan: while true {
            guard offset < text.count else { throw JSONError(.unexpectedEnd(expected: .stringEnd), at: offset) }
            let byte = text[offset]
            switch byte {
            case UInt8(ascii: "\""): break scan
            case UInt8(ascii: "\\"):
                hasEscapes = true
                offset = try JSONEscape(text, at: offset).end
            case 0x00...0x1F: throw JSONError(.controlCharacter(byte), at: offset)
            case 0x80...0xFF:
                isASCII = false
                offset += 1
            default: offset += 1
            }
        }
        let location = start + 1..<offset
        // Quotation marks and backslashes are never inside a sequence of UTF-8, so checking the whole is enough.
        if !isASCII { try checkUTF8(text.extracting(location), at: location.lowerBound) }
        return JSONString(location: location, hasEscapes: hasEscapes)
    }

    private static func checkUTF8(_ bytes: Span<UInt8>, at start: Int) throws(JSONError) {
        do {
            _ = try UTF8Span(validating: bytes)
        } catch {
            throw JSONError(.invalidUTF8, at: start + error.byteOffsets.lowerBound)
        }
    }

    /// RFC 8259 §6 — [ "-" ] int [ frac ] [ exp ]
    static func number(_ text: Span<UInt8>, at start: Int) throws(JSONError) -> JSONNumber {
        var offset = start
        if text[offset] == UInt8(ascii: "-") { offset += 1 }
        let first = offset
        offset = try digits(text, from: offset)
        guard text[first] != UInt8(ascii: "0") || offset == first + 1 else { throw JSONError(.leadingZero, at: first) }
        if offset < text.count, text[offset] == UInt8(ascii: ".") { offset = try digits(text, from: offset + 1) }
        if offset < text.count, text[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            if offset < text.count, text[offset] == UInt8(ascii: "+") || text[offset] == UInt8(ascii: "-") {
                offset += 1
            }
            offset = try digits(text, from: offset)
        }
        return JSONNumber(location: start..<offset)
    }

    /// The end of at least one digit.
    private static func digits(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        var offset = start
        while offset < text.count, text[offset] &- UInt8(ascii: "0") <= 9 { offset += 1 }
        guard offset > start else { throw unexpected(text, at: offset, .digit) }
        return offset
    }

    /// The end of `word`, which stands at `start`.
    static func literal(_ word: String, _ text: Span<UInt8>, at start: Int) throws(JSONError) -> Int {
        var offset = start
        for letter in word.utf8 {
            guard offset < text.count, text[offset] == letter else { throw unexpected(text, at: offset, .literal) }
            offset += 1
        }
        return offset
    }

    /// The byte at `offset`, or the end of the text, is not what the grammar wants.
    static func unexpected(_ text: Span<UInt8>, at offset: Int, _ expected: JSONExpectation) -> JSONError {
        guard offset < text.count else { return JSONError(.unexpectedEnd(expected: expected), at: offset) }
        return JSONError(.unexpectedByte(text[offset], expected: expected), at: offset)
    }
}
