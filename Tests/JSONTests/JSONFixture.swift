// Runs the cases of Fixtures/json: what a text is worth in the words of the fixtures, and what is wrong with it.
import Foundation
import JSON
import TestSupport
import Testing

extension Fixture {
    static let jsonTexts = ["structure", "numbers", "strings", "limits"].flatMap { load("json/\($0).jsonl") }

    var jsonLimits: JSONLimits {
        var limits = JSONLimits()
        let given = json["limits"] as? [String: Int] ?? [:]
        if let depth = given["depth"] { limits.depthMax = depth }
        if let values = given["values"] { limits.valueCountMax = values }
        return limits
    }

    /// The value of `expect`, nil when the case tells an error.
    func expectedJSON() throws -> JSONValue? { try json["expect"].map(JSONValue.init(fixture:)) }
}

extension JSONValue {
    init(fixture: Any) throws {
        let object = try #require(fixture as? [String: Any])
        let type = try #require(object["t"] as? String)
        switch type {
        case "null": self = .null
        case "bool": self = .boolean(try #require(object["v"] as? Bool))
        case "number": self = .number(Array(try #require(object["v"] as? String).utf8))
        case "string": self = .string(try JSONValue.bytes(of: object["v"]))
        case "array": self = .array(try #require(object["v"] as? [Any]).map(JSONValue.init(fixture:)))
        case "object":
            self = .object(
                try #require(object["v"] as? [[Any]]).map { pair in
                    JSONMember(name: try JSONValue.bytes(of: pair[0]), value: try JSONValue(fixture: pair[1]))
                })
        default: throw KitError("no type of JSON: \(type)")
        }
    }

    private static func bytes(of text: Any?) throws -> [UInt8] {
        if let text = text as? String { return Array(text.utf8) }
        let hex = try #require(text as? [String: String])
        return try #require(Fixture.decodeHex(hex["hex"] ?? "?"))
    }
}

extension JSONError {
    /// The word of the fixtures.
    var word: String {
        switch rule {
        case .unexpectedByte: "syntax"
        case .unexpectedEnd: "end"
        case .byteOrderMark: "bom"
        case .controlCharacter: "control"
        case .invalidUTF8: "utf8"
        case .invalidEscape: "escape"
        case .loneSurrogate: "surrogate"
        case .leadingZero: "leading-zero"
        case .tooDeep: "too-deep"
        case .tooManyValues: "too-many"
        case .duplicateName: "duplicate"
        }
    }
}

/// What reading `text` gives.
func read(
    _ text: [UInt8], limits: JSONLimits = JSONLimits(), duplicateNames: JSONValue.DuplicateNames = .kept
) -> Result<JSONValue, JSONError> {
    do {
        return .success(try JSONValue(text.span, limits: limits, duplicateNames: duplicateNames))
    } catch {
        return .failure(error)
    }
}
