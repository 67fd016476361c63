/// Why bytes are no message. The connection is closed with 3501.
package struct MessageError: Error, Equatable, Sendable {
    package enum Rule: Equatable, Sendable {
        /// Not JSON, or not one object.
        case notJSON
        /// The value of a field is of another type than the field.
        case wrongType
        /// A number does not fit its field.
        case outOfRange
        /// A string is not UTF-8.
        case notUTF8
        /// Protobuf: the bytes end inside of a message or field.
        case cut
        /// Protobuf: a field number or wire type that cannot be.
        case badTag
        /// Messages inside of messages, deeper than the limit.
        case tooDeep
        /// More entries than `MessageLimits.entriesMax` in one list or map.
        case tooManyEntries
        /// No message at all, or an empty line between two.
        case empty
    }

    package let rule: Rule
    /// Where in the frame, in bytes.
    package let offset: Int

    package init(_ rule: Rule, at offset: Int) {
        self.rule = rule
        self.offset = offset
    }
}

/// What one frame may hold. How long it may be is a limit of the door.
package enum MessageLimits {
    /// Messages inside of messages (the nodes of a filter), and brackets of JSON.
    package static let depthMax = 32
    /// Values of one line of JSON.
    package static let valuesMax = 65_536
    /// Entries of one list or map.
    package static let entriesMax = 10_000
}
