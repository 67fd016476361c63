// A value of RESP as it stood on the wire. The tool's own idea of RESP, written from the specification alone and apart from the
// RESP room: what judges others must not share the mistakes of what is judged. Forms that mean the same stay apart (the three nulls).

/// What one reply can be (protocol-spec, RESP protocol description).
indirect enum WireValue: Equatable, Sendable {
    case simple([UInt8])
    case error([UInt8])
    case integer(Int64)
    case bulk([UInt8])
    /// `$-1`: RESP2.
    case nullBulk
    case array([WireValue])
    /// `*-1`: RESP2.
    case nullArray
    /// `_`: RESP3.
    case null
    case boolean(Bool)
    /// As it was written; the grammar was checked.
    case double([UInt8])
    case bigNumber([UInt8])
    case bulkError([UInt8])
    case verbatim(format: [UInt8], text: [UInt8])
    /// Keys and values in turn.
    case map([WireValue])
    case set([WireValue])
    case push([WireValue])

    /// Any of the three forms.
    var isNull: Bool {
        switch self {
        case .null, .nullBulk, .nullArray: true
        default: false
        }
    }

    /// The text of an error of either form.
    var errorText: [UInt8]? {
        switch self {
        case .error(let text), .bulkError(let text): text
        default: nil
        }
    }

    /// The bytes of anything that is a string, a number included.
    var text: [UInt8]? {
        switch self {
        case .simple(let text), .bulk(let text), .double(let text), .bigNumber(let text), .verbatim(_, let text): text
        case .integer(let number): Array("\(number)".utf8)
        default: nil
        }
    }

    /// What an aggregate holds; keys and values in turn for a map.
    var elements: [WireValue]? {
        switch self {
        case .array(let elements), .set(let elements), .push(let elements), .map(let elements): elements
        default: nil
        }
    }

    /// The name of its type, with the first byte.
    var kind: String {
        switch self {
        case .simple: "simple string (+)"
        case .error: "simple error (-)"
        case .integer: "integer (:)"
        case .bulk: "bulk string ($)"
        case .nullBulk: "null bulk string ($-1)"
        case .array: "array (*)"
        case .nullArray: "null array (*-1)"
        case .null: "null (_)"
        case .boolean: "boolean (#)"
        case .double: "double (,)"
        case .bigNumber: "big number (()"
        case .bulkError: "bulk error (!)"
        case .verbatim: "verbatim string (=)"
        case .map: "map (%)"
        case .set: "set (~)"
        case .push: "push (>)"
        }
    }
}

extension WireValue {
    /// Whether this value, which came as `bytes`, is the one that `wire` holds: the same types and strings, and the same numbers however they are
    /// written. `numbersAsText`: RESP2 has doubles as strings.
    func stands(in wire: [UInt8], as bytes: [UInt8], numbersAsText: Bool = false) -> Bool {
        if bytes == wire { return true }
        guard case .item(let item) = WireReader.read(wire, from: 0) else { return false }
        return means(item.value, numbersAsText: numbersAsText)
    }

    private func means(_ other: WireValue, numbersAsText: Bool) -> Bool {
        switch (self, other) {
        case (.double(let one), .double(let two)): WireValue.number(one) == WireValue.number(two)
        case (.bulk(let one), .bulk(let two)) where numbersAsText:
            one == two || WireValue.number(one).map { $0 == WireValue.number(two) } ?? false
        case (.bigNumber(let one), .bigNumber(let two)): WireValue.withoutPlus(one) == WireValue.withoutPlus(two)
        case (.array(let one), .array(let two)), (.map(let one), .map(let two)), (.set(let one), .set(let two)),
            (.push(let one), .push(let two)):
            one.count == two.count && zip(one, two).allSatisfy { $0.means($1, numbersAsText: numbersAsText) }
        default: self == other
        }
    }

    static func number(_ text: [UInt8]) -> Double? { Double(String(decoding: text, as: UTF8.self)) }

    static func withoutPlus(_ digits: [UInt8]) -> [UInt8] {
        digits.first == UInt8(ascii: "+") ? Array(digits.dropFirst()) : digits
    }
}

extension WireValue: CustomStringConvertible {
    /// For a failure: the kind and what is in it, some elements deep.
    var description: String { description(depth: 0) }

    private static let shownDepth = 4
    private static let shownElements = 8

    private func description(depth: Int) -> String {
        if let elements {
            guard depth < WireValue.shownDepth else { return "\(kind) […]" }
            let shown = elements.prefix(WireValue.shownElements).map { $0.description(depth: depth + 1) }
            return "\(kind) [\(shown.joined(separator: ", "))\(elements.count > shown.count ? ", …" : "")]"
        }
        if case .boolean(let isTrue) = self { return "\(kind) \(isTrue)" }
        if let text = errorText ?? text { return "\(kind) \(WireText.escaped(text))" }
        return kind
    }
}

/// One value of the top level, with its place and what was said about it.
struct WireItem: Equatable, Sendable {
    let value: WireValue
    /// Keys and values of the attributes in front of it, in turn.
    let attributes: [WireValue]
    /// Where it stood, attributes included.
    let range: Range<Int>
}
