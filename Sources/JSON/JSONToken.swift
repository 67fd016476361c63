// What a JSON text is made of (RFC 8259 §2). Commas and colons are not told: the order of the tokens says where they stood.

/// What `JSONReader` gives. Strings and numbers are places in the text, already checked.
package enum JSONToken: Equatable, Sendable {
    case objectStart
    case objectEnd
    case arrayStart
    case arrayEnd
    /// The name of a member, its ":" already read; the next token begins its value.
    case name(JSONString)
    case string(JSONString)
    case number(JSONNumber)
    case boolean(Bool)
    case null
}
