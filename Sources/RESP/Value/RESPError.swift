// What makes a stream of RESP unreadable: the server broke a rule, or sent more than we agreed to hold. After any of these
// nobody knows where the next value begins, so the connection is closed and never reused.

package enum RESPError: Error, Equatable, Sendable {
    /// The first byte of a line is no type of RESP2 or RESP3.
    case unknownType(UInt8)
    /// A line has no CRLF within the limit.
    case lineTooLong(limit: Int)
    /// A carriage return without line feed, or the other way round, inside a line.
    case bareLineEnd
    /// Not digits, or beyond what fits.
    case invalidLength
    /// "-1" where RESP3 knows no null.
    case negativeLength
    case invalidInteger
    case invalidDouble
    case invalidBoolean
    case invalidNull
    case invalidBigNumber
    /// Shorter than `txt:` or without the colon.
    case invalidVerbatimString
    case bulkTooLong(byteCount: Int, limit: Int)
    case valueTooLong(limit: Int)
    case tooManyElements(limit: Int)
    case tooDeep(limit: Int)
    /// The two bytes after a bulk body are not CRLF.
    case missingTerminator
    /// A push inside another value.
    case nestedPush
    /// `;` or `.` where nothing is streamed, something else where a chunk must follow, or a streamed type that cannot be.
    case misplacedStreamPart
    /// A streamed map ended after a key.
    case oddMap
    /// An aggregate ended, or the value was a stream's end, right after an attribute.
    case attributeWithoutValue
}

extension RESPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownType(let byte): "byte \(byte) begins no RESP value"
        case .lineTooLong(let limit): "a line is longer than \(limit) bytes"
        case .bareLineEnd: "a line holds a carriage return or line feed of its own"
        case .invalidLength: "a length is not a number"
        case .negativeLength: "a length is negative"
        case .invalidInteger: "an integer is not a number of 64 bits"
        case .invalidDouble: "a double is not a number"
        case .invalidBoolean: "a boolean is neither t nor f"
        case .invalidNull: "a null carries something"
        case .invalidBigNumber: "a big number is not a number"
        case .invalidVerbatimString: "a verbatim string has no format"
        case .bulkTooLong(let byteCount, let limit): "a string of \(byteCount) bytes is over the limit of \(limit)"
        case .valueTooLong(let limit): "the strings of a value are over the limit of \(limit) bytes"
        case .tooManyElements(let limit): "a value has more than \(limit) elements"
        case .tooDeep(let limit): "values are nested more than \(limit) deep"
        case .missingTerminator: "a string does not end where it should"
        case .nestedPush: "a push stands inside another value"
        case .misplacedStreamPart: "a part of a streamed value stands where none can"
        case .oddMap: "a map ends after a key"
        case .attributeWithoutValue: "an attribute belongs to no value"
        }
    }
}
