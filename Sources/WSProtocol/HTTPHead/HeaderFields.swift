// The header fields of one head, in the order they came (RFC 9110 §5). The bytes of the head are kept once, and beside them where the
// fields stand that somebody asks for: two allocations, however many fields it has. Who wants all of them, or all of a name that stands
// there several times, walks the lines again.

/// The fields of a received head: looked up by name, all values of a name in order. An object, because the index is too large to be
/// handed around.
package final class HeaderFields: Sendable {
    /// The head with its last empty line.
    let bytes: [UInt8]
    private let index: FieldIndex

    /// `head` is whole and was checked by `HeadSearch`, which filled `index`.
    init(_ head: Span<UInt8>, _ index: FieldIndex) {
        bytes = [UInt8](copying: head)
        self.index = index
    }

    /// How many fields there are.
    package var count: Int { index.count }

    /// All fields in order, names as they were sent.
    package var all: [HTTPField] {
        var fields: [HTTPField] = []
        walkLines { name, value in
            fields.append(HTTPField(HeaderFields.text(bytes[name]), HeaderFields.text(bytes[value])))
            return true
        }
        return fields
    }

    /// Whether a field of this name is there.
    package func contains(_ name: FieldName) -> Bool { index.contains(name) }

    /// The value of the first field of this name.
    package func first(_ name: FieldName) -> String? {
        index.contains(name) ? HeaderFields.text(bytes[firstValue(of: name)]) : nil
    }

    /// The values of all fields of this name, in order.
    package func values(of name: FieldName) -> [String] {
        var values: [String] = []
        walkValues(of: name) { value in
            values.append(HeaderFields.text(bytes[value]))
            return true
        }
        return values
    }

    /// Whether `isWanted` holds for the bytes of each value of this name; true without one.
    func allValues(of name: FieldName, satisfy isWanted: (Span<UInt8>) -> Bool) -> Bool {
        walkValues(of: name) { withBytes(in: $0, isWanted) }
    }

    /// Where the value of this name stands, when exactly one field has it; read it with `withBytes(in:_:)`.
    func only(_ name: FieldName) -> Range<Int>? {
        index.contains(name) && !index.isRepeated(name) ? firstValue(of: name) : nil
    }

    /// Whether exactly one field has this name, and this value.
    func isOnly(_ value: StaticString, in name: FieldName) -> Bool {
        guard let range = only(name) else { return false }
        return withBytes(in: range) { $0.equals(value) }
    }

    /// Calls `body` with the bytes that stand in `range`.
    @inline(__always)
    func withBytes<Result, Failure: Error>(
        in range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = bytes
        return try body(bytes.span.extracting(range))
    }

    /// The elements of a comma-separated list that may be spread over several fields (RFC 9110 §5.6.1). Empty elements are
    /// left out, as the section asks of recipients. Not for values with quoted commas.
    package func elements(of name: FieldName) -> [String] {
        var elements: [String] = []
        walkElements(of: name) { element in
            elements.append(HeaderFields.text(bytes[element]))
            return true
        }
        return elements
    }

    /// Whether the list `name` has the element `token`, in any case.
    package func lists(_ token: String, in name: FieldName) -> Bool {
        let wanted = token.utf8.span
        // Most lists have one element.
        if let value = only(name), withBytes(in: value, { equalIgnoringCase($0, wanted) }) { return true }
        return !walkElements(of: name) { element in
            !withBytes(in: element) { equalIgnoringCase($0, wanted) }
        }
    }

    /// Goes through the list's elements as long as `body` returns true. Whether it came to the end.
    @discardableResult
    @inline(__always)
    private func walkElements(of name: FieldName, _ body: (Range<Int>) -> Bool) -> Bool {
        walkValues(of: name) { value in
            var start = value.lowerBound
            while start < value.upperBound {
                var end = start
                while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
                let element = trimmed(start..<end)
                guard element.isEmpty || body(element) else { return false }
                start = end + 1
            }
            return true
        }
    }

    /// Goes through the values of this name as long as `body` returns true. Whether it came to the end.
    @discardableResult
    @inline(__always)
    private func walkValues(of name: FieldName, _ body: (Range<Int>) -> Bool) -> Bool {
        guard index.contains(name) else { return true }
        guard index.isRepeated(name) else { return body(firstValue(of: name)) }
        return walkLines { field, value in
            withBytes(in: field) { FieldName.table.name($0, 0..<$0.count) } == name ? body(value) : true
        }
    }

    /// Goes through all fields as long as `body` returns true. Whether it came to the end.
    @discardableResult
    private func walkLines(_ body: (_ name: Range<Int>, _ value: Range<Int>) -> Bool) -> Bool {
        var rest = bytes[index.start...]
        for _ in 0..<index.count {
            let name = rest.prefix { $0 != ByteClass.colon }.indices
            let value = rest[name.upperBound...].dropFirst().prefix { $0 != ByteClass.carriageReturn }.indices
            guard body(name, trimmed(value)) else { return false }
            rest = rest[value.upperBound...].dropFirst(2)
        }
        return true
    }

    private func firstValue(of name: FieldName) -> Range<Int> { trimmed(index.value(of: name)) }

    /// `range` without white space at its ends.
    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, ByteClass.isSpace(bytes[start]) { start += 1 }
        while end > start, ByteClass.isSpace(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// A value as text. Bytes above 0x7F are read as ISO 8859-1, which keeps each of them apart: nothing is repaired.
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        var text = ""
        for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
        return text
    }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var slice = bytes
        while let first = slice.first, ByteClass.isSpace(first) { slice.removeFirst() }
        while let last = slice.last, ByteClass.isSpace(last) { slice.removeLast() }
        return slice
    }
}
