// Messages from JSON (RFC 8259): names are looked up in the message's fields, others are skipped whatever their value is.

import JSON

package struct JSONMessageReader: MessageReader {
    private let text: [UInt8]
    private var json = JSONReader(
        limits: JSONLimits(depthMax: MessageLimits.depthMax, valueCountMax: MessageLimits.valuesMax))

    private init(_ text: [UInt8]) { self.text = text }

    /// Reads `text`, one object and nothing else.
    package static func read<Message: ReadableMessage>(
        _ type: Message.Type, from text: [UInt8]
    ) throws(MessageError) -> Message {
        var reader = JSONMessageReader(text)
        guard case .objectStart = try reader.token() else { throw reader.error(.notJSON) }
        let message = try reader.members(of: type)
        guard try reader.optionalToken() == nil else { throw reader.error(.notJSON) }
        return message
    }

    package mutating func string() throws(MessageError) -> String {
        switch try token() {
        case .string(let string): return string.text(in: text.span)
        case .null: return ""
        default: throw error(.wrongType)
        }
    }

    package mutating func unsigned() throws(MessageError) -> UInt64 {
        switch try token() {
        case .number(let number):
            guard let value = number.unsignedInteger(in: text.span) else { throw error(.outOfRange) }
            return value
        case .null: return 0
        default: throw error(.wrongType)
        }
    }

    package mutating func signed() throws(MessageError) -> Int64 {
        switch try token() {
        case .number(let number):
            guard let value = number.integer(in: text.span) else { throw error(.outOfRange) }
            return value
        case .null: return 0
        default: throw error(.wrongType)
        }
    }

    package mutating func boolean() throws(MessageError) -> Bool {
        switch try token() {
        case .boolean(let value): return value
        case .null: return false
        default: throw error(.wrongType)
        }
    }

    package mutating func raw() throws(MessageError) -> [UInt8] {
        // Bound first: a span of a field cannot be lent to another field's change.
        let text = text
        let place: Range<Int>
        do throws(JSONError) {
            place = try json.skipValue(in: text.span)
        } catch {
            throw MessageError(.notJSON, at: error.offset)
        }
        var writer = JSONWriter()
        writer.compact(text.span.extracting(place))
        // Go's decoder, the reference of this field, takes `null` for a value like any other.
        return writer.bytes
    }

    package mutating func message<Message: ReadableMessage>(
        _ type: Message.Type
    ) throws(MessageError) -> Message? {
        switch try token() {
        case .objectStart: return try members(of: type)
        case .null: return nil
        default: throw error(.wrongType)
        }
    }

    package mutating func list<Message: ReadableMessage>(_ values: inout [Message]) throws(MessageError) {
        guard try begins(.arrayStart) else { return }
        while true {
            switch try token() {
            case .arrayEnd: return
            case .objectStart:
                let value = try members(of: Message.self)
                try append(value, to: &values)
            default: throw error(.wrongType)
            }
        }
    }

    package mutating func list(_ values: inout [String]) throws(MessageError) {
        guard try begins(.arrayStart) else { return }
        while true {
            switch try token() {
            case .arrayEnd: return
            case .string(let string): try append(string.text(in: text.span), to: &values)
            default: throw error(.wrongType)
            }
        }
    }

    package mutating func map<Message: ReadableMessage>(
        _ values: inout [(key: String, value: Message)]
    ) throws(MessageError) {
        guard try begins(.objectStart) else { return }
        while let key = try memberName() {
            let value = try message(Message.self) ?? Message()
            try append((key, value), to: &values)
        }
    }

    package mutating func map(_ values: inout [(key: String, value: String)]) throws(MessageError) {
        guard try begins(.objectStart) else { return }
        while let key = try memberName() {
            let value = try string()
            try append((key, value), to: &values)
        }
    }

    // MARK: Pieces

    /// Behind "{": reads the members and the "}".
    private mutating func members<Message: ReadableMessage>(
        of type: Message.Type
    ) throws(MessageError) -> Message {
        var message = Message()
        while true {
            switch try token() {
            case .objectEnd: return message
            case .name(let name):
                if let field = type.fields.first(where: { name.equals("\($0.name)", in: text.span) }) {
                    try message.read(field.number, from: &self)
                } else {
                    _ = try raw()
                }
            default: throw error(.notJSON)
            }
        }
    }

    private mutating func memberName() throws(MessageError) -> String? {
        switch try token() {
        case .name(let name): return name.text(in: text.span)
        default: return nil
        }
    }

    /// False for `null`.
    private mutating func begins(_ start: JSONToken) throws(MessageError) -> Bool {
        let found = try token()
        if found == .null { return false }
        guard found == start else { throw error(.wrongType) }
        return true
    }

    private func append<Element>(_ element: Element, to list: inout [Element]) throws(MessageError) {
        guard list.count < MessageLimits.entriesMax else { throw error(.tooManyEntries) }
        list.append(element)
    }

    private mutating func token() throws(MessageError) -> JSONToken {
        guard let token = try optionalToken() else { throw error(.notJSON) }
        return token
    }

    private mutating func optionalToken() throws(MessageError) -> JSONToken? {
        let text = text
        do throws(JSONError) {
            return try json.next(in: text.span)
        } catch {
            throw MessageError(.notJSON, at: error.offset)
        }
    }

    private func error(_ rule: MessageError.Rule) -> MessageError { MessageError(rule, at: json.offset) }
}
