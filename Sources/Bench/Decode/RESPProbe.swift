// What our RESP decoder makes of a stream, as JSON. Everything that RESP2 and RESP3 can say has a form of its own, so that
// two decoders that differ are seen to differ.

import JSON
import RESP

enum RESPProbe {
    /// A text may be as long as a bulk string; what is over the limit is refused, also inside a push.
    private static let limits = RESPLimits(
        bulkBytesMax: 512 << 20, valueBytesMax: .max, elementsMax: 1_048_576, depthMax: 32, lineBytesMax: 512 << 20,
        skippedBytesMax: 512 << 20)

    /// Writes `values` and `state`.
    static func decode(_ chunks: [[UInt8]], to writer: inout JSONWriter) {
        var decoder = RESPDecoder(limits: limits)
        writer.name("values")
        writer.beginArray()
        var isRefused = false
        feeding: for chunk in chunks {
            var offset = 0
            reading: while true {
                do throws(RESPError) {
                    switch try decoder.nextEvent(in: chunk.span, offset: &offset) {
                    case .needsMoreBytes: break reading
                    case .value(let value): writer.respValue(value)
                    case .push(let elements): writer.respValue(attributed(.push(elements), decoder.pushAttributes))
                    case .message(let channel, let payload):
                        let message: RESPValue = .push([
                            .bulkString(Array("message".utf8)),
                            .bulkString(bytes(channel, chunk, decoder.assembledChannel)),
                            .bulkString(bytes(payload, chunk, decoder.assembledPayload)),
                        ])
                        let attributes = payload == .assembled ? decoder.pushAttributes : []
                        writer.respValue(attributed(message, attributes))
                    }
                } catch {
                    isRefused = true
                    break feeding
                }
            }
        }
        writer.endArray()
        writer.name("state")
        writer.string(isRefused ? "error" : decoder.isBetweenValues ? "idle" : "partial")
    }

    private static func attributed(_ value: RESPValue, _ attributes: RESPPairs) -> RESPValue {
        attributes.isEmpty ? value : .attributed(Attributed(attributes: attributes, value: value))
    }

    private static func bytes(_ location: BytesLocation, _ chunk: [UInt8], _ assembled: [UInt8]) -> [UInt8] {
        switch location {
        case .input(let range): Array(chunk[range])
        case .assembled: assembled
        }
    }
}

extension JSONWriter {
    /// A value as Fixtures/README.md writes it, with "attrs". Recurses as deep as the probe's limit of 32 lets values be.
    mutating func respValue(_ value: RESPValue) {
        beginObject()
        members(of: value)
        endObject()
    }

    private mutating func members(of value: RESPValue) {
        switch value {
        case .simpleString(let text): member("simple", text: text)
        case .simpleError(let text): member("error", text: text)
        case .bulkString(let text): member("bulk", text: text)
        case .bulkError(let text): member("bulkerror", text: text)
        case .bigNumber(let digits): member("bignum", text: digits)
        case .integer(let number): member("int", text: Array("\(number)".utf8))
        case .double(let number): member("double", text: Array(PythonDouble.text(number).utf8))
        case .oversized(let byteCount): member("oversized", text: Array("\(byteCount)".utf8))
        case .verbatimString(let string):
            member("verbatim", text: string.text)
            name("f")
            text(string.format)
        case .boolean(let isTrue):
            type("bool")
            name("v")
            boolean(isTrue)
        case .null: type("null")
        case .array(let elements): member("array", elements)
        case .set(let elements): member("set", elements)
        case .push(let elements): member("push", elements)
        case .map(let pairs):
            type("map")
            name("v")
            list(pairs)
        case .attributed(let attributed):
            members(of: attributed.value)
            name("attrs")
            list(attributed.attributes)
        }
    }

    private mutating func type(_ name: String) {
        self.name("t")
        string(name)
    }

    private mutating func member(_ kind: String, text: [UInt8]) {
        type(kind)
        name("v")
        self.text(text)
    }

    private mutating func member(_ kind: String, _ elements: RESPElements) {
        type(kind)
        name("v")
        beginArray()
        for element in elements { respValue(element) }
        endArray()
    }

    private mutating func list(_ pairs: RESPPairs) {
        beginArray()
        for pair in pairs {
            beginArray()
            respValue(pair.key)
            respValue(pair.value)
            endArray()
        }
        endArray()
    }

    /// JSON text where the bytes are UTF-8, else hexadecimal.
    private mutating func text(_ bytes: [UInt8]) {
        if (try? UTF8Span(validating: bytes.span)) != nil {
            string(utf8: bytes.span)
        } else {
            beginObject()
            name("hex")
            string(Hex.text(bytes))
            endObject()
        }
    }
}

enum Hex {
    /// Two small digits a byte.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }
}
