// The header fields of one head, in the order they came (RFC 9110 §5). The bytes of the head are kept once; a field is four
// numbers into them, so a head costs two allocations however many fields it has.

/// The fields of a received head: looked up by name without regard to case, all values of a name in order.
package struct HeaderFields: Sendable {
    /// Where one field stands in the bytes of its head.
    struct Location: Sendable {
        var nameStart: Int32
        var nameEnd: Int32
        var valueStart: Int32
        var valueEnd: Int32
        /// Tells most names apart without a look at their bytes.
        var mark: Mark
    }

    /// Length, first and last byte of a name, letters in lower case.
    struct Mark: Sendable, Equatable {
        private var value: UInt32

        /// `name` is not empty.
        init(_ name: Span<UInt8>) {
            let ends = UInt32(name[0] | 0x20) << 8 | UInt32(name[name.count - 1] | 0x20)
            value = UInt32(truncatingIfNeeded: name.count) << 16 | ends
        }

        /// One of 64 bits: a name whose bit no field of the head has is not there.
        var bit: UInt64 { 1 << UInt64((value &* 0x9E37_79B1) >> 26) }
    }

    /// The head.
    let bytes: [UInt8]
    private let locations: [Location]
    /// The bits of all names.
    private let present: UInt64

    init(bytes: [UInt8], locations: [Location]) {
        self.bytes = bytes
        self.locations = locations
        var present: UInt64 = 0
        let places = locations.span
        for index in places.indices { present |= places[index].mark.bit }
        self.present = present
    }

    /// How many fields there are.
    package var count: Int { locations.count }

    /// All fields in order, names as they were sent.
    package var all: [HTTPField] {
        locations.map { location in
            let name = bytes[Int(location.nameStart)..<Int(location.nameEnd)]
            return HTTPField(HeaderFields.text(name), HeaderFields.text(bytes[range(of: location)]))
        }
    }

    /// Whether a field of this name is there.
    package func contains(_ name: String) -> Bool { next(name, from: 0) != nil }

    /// The value of the first field of this name.
    package func first(_ name: String) -> String? {
        next(name, from: 0).map { HeaderFields.text(bytes[range(of: locations[$0])]) }
    }

    /// The values of all fields of this name, in order.
    package func values(of name: String) -> [String] {
        var values: [String] = []
        var place = next(name, from: 0)
        while let index = place {
            values.append(HeaderFields.text(bytes[range(of: locations[index])]))
            place = next(name, from: index + 1)
        }
        return values
    }

    /// Whether `isWanted` holds for the bytes of each value of this name; true without one.
    func allValues(of name: String, satisfy isWanted: (Span<UInt8>) -> Bool) -> Bool {
        var place = next(name, from: 0)
        while let index = place {
            guard isWanted(bytes.span.extracting(range(of: locations[index]))) else { return false }
            place = next(name, from: index + 1)
        }
        return true
    }

    /// Where the value of this name stands, when exactly one field has it; read it with `bytes(in:)`.
    func only(_ name: String) -> Range<Int>? {
        let wanted = name.utf8.span
        let mark = Mark(wanted)
        guard let index = next(wanted, mark, from: 0), next(wanted, mark, from: index + 1) == nil else { return nil }
        return range(of: locations[index])
    }

    /// Whether exactly one field has this name, and this value.
    func isOnly(_ value: String, in name: String) -> Bool {
        guard let range = only(name) else { return false }
        return bytes.span.equals(value, in: range)
    }

    /// Calls `body` with the bytes of a value that was found by `only`.
    func withBytes<Result, Failure: Error>(
        in range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes.span.extracting(range))
    }

    /// The elements of a comma-separated list that may be spread over several fields (RFC 9110 §5.6.1). Empty elements are
    /// left out, as the section asks of recipients. Not for values with quoted commas.
    package func elements(of name: String) -> [String] {
        var elements: [String] = []
        _ = anyElement(of: name) { element in
            elements.append(HeaderFields.text(bytes[element]))
            return false
        }
        return elements
    }

    /// Whether the list `name` has the element `token`, in any case.
    package func lists(_ token: String, in name: String) -> Bool {
        let wanted = token.utf8.span
        return anyElement(of: name) { element in
            let bytes = bytes.span
            return equalIgnoringCase(bytes.extracting(element), wanted)
        }
    }

    /// Whether one of the list's elements is the wanted one; stops there.
    @inline(__always)
    private func anyElement(of name: String, where isWanted: (Range<Int>) -> Bool) -> Bool {
        var place = next(name, from: 0)
        while let index = place {
            let value = range(of: locations[index])
            var start = value.lowerBound
            while start < value.upperBound {
                var end = start
                while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
                let element = trimmed(start..<end)
                if !element.isEmpty && isWanted(element) { return true }
                start = end + 1
            }
            place = next(name, from: index + 1)
        }
        return false
    }

    /// The next field of this name, from the one with number `start` on.
    private func next(_ name: String, from start: Int) -> Int? {
        let wanted = name.utf8.span
        return next(wanted, Mark(wanted), from: start)
    }

    @inline(__always)
    private func next(_ wanted: Span<UInt8>, _ mark: Mark, from start: Int) -> Int? {
        guard present & mark.bit != 0 else { return nil }
        let places = locations.span
        var index = start
        while index < places.count {
            if places[index].mark == mark {
                let found = Int(places[index].nameStart)..<Int(places[index].nameEnd)
                if equalIgnoringCase(bytes.span.extracting(found), wanted) { return index }
            }
            index &+= 1
        }
        return nil
    }

    private func range(of location: Location) -> Range<Int> { Int(location.valueStart)..<Int(location.valueEnd) }

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
