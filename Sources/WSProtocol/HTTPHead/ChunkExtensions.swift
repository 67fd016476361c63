// The grammar of chunk extensions (RFC 9112 §7.1.1). None of them means anything here, but what does not fit is refused: two programs
// could read it in two ways (faults H3).
//
//   chunk-ext = *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )

enum ChunkExtensions {
    /// Whether `text`, all that stands behind the digits of a chunk size, fits the grammar.
    static func isWellFormed(_ text: Span<UInt8>) -> Bool {
        var index = 0
        while index < text.count {
            skipSpace(text, &index)
            guard take(UInt8(ascii: ";"), text, &index) else { return false }
            skipSpace(text, &index)
            guard takeToken(text, &index) else { return false }
            let nameEnd = index
            skipSpace(text, &index)
            guard take(UInt8(ascii: "="), text, &index) else {
                index = nameEnd
                continue
            }
            skipSpace(text, &index)
            guard takeToken(text, &index) || takeQuotedString(text, &index) else { return false }
        }
        return true
    }

    private static func takeToken(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        let start = index
        while index < text.count, ByteClass.isToken(text[index]) { index += 1 }
        return index > start
    }

    /// RFC 9110 §5.6.4.
    private static func takeQuotedString(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        guard take(UInt8(ascii: "\""), text, &index) else { return false }
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            guard ByteClass.isFieldContent(byte) else { return false }
            if byte == UInt8(ascii: "\\") {
                guard index < text.count, ByteClass.isFieldContent(text[index]) else { return false }
                index += 1
            }
        }
        return false
    }

    private static func take(_ byte: UInt8, _ text: Span<UInt8>, _ index: inout Int) -> Bool {
        guard index < text.count, text[index] == byte else { return false }
        index += 1
        return true
    }

    private static func skipSpace(_ text: Span<UInt8>, _ index: inout Int) {
        while index < text.count, ByteClass.isSpace(text[index]) { index += 1 }
    }
}
