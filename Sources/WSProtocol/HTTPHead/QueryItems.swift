// The query of a target, read as browsers and most programs write it: name=value pairs between "&", percent-encoded, "+" for a
// space (WHATWG URL, application/x-www-form-urlencoded).

/// The decoded items of a query, in order.
package struct QueryItems: Sendable {
    /// Decoded: percent-encoding resolved, "+" a space. Names may repeat, values may be empty.
    package let all: [(name: String, value: String)]

    /// Decodes `raw` (what follows the "?").
    package init(_ raw: String) throws(HTTPRefusal) {
        var items: [(name: String, value: String)] = []
        for item in raw.utf8.split(separator: UInt8(ascii: "&")) {
            let equals = item.firstIndex(of: UInt8(ascii: "="))
            let name = try PercentDecoding.text(item[..<(equals ?? item.endIndex)], plusIsSpace: true)
            let value = equals.map { item[item.index(after: $0)...] } ?? item[item.endIndex...]
            items.append((name, try PercentDecoding.text(value, plusIsSpace: true)))
        }
        all = items
    }

    /// The values of all items of this name, byte by byte the same: to a String the Kelvin sign is a K (faults X2).
    package func values(of name: String) -> [String] {
        all.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
    }

    /// The one value of this name, nil when there is none; several are refused, as programs differ in which one counts.
    package func value(of name: String) throws(HTTPRefusal) -> String? {
        let found = values(of: name)
        guard found.count <= 1 else {
            throw HTTPRefusal(.badRequest, "The query has \(Quoted.text(name)) more than once; send it once.")
        }
        return found.first
    }
}
