// A JSON text as an owned tree, for texts that are small or whose shape is open; the usual way is `JSONReader`. Built and freed
// within the limit of depth. Text is UTF-8 in bytes: `String` would take two spellings of one character for equal.

/// A value with all that is in it. `==` compares what was written: `1` and `1.0` differ, and so do members in another
/// order.
package enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    /// As it was written (RFC 8259 §6).
    case number([UInt8])
    /// UTF-8, escapes resolved.
    case string([UInt8])
    case array([JSONValue])
    /// In the order of the text; names may repeat unless refused.
    case object([JSONMember])
}

/// One member of an object.
package struct JSONMember: Equatable, Sendable {
    /// UTF-8, escapes resolved.
    package let name: [UInt8]
    /// Of any kind.
    package let value: JSONValue

    /// `name` is UTF-8 without escapes; nobody checks it here.
    package init(name: [UInt8], value: JSONValue) {
        self.name = name
        self.value = value
    }
}

extension JSONValue {
    /// The text of a string; nil for everything else.
    package var text: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The exact value of a number written as an integer; nil for everything else.
    package var integer: Int64? {
        guard case .number(let digits) = self else { return nil }
        return JSONNumber(location: 0..<digits.count).integer(in: digits.span)
    }

    /// The nearest double of a number; nil for everything else.
    package var double: Double? {
        guard case .number(let digits) = self else { return nil }
        return JSONNumber(location: 0..<digits.count).double(in: digits.span)
    }

    /// The value of the last member of this name, which is what most programs take when a name repeats.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.name.elementsEqual(name.utf8) }?.value
    }
}
