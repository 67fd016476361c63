// Messages as JSON: names, and no word about what is zero.

import JSON

package struct JSONMessageWriter: MessageWriter {
    private var json: JSONWriter

    private init(appendingTo bytes: consuming [UInt8]) { json = JSONWriter(appendingTo: bytes) }

    /// Appends `message` as one object, on one line, without an end of line.
    package static func append(_ message: some WritableMessage, to bytes: inout [UInt8]) {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        var writer = JSONMessageWriter(appendingTo: taken)
        writer.object(message)
        bytes = writer.json.bytes
    }

    package mutating func string(_ field: Field, _ value: String, always: Bool) {
        guard always || !value.isEmpty else { return }
        name(field)
        json.string(value)
    }

    package mutating func unsigned(_ field: Field, _ value: UInt64, always: Bool) {
        guard always || value != 0 else { return }
        name(field)
        json.unsignedInteger(value)
    }

    package mutating func signed(_ field: Field, _ value: Int64) {
        guard value != 0 else { return }
        name(field)
        json.integer(value)
    }

    package mutating func boolean(_ field: Field, _ value: Bool) {
        guard value else { return }
        name(field)
        json.boolean(true)
    }

    package mutating func raw(_ field: Field, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        name(field)
        json.raw(value.span)
    }

    package mutating func foreign(_ field: Field, _ value: [UInt8]) {
        guard !value.isEmpty, JSONValueText.isOne(value.span) else { return }
        name(field)
        // Line ends between its values would end the message.
        json.compact(value.span)
    }

    package mutating func message<Message: WritableMessage>(_ field: Field, _ value: Message?) {
        guard let value else { return }
        name(field)
        object(value)
    }

    package mutating func list<Message: WritableMessage>(_ field: Field, _ values: [Message], always: Bool) {
        guard always || !values.isEmpty else { return }
        name(field)
        json.beginArray()
        for value in values { object(value) }
        json.endArray()
    }

    package mutating func map<Message: WritableMessage>(
        _ field: Field, _ values: [(key: String, value: Message)], always: Bool
    ) {
        guard always || !values.isEmpty else { return }
        name(field)
        json.beginObject()
        for (key, value) in values {
            json.name(key)
            object(value)
        }
        json.endObject()
    }

    package mutating func map(_ field: Field, _ values: [(key: String, value: String)]) {
        guard !values.isEmpty else { return }
        name(field)
        json.beginObject()
        for (key, value) in values { json.member(key, value) }
        json.endObject()
    }

    private mutating func name(_ field: Field) { json.name(plain: field.name) }

    private mutating func object(_ message: some WritableMessage) {
        json.beginObject()
        message.write(to: &self)
        json.endObject()
    }
}
