// Messages from Protobuf (proto3). Unknown fields are skipped, lengths are compared with what is there before anything is read or kept.

package struct ProtobufReader: MessageReader {
    private let bytes: [UInt8]
    private var offset: Int
    /// Where the message that is being read ends.
    private var end: Int
    private var depth = 0
    /// Of the field that is being read.
    private var type = WireType.varint

    private init(_ bytes: [UInt8], at offset: Int) {
        self.bytes = bytes
        self.offset = offset
        end = bytes.count
    }

    /// Reads the message at `offset`, its length before it, and moves `offset` behind it.
    package static func read<Message: ReadableMessage>(
        _ type: Message.Type, from bytes: [UInt8], at offset: inout Int
    ) throws(MessageError) -> Message {
        var reader = ProtobufReader(bytes, at: offset)
        let message = try reader.lengthAndMessage(type)
        offset = reader.offset
        return message
    }

    package mutating func string() throws(MessageError) -> String {
        let place = try lengthAndBytes()
        guard let text = try? UTF8Span(validating: bytes.span.extracting(place)) else { throw error(.notUTF8) }
        return String(copying: text)
    }

    package mutating func unsigned() throws(MessageError) -> UInt64 {
        guard type == .varint else { throw error(.wrongType) }
        return try varint()
    }

    package mutating func signed() throws(MessageError) -> Int64 { Int64(bitPattern: try unsigned()) }

    package mutating func boolean() throws(MessageError) -> Bool { try unsigned() != 0 }

    package mutating func raw() throws(MessageError) -> [UInt8] { [UInt8](bytes[try lengthAndBytes()]) }

    package mutating func message<Message: ReadableMessage>(
        _ type: Message.Type
    ) throws(MessageError) -> Message? {
        guard self.type == .bytes else { throw error(.wrongType) }
        return try lengthAndMessage(type)
    }

    package mutating func list<Message: ReadableMessage>(_ values: inout [Message]) throws(MessageError) {
        guard values.count < MessageLimits.entriesMax else { throw error(.tooManyEntries) }
        if let value = try message(Message.self) { values.append(value) }
    }

    package mutating func list(_ values: inout [String]) throws(MessageError) {
        guard values.count < MessageLimits.entriesMax else { throw error(.tooManyEntries) }
        values.append(try string())
    }

    package mutating func map<Message: ReadableMessage>(
        _ values: inout [(key: String, value: Message)]
    ) throws(MessageError) {
        guard values.count < MessageLimits.entriesMax else { throw error(.tooManyEntries) }
        if let entry = try message(MessageEntry<Message>.self) { values.append((entry.key, entry.value)) }
    }

    package mutating func map(_ values: inout [(key: String, value: String)]) throws(MessageError) {
        guard values.count < MessageLimits.entriesMax else { throw error(.tooManyEntries) }
        if let entry = try message(StringEntry.self) { values.append((entry.key, entry.value)) }
    }

    // MARK: Pieces

    private mutating func lengthAndMessage<Message: ReadableMessage>(
        _ type: Message.Type
    ) throws(MessageError) -> Message {
        guard depth < MessageLimits.depthMax else { throw error(.tooDeep) }
        let place = try lengthAndPlace()
        let outerEnd = end
        offset = place.lowerBound
        end = place.upperBound
        depth += 1
        var message = Message()
        while offset < end {
            let number = try tag()
            if type.fields.contains(where: { $0.number == number }) {
                try message.read(number, from: &self)
            } else {
                try skip()
            }
        }
        depth -= 1
        end = outerEnd
        return message
    }

    /// Returns the field's number.
    private mutating func tag() throws(MessageError) -> Int {
        let start = offset
        let tag = try varint()
        guard let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)), tag >> 3 > 0, tag >> 3 < 1 << 29 else {
            throw MessageError(.badTag, at: start)
        }
        self.type = type
        return Int(tag >> 3)
    }

    private mutating func skip() throws(MessageError) {
        switch type {
        case .varint: _ = try varint()
        case .sixtyFourBits: try skip(8)
        case .thirtyTwoBits: try skip(4)
        case .bytes: offset = try lengthAndPlace().upperBound
        }
    }

    private mutating func skip(_ count: Int) throws(MessageError) {
        guard count <= end - offset else { throw error(.cut) }
        offset += count
    }

    private mutating func lengthAndBytes() throws(MessageError) -> Range<Int> {
        guard type == .bytes else { throw error(.wrongType) }
        let place = try lengthAndPlace()
        offset = place.upperBound
        return place
    }

    private mutating func lengthAndPlace() throws(MessageError) -> Range<Int> {
        let count = try varint()
        guard count <= UInt64(end - offset) else { throw error(.cut) }
        return offset..<offset + Int(count)
    }

    /// At most ten bytes; bits beyond the 64th are an error.
    private mutating func varint() throws(MessageError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard offset < end else { throw error(.cut) }
            let byte = bytes[offset]
            guard shift < 63 || (shift == 63 && byte <= 1) else { throw error(.outOfRange) }
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    private func error(_ rule: MessageError.Rule) -> MessageError { MessageError(rule, at: offset) }
}

/// A map is a list of these.
private struct MessageEntry<Value: ReadableMessage>: ReadableMessage {
    var key = ""
    var value = Value()
    static var fields: [Field] { [Field("key", 1), Field("value", 2)] }
    mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        if number == 1 { key = try reader.string() } else { value = try reader.message(Value.self) ?? Value() }
    }
}

private struct StringEntry: ReadableMessage {
    var key = ""
    var value = ""
    static var fields: [Field] { [Field("key", 1), Field("value", 2)] }
    mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        if number == 1 { key = try reader.string() } else { value = try reader.string() }
    }
}
