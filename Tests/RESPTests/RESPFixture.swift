// Reads the values of Fixtures/resp, and feeds bytes to a decoder in pieces.
import Foundation
import RESP
import TestSupport
import Testing

extension Fixture {
    /// A member that is a value or a list of values.
    func values(_ member: String) -> [RESPValue]? { json[member].flatMap(Fixture.values(from:)) }

    static func values(from json: Any) -> [RESPValue] {
        (json as? [Any] ?? [json]).map { value(from: $0 as! [String: Any]) }
    }

    /// Traps on a broken fixture: that is our own mistake.
    static func value(from json: [String: Any]) -> RESPValue {
        let bare = bareValue(from: json)
        guard let attributes = json["attrs"] as? [[[String: Any]]] else { return bare }
        return .attributed(Attributed(attributes: pairs(attributes), value: bare))
    }

    private static func bareValue(from json: [String: Any]) -> RESPValue {
        let v = json["v"]
        switch json["t"] as! String {
        case "simple": return .simpleString(text(v))
        case "error": return .simpleError(text(v))
        case "int": return .integer(Int64(v as! String)!)
        case "bulk": return .bulkString(text(v))
        case "null": return .null
        case "array": return .array(RESPElements((v as! [[String: Any]]).map(value(from:))))
        case "set": return .set(RESPElements((v as! [[String: Any]]).map(value(from:))))
        case "push": return .push(RESPElements((v as! [[String: Any]]).map(value(from:))))
        case "map": return .map(pairs(v as! [[[String: Any]]]))
        case "double": return .double(Double(v as! String)!)
        case "bool": return .boolean(v as! Bool)
        case "bignum": return .bigNumber(text(v))
        case "bulkerror": return .bulkError(text(v))
        case "verbatim":
            return .verbatimString(VerbatimString(format: Array((json["f"] as! String).utf8), text: text(v)))
        case "oversized": return .oversized(byteCount: Int(v as! String)!)
        case let other: fatalError("no such type of value: \(other)")
        }
    }

    private static func pairs(_ json: [[[String: Any]]]) -> RESPPairs {
        RESPPairs(json.map { RESPPair(value(from: $0[0]), value(from: $0[1])) })
    }

    static func text(_ json: Any?) -> [UInt8] {
        if let text = json as? String { return Array(text.utf8) }
        return decodeHex((json as! [String: Any])["hex"] as! String)!
    }

    var limits: RESPLimits {
        var limits = RESPLimits()
        for (name, value) in json["limits"] as? [String: Int] ?? [:] {
            switch name {
            case "bulk": limits.bulkBytesMax = value
            case "value": limits.valueBytesMax = value
            case "elements": limits.elementsMax = value
            case "depth": limits.depthMax = value
            case "line": limits.lineBytesMax = value
            default: fatalError("no such limit: \(name)")
            }
        }
        return limits
    }
}

extension RESPError {
    /// The word of Fixtures/README.md.
    var word: String {
        switch self {
        case .unknownType: "type"
        case .lineTooLong, .bareLineEnd: "line"
        case .invalidLength, .negativeLength: "length"
        case .invalidInteger: "integer"
        case .invalidDouble: "double"
        case .invalidBoolean: "boolean"
        case .invalidNull: "null"
        case .invalidBigNumber: "bignum"
        case .invalidVerbatimString: "verbatim"
        case .bulkTooLong, .valueTooLong: "too-long"
        case .tooManyElements: "too-many"
        case .tooDeep: "too-deep"
        case .missingTerminator: "terminator"
        case .nestedPush: "nested-push"
        case .misplacedStreamPart, .attributeWithoutValue: "stream"
        case .oddMap: "map"
        }
    }
}

/// What a decoder made of bytes; values as text, so that NaN equals NaN.
struct Decoded: Equatable {
    var values: [String] = []
    var error: String?

    init(values: [RESPValue] = [], error: String? = nil) {
        self.values = values.map { "\($0)" }
        self.error = error
    }

    /// What comes out when the pieces come in. Pushes are told like values.
    static func run(_ pieces: [[UInt8]], limits: RESPLimits = RESPLimits(), arraysArePushes: Bool = false) -> Decoded {
        var decoder = RESPDecoder(limits: limits)
        decoder.arraysArePushes = arraysArePushes
        var decoded = Decoded()
        for piece in pieces {
            var offset = 0
            do {
                while let value = try next(&decoder, piece, &offset) { decoded.values.append("\(value)") }
                #expect(offset == piece.count, "all input is used up")
            } catch {
                decoded.error = (error as! RESPError).word
                return decoded
            }
        }
        return decoded
    }

    private static func next(_ decoder: inout RESPDecoder, _ piece: [UInt8], _ offset: inout Int) throws -> RESPValue? {
        switch try decoder.nextEvent(in: piece.span, offset: &offset) {
        case .needsMoreBytes: return nil
        case .value(let value): return value
        case .push(let elements): return attributed(.push(elements), decoder.pushAttributes)
        case .message(let channel, let payload):
            let message: RESPValue = .push([
                .bulkString(Array("message".utf8)), .bulkString(bytes(channel, piece, decoder.assembledChannel)),
                .bulkString(bytes(payload, piece, decoder.assembledPayload)),
            ])
            return attributed(message, payload == .assembled ? decoder.pushAttributes : [])
        }
    }

    private static func attributed(_ value: RESPValue, _ attributes: RESPPairs) -> RESPValue {
        attributes.isEmpty ? value : .attributed(Attributed(attributes: attributes, value: value))
    }

    private static func bytes(_ location: BytesLocation, _ piece: [UInt8], _ assembled: [UInt8]) -> [UInt8] {
        switch location {
        case .input(let range): Array(piece[range])
        case .assembled: assembled
        }
    }
}
