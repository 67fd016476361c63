// Messages as Protobuf (proto3): a tag, number and wire type, before each field that is not zero.

package struct ProtobufWriter: MessageWriter {
    private var bytes: [UInt8]

    private init(appendingTo bytes: consuming [UInt8]) { self.bytes = bytes }

    /// Appends `message` behind its length, as it stands in a frame.
    package static func append(_ message: some WritableMessage, to bytes: inout [UInt8]) {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        var writer = ProtobufWriter(appendingTo: taken)
        writer.lengthAndBytes(of: message)
        bytes = writer.bytes
    }

    package mutating func string(_ field: Field, _ value: String, always: Bool) {
        guard !value.isEmpty else { return }
        var value = value
        value.makeContiguousUTF8()
        lengthAndBytes(field, value.utf8.span)
    }

    package mutating func unsigned(_ field: Field, _ value: UInt64, always: Bool) {
        guard value != 0 else { return }
        tag(field, .varint)
        varint(value)
    }

    package mutating func signed(_ field: Field, _ value: Int64) { unsigned(field, UInt64(bitPattern: value)) }

    package mutating func boolean(_ field: Field, _ value: Bool) { unsigned(field, value ? 1 : 0) }

    package mutating func raw(_ field: Field, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        lengthAndBytes(field, value.span)
    }

    package mutating func foreign(_ field: Field, _ value: [UInt8]) { raw(field, value) }

    package mutating func message<Message: WritableMessage>(_ field: Field, _ value: Message?) {
        guard let value else { return }
        tag(field, .bytes)
        lengthAndBytes(of: value)
    }

    package mutating func list<Message: WritableMessage>(_ field: Field, _ values: [Message], always: Bool) {
        for value in values { message(field, value) }
    }

    package mutating func map<Message: WritableMessage>(
        _ field: Field, _ values: [(key: String, value: Message)], always: Bool
    ) {
        for (key, value) in values { message(field, MessageEntry(key: key, value: value)) }
    }

    package mutating func map(_ field: Field, _ values: [(key: String, value: String)]) {
        for (key, value) in values { message(field, StringEntry(key: key, value: value)) }
    }

    // MARK: Pieces

    private mutating func tag(_ field: Field, _ type: WireType) {
        varint(UInt64(field.number) << 3 | UInt64(type.rawValue))
    }

    private mutating func lengthAndBytes(_ field: Field, _ value: Span<UInt8>) {
        tag(field, .bytes)
        varint(UInt64(value.count))
        bytes.append(copying: value)
    }

    /// Most messages are shorter than 128 bytes: room for a length of one byte is left, others are moved behind theirs.
    private mutating func lengthAndBytes(of message: some WritableMessage) {
        let start = bytes.count
        bytes.append(0)
        message.write(to: &self)
        let count = bytes.count - start - 1
        if count < 0x80 {
            bytes[start] = UInt8(count)
        } else {
            var length = ProtobufWriter(appendingTo: [])
            length.varint(UInt64(count))
            bytes.replaceSubrange(start...start, with: length.bytes)
        }
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}

/// How the value of a field is stored.
enum WireType: UInt8 {
    case varint = 0
    case sixtyFourBits = 1
    /// A length, then as many bytes: strings, bytes, messages.
    case bytes = 2
    case thirtyTwoBits = 5
}

/// A map is a list of these.
private struct MessageEntry<Value: WritableMessage>: WritableMessage {
    let key: String
    let value: Value
    func write(to writer: inout some MessageWriter) {
        writer.string(Field("key", 1), key)
        writer.message(Field("value", 2), value)
    }
}

private struct StringEntry: WritableMessage {
    let key: String
    let value: String
    func write(to writer: inout some MessageWriter) {
        writer.string(Field("key", 1), key)
        writer.string(Field("value", 2), value)
    }
}
