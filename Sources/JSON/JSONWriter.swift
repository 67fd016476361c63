// Writes a JSON text (RFC 8259) without white space, behind whatever the array already holds. Commas come by themselves; that
// arrays and objects are closed, and that an object gets names, is the caller's part.
//
// Escaped is what §7 demands: quotation mark, backslash and control characters, the latter in their short form where there is one.
// Everything else stands as UTF-8. U+2028 and "</" matter only to who pastes the text into a script of an HTML page, which we never do.

/// Writes one JSON text from its beginning to its end, value by value. It checks nothing and never fails.
package struct JSONWriter: Sendable {
    /// What was there before and what has been written.
    package private(set) var bytes: [UInt8]
    private var needsComma = false

    /// Writes behind `bytes`; handed over with their last use, their memory serves again.
    package init(appendingTo bytes: consuming [UInt8] = []) { self.bytes = bytes }

    /// Then `name` or `member` for each member, and `endObject`.
    package mutating func beginObject() { begin(UInt8(ascii: "{")) }
    /// Closes the innermost bracket, which must be an object's.
    package mutating func endObject() { end(UInt8(ascii: "}")) }
    /// Then a value for each element, and `endArray`.
    package mutating func beginArray() { begin(UInt8(ascii: "[")) }
    /// Closes the innermost bracket, which must be an array's.
    package mutating func endArray() { end(UInt8(ascii: "]")) }

    /// The name of the next member.
    package mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The name of the next member: a literal with nothing to escape.
    package mutating func name(plain name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(name)
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The name of the next member, as UTF-8.
    package mutating func name(utf8 name: Span<UInt8>) {
        string(utf8: name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A string, escaped as §7 demands and no more.
    package mutating func string(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        separate()
        JSONWriter.appendQuoted(text.utf8.span, to: &bytes)
    }

    /// A string from UTF-8. What is not UTF-8 is replaced by U+FFFD, so that the text stays JSON.
    package mutating func string(utf8 text: Span<UInt8>) {
        guard (try? UTF8Span(validating: text)) != nil else {
            string(String(decoding: [UInt8](copying: text), as: UTF8.self))
            return
        }
        separate()
        JSONWriter.appendQuoted(text, to: &bytes)
    }

    /// A number without fraction. Beyond 2^53 many readers round it (§6); write such a number as a string.
    package mutating func integer(_ value: Int64) { word("\(value)") }
    /// The same for numbers above `Int64.max`.
    package mutating func unsignedInteger(_ value: UInt64) { word("\(value)") }
    /// `true` or `false`.
    package mutating func boolean(_ value: Bool) { word(value ? "true" : "false") }
    /// `null`.
    package mutating func null() { word("null") }

    /// A value that a `JSONReader` has read, as it came.
    package mutating func raw(_ value: Span<UInt8>) {
        separate()
        bytes.append(copying: value)
    }

    /// A value that a `JSONReader` has read, without the white space between its tokens: it stays on one line.
    package mutating func compact(_ value: Span<UInt8>) {
        separate()
        var isInString = false
        var start = 0
        var offset = 0
        while offset < value.count {
            let byte = value[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "\\"): offset += 1
            case 0x20, 0x09, 0x0A, 0x0D:
                guard !isInString else { continue }
                bytes.append(copying: value.extracting(start..<offset - 1))
                start = offset
            default: continue
            }
        }
        bytes.append(copying: value.extracting(start..<value.count))
    }

    /// A tree, without recursion.
    package mutating func value(_ value: JSONValue) {
        var open: [JSONCursor] = []
        leafOrStart(value, &open)
        while let top = open.indices.last {
            guard let next = open[top].next() else {
                if open[top].isObject { endObject() } else { endArray() }
                open.removeLast()
                continue
            }
            if let name = next.name { self.name(utf8: name.span) }
            leafOrStart(next.value, &open)
        }
    }

    // MARK: Members of an object

    /// Name and string; both are escaped.
    package mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }

    /// Name and number.
    package mutating func member(_ name: String, _ value: Int) {
        self.name(name)
        integer(Int64(value))
    }

    /// Name and `true` or `false`.
    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        boolean(value)
    }

    // MARK: Pieces

    private mutating func leafOrStart(_ value: JSONValue, _ open: inout [JSONCursor]) {
        switch value {
        case .null: null()
        case .boolean(let value): boolean(value)
        case .number(let digits): raw(digits.span)
        case .string(let text): string(utf8: text.span)
        case .array(let elements):
            beginArray()
            open.append(.elements(elements[...]))
        case .object(let members):
            beginObject()
            open.append(.members(members[...]))
        }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func word(_ word: String) {
        separate()
        bytes.append(contentsOf: word.utf8)
    }

    /// RFC 8259 §7, with the quotation marks. Runs of bytes that need no escape are copied whole.
    private static func appendQuoted(_ text: Span<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        for offset in text.indices {
            let byte = text[offset]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            bytes.append(copying: text.extracting(start..<offset))
            start = offset + 1
            bytes.append(UInt8(ascii: "\\"))
            switch byte {
            case 0x08: bytes.append(UInt8(ascii: "b"))
            case 0x09: bytes.append(UInt8(ascii: "t"))
            case 0x0A: bytes.append(UInt8(ascii: "n"))
            case 0x0C: bytes.append(UInt8(ascii: "f"))
            case 0x0D: bytes.append(UInt8(ascii: "r"))
            case 0x00...0x1F:
                bytes.append(contentsOf: byte < 0x10 ? "u000".utf8 : "u001".utf8)
                bytes.append(hexadecimal(byte & 0x0F))
            default: bytes.append(byte)
            }
        }
        bytes.append(copying: text.extracting(start..<text.count))
        bytes.append(UInt8(ascii: "\""))
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}

/// What is left of an open array or object while a tree is written.
private enum JSONCursor {
    case elements(ArraySlice<JSONValue>)
    case members(ArraySlice<JSONMember>)

    var isObject: Bool {
        switch self {
        case .elements: false
        case .members: true
        }
    }

    mutating func next() -> (name: [UInt8]?, value: JSONValue)? {
        switch self {
        case .elements(let slice):
            guard let value = slice.first else { return nil }
            self = .elements(slice.dropFirst())
            return (nil, value)
        case .members(let slice):
            guard let member = slice.first else { return nil }
            self = .members(slice.dropFirst())
            return (member.name, member.value)
        }
    }
}
