// Reads RESP2 and RESP3 from a stream that arrives in any pieces. What the two usual values need stands in `FastPath`; this
// is the slow way, and the rule for both. Its state between two calls holds everything of a value begun, so the caller
// keeps no bytes: after `needsMoreBytes` the input is used up. Each byte is looked at once, whatever the pieces (row R7).
//
// Choices where the specification is silent: "+" signs, leading zeros and "-0" in integers are accepted; lengths are digits
// only; "-1" as a length is null for RESP2's bulk string and array and an error for RESP3's types; the CRLF after a body is
// checked; pushes stand only at top level; an attribute adds nothing to its parent's count.

/// Reads one stream. Its memory is bounded by `limits`; after an error it is of no further use.
package struct RESPDecoder {
    /// What the next bytes were. Locations in `.input` are of the input of this call and end with it.
    package enum Event: Equatable {
        /// The input is used up.
        case needsMoreBytes
        /// Anything but a push.
        case value(RESPValue)
        /// A publication: a push of `message`, channel and payload.
        case message(channel: BytesLocation, payload: BytesLocation)
        /// Any other push, without the type byte's meaning lost: RESP2's arrays too when `arraysArePushes`.
        case push(RESPElements)
    }

    private enum State {
        /// Between values, or inside a line whose beginning is in `lineType` and `line`.
        case line
        /// Inside the format of a verbatim string: `seen` of its four bytes, and how many bytes of text follow.
        case format(seen: Int, textBytes: Int)
        /// Inside the body of a string; `skips` when it is over the limit of a push.
        case body(missing: Int, skips: Bool)
        /// After a body: `seen` of the two bytes CRLF were there.
        case terminator(seen: Int)
    }

    private enum StringKind {
        case bulk, bulkError, verbatim, chunk
    }

    /// Over any of them: an error, but for strings of a push, which are skipped.
    package let limits: RESPLimits
    /// RESP2 in subscriber mode: publications and confirmations come as plain arrays. The session that knows this sets it.
    package var arraysArePushes = false

    /// Channel and payload of the last `message` event whose locations are `.assembled`.
    package private(set) var assembledChannel: [UInt8] = []
    /// As for the channel.
    package private(set) var assembledPayload: [UInt8] = []
    /// What stood in front of the last `push`, or `message` whose locations are `.assembled`.
    package private(set) var pushAttributes: RESPPairs = []

    private var state = State.line
    /// The type byte of the line begun, and what is there of the rest.
    private var lineType: UInt8?
    private var line: [UInt8] = []
    private var format: InlineArray<4, UInt8> = [0, 0, 0, 0]
    private var builder = ValueBuilder()
    private var stringKind = StringKind.bulk
    private var body: [UInt8] = []
    /// Bytes of the string being read that were skipped.
    private var skipped = 0
    /// Inside a streamed string, between and in its chunks.
    private var isStreamingString = false
    /// Bytes of all strings of the current top-level value.
    private var valueBytes = 0

    /// At the beginning of a stream.
    package init(limits: RESPLimits = RESPLimits()) { self.limits = limits }

    /// True when no value is half-received.
    package var isBetweenValues: Bool {
        if case .line = state { lineType == nil && builder.isEmpty && !isStreamingString } else { false }
    }

    /// The next value or push from `input`, beginning at `offset`, which moves behind what was used. Call until `needsMoreBytes`.
    /// After an error the stream is unreadable: close the connection.
    package mutating func nextEvent(in input: Span<UInt8>, offset: inout Int) throws(RESPError) -> Event {
        if isBetweenValues {
            let type = arraysArePushes ? UInt8(ascii: "*") : UInt8(ascii: ">")
            if let message = FastPath.message(input, at: offset, type: type, limits: limits) {
                offset = message.end
                return .message(channel: .input(message.channel), payload: .input(message.payload))
            }
            if let integer = FastPath.integer(input, at: offset, lineBytesMax: limits.lineBytesMax) {
                offset = integer.end
                return .value(.integer(integer.value))
            }
        }
        while offset < input.count {
            if let value = try advance(input, &offset) { return event(for: value) }
        }
        return .needsMoreBytes
    }

    /// Uses at least one byte; returns a top-level value when one is whole.
    private mutating func advance(_ input: Span<UInt8>, _ offset: inout Int) throws(RESPError) -> RESPValue? {
        switch state {
        case .line:
            return try readLine(input, &offset)
        case .format(let seen, let textBytes):
            // "Verbatim strings": exactly three bytes of format and a colon before the text.
            if seen == 3, input[offset] != UInt8(ascii: ":") { throw .invalidVerbatimString }
            format[seen] = input[offset]
            offset += 1
            if seen < 3 {
                state = .format(seen: seen + 1, textBytes: textBytes)
            } else {
                state = textBytes == 0 ? .terminator(seen: 0) : .body(missing: textBytes, skips: false)
            }
            return nil
        case .body(let missing, let skips):
            let count = min(missing, input.count - offset)
            if !skips { body.append(copying: input.extracting(offset..<offset + count)) }
            offset += count
            state = count == missing ? .terminator(seen: 0) : .body(missing: missing - count, skips: skips)
            return nil
        case .terminator(let seen):
            guard input[offset] == (seen == 0 ? 0x0D : 0x0A) else { throw .missingTerminator }
            offset += 1
            state = seen == 0 ? .terminator(seen: 1) : .line
            return seen == 0 ? nil : try finishString()
        }
    }

    // MARK: Lines

    private mutating func readLine(_ input: Span<UInt8>, _ offset: inout Int) throws(RESPError) -> RESPValue? {
        guard let type = lineType else {
            // The first byte alone can be refused at once: who speaks to a wrong port learns it without a line end.
            try RESPDecoder.checkType(input[offset])
            lineType = input[offset]
            offset += 1
            return offset < input.count ? try readLine(input, &offset) : nil
        }
        // A carriage return came last: only a line feed may follow.
        if line.last == 0x0D {
            guard input[offset] == 0x0A else { throw .bareLineEnd }
            offset += 1
            var whole = line
            line = []
            lineType = nil
            whole.removeLast()
            return try handle(type, whole.span, owned: whole)
        }
        let mostContent = limits.lineBytesMax - line.count
        let scanEnd = min(input.count, offset + mostContent + 1)
        var index = offset
        while index < scanEnd, input[index] != 0x0D {
            if input[index] == 0x0A { throw .bareLineEnd }
            index += 1
        }
        guard index - offset <= mostContent else { throw .lineTooLong(limit: limits.lineBytesMax) }
        if line.isEmpty, index + 1 < input.count {
            guard input[index + 1] == 0x0A else { throw .bareLineEnd }
            let content = input.extracting(offset..<index)
            offset = index + 2
            lineType = nil
            return try handle(type, content, owned: nil)
        }
        let end = min(index + 1, input.count)
        line.append(copying: input.extracting(offset..<end))
        offset = end
        return nil
    }

    private static func checkType(_ byte: UInt8) throws(RESPError) {
        switch byte {
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "$"), UInt8(ascii: "*"),
            UInt8(ascii: "_"), UInt8(ascii: "#"), UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: "!"),
            UInt8(ascii: "="), UInt8(ascii: "%"), UInt8(ascii: "~"), UInt8(ascii: ">"), UInt8(ascii: "|"),
            UInt8(ascii: ";"), UInt8(ascii: "."):
            return
        default: throw .unknownType(byte)
        }
    }

    /// A line is whole. `owned` are the same bytes as `content` where they are an array already: a text is not copied twice.
    private mutating func handle(_ type: UInt8, _ content: Span<UInt8>, owned: [UInt8]?) throws(RESPError) -> RESPValue?
    {
        // "Streamed strings": between chunks nothing but a chunk may stand.
        if isStreamingString, type != UInt8(ascii: ";") { throw .misplacedStreamPart }
        switch type {
        case UInt8(ascii: "+"): return try addString(.simpleString(owned ?? [UInt8](copying: content)), content.count)
        case UInt8(ascii: "-"): return try addString(.simpleError(owned ?? [UInt8](copying: content)), content.count)
        case UInt8(ascii: ":"):
            guard let value = NumberParsing.integer(content) else { throw .invalidInteger }
            return try add(.integer(value))
        case UInt8(ascii: "$"): return try beginString(.bulk, content)
        case UInt8(ascii: "!"): return try beginString(.bulkError, content)
        case UInt8(ascii: "="): return try beginString(.verbatim, content)
        case UInt8(ascii: ";"): return try beginString(.chunk, content)
        case UInt8(ascii: "*"): return try beginAggregate(.array, content)
        case UInt8(ascii: "~"): return try beginAggregate(.set, content)
        case UInt8(ascii: "%"): return try beginAggregate(.map, content)
        case UInt8(ascii: ">"): return try beginAggregate(.push, content)
        case UInt8(ascii: "|"): return try beginAggregate(.attribute, content)
        case UInt8(ascii: "."):
            guard content.isEmpty else { throw .misplacedStreamPart }
            return try builder.endStream(limits: limits)
        case UInt8(ascii: "_"):
            guard content.isEmpty else { throw .invalidNull }
            return try add(.null)
        case UInt8(ascii: "#"):
            guard content.count == 1, content[0] == UInt8(ascii: "t") || content[0] == UInt8(ascii: "f") else {
                throw .invalidBoolean
            }
            return try add(.boolean(content[0] == UInt8(ascii: "t")))
        case UInt8(ascii: ","):
            guard let value = NumberParsing.double(content) else { throw .invalidDouble }
            return try add(.double(value))
        case UInt8(ascii: "("):
            guard let digits = NumberParsing.bigNumber(content) else { throw .invalidBigNumber }
            return try addString(.bigNumber(digits), content.count)
        default: throw .unknownType(type)
        }
    }

    // MARK: Strings

    private mutating func beginString(_ kind: StringKind, _ content: Span<UInt8>) throws(RESPError) -> RESPValue? {
        if kind == .bulk, content.equals([UInt8(ascii: "?")]) {
            isStreamingString = true
            stringKind = .bulk
            return nil
        }
        if kind == .chunk, !isStreamingString { throw .misplacedStreamPart }
        if content.first == UInt8(ascii: "-") {
            // RESP2 "null bulk strings": $-1. RESP3's own types have no null.
            guard content.equals([UInt8(ascii: "-"), UInt8(ascii: "1")]) else { throw .invalidLength }
            guard kind == .bulk else { throw .negativeLength }
            return try add(.null)
        }
        guard let length = NumberParsing.length(content) else { throw .invalidLength }
        if kind == .chunk, length == 0 {
            isStreamingString = false
            return try finishString()
        }
        if kind != .chunk { stringKind = kind }
        if kind == .verbatim, length < format.count { throw .invalidVerbatimString }
        let fits = length <= limits.bulkBytesMax - body.count && skipped == 0
        if !fits, !builder.isInPush {
            throw .bulkTooLong(
                byteCount: length.addingReportingOverflow(body.count).partialValue, limit: limits.bulkBytesMax)
        }
        if fits {
            guard length <= limits.valueBytesMax - valueBytes else { throw .valueTooLong(limit: limits.valueBytesMax) }
            valueBytes += length
        } else {
            guard length <= limits.skippedBytesMax - body.count - skipped else {
                throw .bulkTooLong(byteCount: length, limit: limits.skippedBytesMax)
            }
            skipped += body.count + length
            body = []
        }
        if kind == .verbatim, fits {
            state = .format(seen: 0, textBytes: length - format.count)
        } else {
            state = length == 0 ? .terminator(seen: 0) : .body(missing: length, skips: !fits)
        }
        return nil
    }

    /// A body and its CRLF are there, or a streamed string's last chunk.
    private mutating func finishString() throws(RESPError) -> RESPValue? {
        if isStreamingString { return nil }
        let bytes = body
        let skipped = skipped
        body = []
        self.skipped = 0
        if skipped > 0 { return try add(.oversized(byteCount: skipped)) }
        switch stringKind {
        case .bulk, .chunk: return try add(.bulkString(bytes))
        case .bulkError: return try add(.bulkError(bytes))
        case .verbatim:
            return try add(.verbatimString(VerbatimString(format: [format[0], format[1], format[2]], text: bytes)))
        }
    }

    private mutating func addString(_ value: RESPValue, _ byteCount: Int) throws(RESPError) -> RESPValue? {
        guard byteCount <= limits.valueBytesMax - valueBytes else { throw .valueTooLong(limit: limits.valueBytesMax) }
        valueBytes += byteCount
        return try add(value)
    }

    // MARK: Aggregates

    private mutating func beginAggregate(_ kind: ValueBuilder.Kind, _ content: Span<UInt8>) throws(RESPError)
        -> RESPValue?
    {
        if content.equals([UInt8(ascii: "?")]) {
            // "Streamed aggregates": arrays, sets and maps.
            if kind == .push || kind == .attribute { throw .misplacedStreamPart }
            return try builder.begin(kind, elementCount: nil, countsAsPush: arraysArePushes, limits: limits)
        }
        if content.first == UInt8(ascii: "-") {
            // RESP2 "null arrays": *-1.
            guard content.equals([UInt8(ascii: "-"), UInt8(ascii: "1")]) else { throw .invalidLength }
            guard kind == .array else { throw .negativeLength }
            return try add(.null)
        }
        guard let count = NumberParsing.length(content) else { throw .invalidLength }
        let perEntry = kind == .map || kind == .attribute ? 2 : 1
        let (elements, overflow) = count.multipliedReportingOverflow(by: perEntry)
        guard !overflow else { throw .tooManyElements(limit: limits.elementsMax) }
        return try builder.begin(
            kind, elementCount: elements, countsAsPush: arraysArePushes && kind == .array, limits: limits)
    }

    private mutating func add(_ value: consuming RESPValue) throws(RESPError) -> RESPValue? {
        try builder.add(value, limits: limits)
    }

    // MARK: Events

    private mutating func event(for value: RESPValue) -> Event {
        valueBytes = 0
        switch value {
        case .push(let elements):
            return pushEvent(elements, [])
        case .array(let elements) where arraysArePushes:
            return pushEvent(elements, [])
        case .attributed(let attributed):
            switch attributed.value {
            case .push(let elements): return pushEvent(elements, attributed.attributes)
            case .array(let elements) where arraysArePushes: return pushEvent(elements, attributed.attributes)
            default: return .value(value)
            }
        default:
            return .value(value)
        }
    }

    private mutating func pushEvent(_ elements: RESPElements, _ attributes: RESPPairs) -> Event {
        pushAttributes = attributes
        guard elements.count == 3, case .bulkString(let kind) = elements[0], kind == RESPDecoder.message,
            case .bulkString(let channel) = elements[1], case .bulkString(let payload) = elements[2]
        else { return .push(elements) }
        assembledChannel = channel
        assembledPayload = payload
        return .message(channel: .assembled, payload: .assembled)
    }

    /// Puts a publication in the place of the assembled one: its owner found it in a push that is written in another way.
    mutating func assemble(channel: [UInt8], payload: [UInt8]) {
        assembledChannel = channel
        assembledPayload = payload
    }

    private static let message = Array("message".utf8)
}
