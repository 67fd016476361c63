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
    }

    private let bytes: [UInt8]
    private let locations: [Location]

    init(bytes: [UInt8], locations: [Location]) {
        self.bytes = bytes
        self.locations = locations
    }

    /// How many fields there are.
    package var count: Int { locations.count }

    /// All fields in order, names as they were sent.
    package var all: [HTTPField] {
        locations.map { HTTPField(HeaderFields.text(name(of: $0)), HeaderFields.text(value(of: $0))) }
    }

    /// Whether a field of this name is there.
    package func contains(_ name: String) -> Bool { locations.contains { isNamed($0, name) } }

    /// The value of the first field of this name.
    package func first(_ name: String) -> String? {
        locations.first { isNamed($0, name) }.map { HeaderFields.text(value(of: $0)) }
    }

    /// The values of all fields of this name, in order.
    package func values(of name: String) -> [String] {
        var values: [String] = []
        for location in locations where isNamed(location, name) {
            values.append(HeaderFields.text(value(of: location)))
        }
        return values
    }

    /// The elements of a comma-separated list that may be spread over several fields (RFC 9110 §5.6.1). Empty elements are
    /// left out, as the section asks of recipients. Not for values with quoted commas.
    package func elements(of name: String) -> [String] {
        var elements: [String] = []
        _ = anyElement(of: name) { element in
            elements.append(HeaderFields.text(element))
            return false
        }
        return elements
    }

    /// Whether the list `name` has the element `token`, in any case.
    package func lists(_ token: String, in name: String) -> Bool {
        anyElement(of: name) { equalIgnoringCase($0, token.utf8) }
    }

    /// Whether one of the list's elements is the wanted one; stops there.
    private func anyElement(of name: String, where isWanted: (ArraySlice<UInt8>) -> Bool) -> Bool {
        for location in locations where isNamed(location, name) {
            var rest = value(of: location)
            while !rest.isEmpty {
                let comma = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
                let element = HeaderFields.trimmed(rest[..<comma])
                if !element.isEmpty && isWanted(element) { return true }
                rest = rest[min(comma + 1, rest.endIndex)...]
            }
        }
        return false
    }

    private func isNamed(_ location: Location, _ name: String) -> Bool {
        var index = Int(location.nameStart)
        guard Int(location.nameEnd) - index == name.utf8.count else { return false }
        for byte in name.utf8 {
            guard ByteClass.lowercased(bytes[index]) == ByteClass.lowercased(byte) else { return false }
            index += 1
        }
        return true
    }

    private func name(of location: Location) -> ArraySlice<UInt8> {
        bytes[Int(location.nameStart)..<Int(location.nameEnd)]
    }

    private func value(of location: Location) -> ArraySlice<UInt8> {
        bytes[Int(location.valueStart)..<Int(location.valueEnd)]
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
