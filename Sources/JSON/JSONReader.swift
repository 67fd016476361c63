// Reads a JSON text (RFC 8259) token by token, strictly: what §2 to §7 do not allow is refused, and so are a byte order mark, half
// surrogate pairs and everything behind the one value. A text is whole: this reader does not wait for more bytes.
//
// It holds no text and no stack of objects: an offset, one bit for each open level, two counts. So nothing a peer sends makes it
// grow, and a million brackets end at the limit of depth (fault H10).

/// Reads one text, without an allocation: strings and numbers come as places in the text.
package struct JSONReader: Sendable {
    private enum State {
        case value
        /// After "[".
        case valueOrArrayEnd
        /// After "{".
        case nameOrObjectEnd
        /// After "," in an object.
        case name
        /// After a value inside an array or object.
        case afterElement
        /// After the one value of the text.
        case end
    }

    /// How deep and how many; over a limit is an error like any other.
    package let limits: JSONLimits
    /// The next byte to be read. After a token: right behind it (after a name behind its ":").
    package private(set) var offset = 0
    /// How many arrays and objects are open.
    package private(set) var depth = 0
    private var state = State.value
    /// The lowest bit is the innermost level: 1 for an object.
    private var levels: UInt64 = 0
    private var valueCount = 0

    /// At the beginning of a text.
    package init(limits: JSONLimits = JSONLimits()) { self.limits = limits }

    /// The next token of `text`, nil at the end of a complete one. Every call gets the same text. After an error the reader
    /// is of no further use.
    package mutating func next(in text: Span<UInt8>) throws(JSONError) -> JSONToken? {
        offset = JSONScanner.skipWhiteSpace(text, from: offset)
        if case .afterElement = state, offset < text.count, text[offset] == UInt8(ascii: ",") {
            state = isInObject ? .name : .value
            offset = JSONScanner.skipWhiteSpace(text, from: offset + 1)
        }
        guard offset < text.count else {
            if case .end = state { return nil }
            throw JSONError(.unexpectedEnd(expected: expectation), at: offset)
        }
        let byte = text[offset]
        switch state {
        case .value:
            return try value(text, byte)
        case .valueOrArrayEnd:
            return byte == UInt8(ascii: "]") ? close(.arrayEnd) : try value(text, byte)
        case .nameOrObjectEnd where byte == UInt8(ascii: "}"):
            return close(.objectEnd)
        case .name, .nameOrObjectEnd:
            return try name(text, byte)
        case .afterElement where byte == (isInObject ? UInt8(ascii: "}") : UInt8(ascii: "]")):
            return close(isInObject ? .objectEnd : .arrayEnd)
        case .afterElement, .end:
            throw JSONError(.unexpectedByte(byte, expected: expectation), at: offset)
        }
    }

    /// Reads the next value whole, with everything in it, and gives its bytes in `text`: a payload that is passed on as it
    /// came. Where an array may end, the end is an error; ask `next` when the array may be empty.
    package mutating func skipValue(in text: Span<UInt8>) throws(JSONError) -> Range<Int> {
        let outside = depth
        guard let first = try next(in: text) else { throw JSONScanner.unexpected(text, at: offset, .value) }
        let start: Int
        switch first {
        case .objectStart, .arrayStart:
            start = offset - 1
            while depth > outside { _ = try next(in: text) }
        case .string(let string): start = string.location.lowerBound - 1
        case .number(let number): start = number.location.lowerBound
        case .boolean(let value): start = offset - (value ? 4 : 5)
        case .null: start = offset - 4
        case .name(let name): throw JSONScanner.unexpected(text, at: name.location.lowerBound - 1, .value)
        case .objectEnd, .arrayEnd: throw JSONScanner.unexpected(text, at: offset - 1, .value)
        }
        return start..<offset
    }

    // MARK: Tokens

    private mutating func value(_ text: Span<UInt8>, _ byte: UInt8) throws(JSONError) -> JSONToken {
        guard valueCount < limits.valueCountMax else {
            throw JSONError(.tooManyValues(limit: limits.valueCountMax), at: offset)
        }
        valueCount += 1
        switch byte {
        case UInt8(ascii: "{"): return try open(isObject: true)
        case UInt8(ascii: "["): return try open(isObject: false)
        case UInt8(ascii: "\""):
            let string = try JSONScanner.string(text, at: offset)
            finish(at: string.location.upperBound + 1)
            return .string(string)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try JSONScanner.number(text, at: offset)
            finish(at: number.location.upperBound)
            return .number(number)
        case UInt8(ascii: "t"):
            finish(at: try JSONScanner.literal("true", text, at: offset))
            return .boolean(true)
        case UInt8(ascii: "f"):
            finish(at: try JSONScanner.literal("false", text, at: offset))
            return .boolean(false)
        case UInt8(ascii: "n"):
            finish(at: try JSONScanner.literal("null", text, at: offset))
            return .null
        case 0xEF where offset == 0 && text.count >= 3 && text[1] == 0xBB && text[2] == 0xBF:
            throw JSONError(.byteOrderMark, at: 0)
        default:
            throw JSONError(.unexpectedByte(byte, expected: expectation), at: offset)
        }
    }

    private mutating func name(_ text: Span<UInt8>, _ byte: UInt8) throws(JSONError) -> JSONToken {
        guard byte == UInt8(ascii: "\"") else {
            throw JSONError(.unexpectedByte(byte, expected: expectation), at: offset)
        }
        let name = try JSONScanner.string(text, at: offset)
        offset = JSONScanner.skipWhiteSpace(text, from: name.location.upperBound + 1)
        guard offset < text.count, text[offset] == UInt8(ascii: ":") else {
            throw JSONScanner.unexpected(text, at: offset, .colon)
        }
        offset += 1
        state = .value
        return .name(name)
    }

    // MARK: Levels

    private var isInObject: Bool { levels & 1 == 1 }

    private mutating func open(isObject: Bool) throws(JSONError) -> JSONToken {
        let depthMax = min(limits.depthMax, JSONLimits.depthCeiling)
        guard depth < depthMax else { throw JSONError(.tooDeep(limit: depthMax), at: offset) }
        depth += 1
        levels = levels << 1 | (isObject ? 1 : 0)
        offset += 1
        state = isObject ? .nameOrObjectEnd : .valueOrArrayEnd
        return isObject ? .objectStart : .arrayStart
    }

    private mutating func close(_ token: JSONToken) -> JSONToken {
        depth -= 1
        levels >>= 1
        finish(at: offset + 1)
        return token
    }

    /// A value ends at `end`.
    private mutating func finish(at end: Int) {
        offset = end
        state = depth == 0 ? .end : .afterElement
    }

    /// What the grammar allows in this state.
    private var expectation: JSONExpectation {
        switch state {
        case .value: .value
        case .valueOrArrayEnd: .valueOrArrayEnd
        case .nameOrObjectEnd: .nameOrObjectEnd
        case .name: .name
        case .afterElement: isInObject ? .commaOrObjectEnd : .commaOrArrayEnd
        case .end: .end
        }
    }
}
