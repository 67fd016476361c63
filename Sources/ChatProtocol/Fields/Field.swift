// One description of a message for all encodings: what a field is called in JSON and which number it has in Protobuf. A message says once
// which fields it has (`write`, `read`); the codecs know how a field looks on their wire, and no message.

/// A field's name in JSON and its number in Protobuf.
package struct Field: Sendable {
    package let name: StaticString
    package let number: Int

    package init(_ name: StaticString, _ number: Int) {
        self.name = name
        self.number = number
    }
}

/// A message that the server sends.
package protocol WritableMessage {
    /// Writes each field once. Fields that are zero, empty or nil are left out by the writer, unless it is told `always`.
    func write(to writer: inout some MessageWriter)
}

/// A message that a client sends.
package protocol ReadableMessage {
    /// All fields it knows. Others are skipped.
    static var fields: [Field] { get }
    /// The message without any field.
    init()
    /// Takes over the value of one of `fields`, which may come more than once: the last one counts, lists and maps grow.
    mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError)
}

/// How fields look on the wire, written.
package protocol MessageWriter {
    mutating func string(_ field: Field, _ value: String, always: Bool)
    mutating func unsigned(_ field: Field, _ value: UInt64, always: Bool)
    mutating func signed(_ field: Field, _ value: Int64)
    mutating func boolean(_ field: Field, _ value: Bool)
    /// A payload as the application sent it: a JSON value in JSON, on one line, which the caller answers for; bytes in Protobuf.
    mutating func raw(_ field: Field, _ value: [UInt8])
    /// A payload of which nobody knows what it is (claims of tokens, what the HTTP API was given). In JSON it is left out when it is no JSON value.
    mutating func foreign(_ field: Field, _ value: [UInt8])
    /// Nil is left out, a message without fields is not.
    mutating func message<Message: WritableMessage>(_ field: Field, _ value: Message?)
    mutating func list<Message: WritableMessage>(_ field: Field, _ values: [Message], always: Bool)
    mutating func map<Message: WritableMessage>(_ field: Field, _ values: [(key: String, value: Message)], always: Bool)
    mutating func map(_ field: Field, _ values: [(key: String, value: String)])
}

extension MessageWriter {
    package mutating func string(_ field: Field, _ value: String) { string(field, value, always: false) }
    package mutating func unsigned(_ field: Field, _ value: UInt64) { unsigned(field, value, always: false) }
    package mutating func list<Message: WritableMessage>(_ field: Field, _ values: [Message]) {
        list(field, values, always: false)
    }
    package mutating func map<Message: WritableMessage>(_ field: Field, _ values: [(key: String, value: Message)]) {
        map(field, values, always: false)
    }
}

/// The value of the field that is being read. In JSON `null` is the value of a field that is not there.
package protocol MessageReader {
    mutating func string() throws(MessageError) -> String
    mutating func unsigned() throws(MessageError) -> UInt64
    mutating func signed() throws(MessageError) -> Int64
    mutating func boolean() throws(MessageError) -> Bool
    /// A payload as it came: the bytes of one JSON value on one line, or any bytes.
    mutating func raw() throws(MessageError) -> [UInt8]
    mutating func message<Message: ReadableMessage>(_ type: Message.Type) throws(MessageError) -> Message?
    /// In JSON the whole list, in Protobuf one more element of it.
    mutating func list<Message: ReadableMessage>(_ values: inout [Message]) throws(MessageError)
    mutating func list(_ values: inout [String]) throws(MessageError)
    /// In JSON the whole map, in Protobuf one more entry of it.
    mutating func map<Message: ReadableMessage>(_ values: inout [(key: String, value: Message)]) throws(MessageError)
    mutating func map(_ values: inout [(key: String, value: String)]) throws(MessageError)
}
