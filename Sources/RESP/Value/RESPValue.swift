// One value of the Redis serialization protocol, versions 2 and 3, as an owned tree. Text stays bytes: Redis promises no encoding.
// https://redis.io/docs/latest/develop/reference/protocol-spec/ rules it; the section names at the cases are that document's.

/// A value with all that is in it; however deep it is, it is freed without recursion (`RESPElements`).
package enum RESPValue: Equatable, Sendable {
    /// "Simple strings"
    case simpleString([UInt8])
    /// "Simple errors": the first word is the error's class, see `ServerError`.
    case simpleError([UInt8])
    /// "Integers"
    case integer(Int64)
    /// "Bulk strings"; a streamed string is one too once it is whole.
    case bulkString([UInt8])
    /// "Nulls", and RESP2's null bulk string and null array.
    case null
    /// "Arrays"
    case array(RESPElements)
    /// "Doubles"
    case double(Double)
    /// "Booleans"
    case boolean(Bool)
    /// "Big numbers": decimal text without a plus sign and without leading zeros.
    case bigNumber([UInt8])
    /// "Bulk errors"
    case bulkError([UInt8])
    /// "Verbatim strings"
    indirect case verbatimString(VerbatimString)
    /// "Maps", in the order of the wire: keys may repeat and may be of any type.
    case map(RESPPairs)
    /// "Sets", in the order of the wire.
    case set(RESPElements)
    /// "Pushes": out of band, only at top level.
    case push(RESPElements)
    /// "Attributes": what stood in front of a value. They add nothing to their parent's count (choice: kept beside the value).
    indirect case attributed(Attributed)
    /// Not a type of the wire: a bulk string inside a push that was over the limit and was skipped while it streamed in.
    case oversized(byteCount: Int)
}

/// An entry of a map or of an attribute.
package struct RESPPair: Equatable, Sendable {
    /// Of any type, though Redis sends strings.
    package var key: RESPValue
    /// Of any type.
    package var value: RESPValue

    /// Key and value as they stand on the wire.
    package init(_ key: RESPValue, _ value: RESPValue) {
        self.key = key
        self.value = value
    }
}

/// A string with a hint how to show it.
package struct VerbatimString: Equatable, Sendable {
    /// Three bytes: `txt`, `mkd`, or one a later server invents.
    package var format: [UInt8]
    /// Without the format and its colon.
    package var text: [UInt8]

    /// `format` has three bytes; nobody checks it here.
    package init(format: [UInt8], text: [UInt8]) {
        self.format = format
        self.text = text
    }
}

/// A value and the attributes that stood in front of it.
package struct Attributed: Equatable, Sendable {
    /// Of several in a row all of them, in the order of the wire.
    package var attributes: RESPPairs
    /// What they belong to; when it was read from the wire, never attributed itself.
    package var value: RESPValue

    /// A value as it was read, with what stood in front of it.
    package init(attributes: RESPPairs, value: RESPValue) {
        self.attributes = attributes
        self.value = value
    }
}

extension RESPValue {
    /// The bytes of any kind of string; nil for everything else.
    package var bytes: [UInt8]? {
        switch self {
        case .simpleString(let bytes), .bulkString(let bytes): bytes
        case .verbatimString(let string): string.text
        case .attributed(let attributed): attributed.value.bytes
        case .simpleError, .bulkError, .integer, .null, .array, .double, .boolean, .bigNumber, .map, .set, .push,
            .oversized:
            nil
        }
    }

    /// The text of a simple or bulk error; nil for everything else.
    package var errorBytes: [UInt8]? {
        switch self {
        case .simpleError(let bytes), .bulkError(let bytes): bytes
        case .attributed(let attributed): attributed.value.errorBytes
        case .simpleString, .bulkString, .verbatimString, .integer, .null, .array, .double, .boolean, .bigNumber, .map,
            .set, .push, .oversized:
            nil
        }
    }

    /// The code word of an error: its first word when that is in capitals (`WRONGTYPE`, `ERR`), as "Simple errors" has it. Nil
    /// for an error without one, which the convention allows, and for everything else.
    package var errorCode: [UInt8]? {
        guard let text = errorBytes else { return nil }
        let word = text.prefix { $0 != UInt8(ascii: " ") && $0 != 0x0A && $0 != 0x0D }
        guard let first = word.first, first >= UInt8(ascii: "A"), first <= UInt8(ascii: "Z") else { return nil }
        let isCode = word.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isCode ? Array(word) : nil
    }

    /// The value without what stood in front of it.
    package var withoutAttributes: RESPValue {
        if case .attributed(let attributed) = self { attributed.value.withoutAttributes } else { self }
    }
}
