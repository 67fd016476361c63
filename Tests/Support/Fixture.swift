// Reads the language-neutral cases of Fixtures/: JSON Lines, the first line names the schema, each further line is a case.
// Fixtures/README.md defines the members; a test decodes the members of its own family from `json`.
import Foundation
import Testing

package struct Fixture: Sendable, CustomTestStringConvertible {
    /// `accept-…`, `reject-…` or `either-…`.
    package let id: String
    /// The section that rules the case, as written in the fixture.
    package let spec: String
    /// The whole case, to be read by the family's runner.
    package nonisolated(unsafe) let json: [String: Any]

    package var testDescription: String { id }

    /// Bytes of a member written as hex text, as `{"repeat": [hex, n]}`, or as a list of these.
    package func bytes(_ member: String) -> [UInt8]? { json[member].flatMap(Fixture.bytes(from:)) }

    package static func bytes(from value: Any) -> [UInt8]? {
        switch value {
        case let hex as String:
            return decodeHex(hex)
        case let list as [Any]:
            let parts = list.map(bytes(from:))
            return parts.contains { $0 == nil } ? nil : parts.flatMap { $0! }
        case let object as [String: Any]:
            guard let pair = object["repeat"] as? [Any], pair.count == 2, let hex = pair[0] as? String,
                let unit = decodeHex(hex), let count = pair[1] as? Int
            else { return nil }
            return [UInt8]((0..<count).lazy.flatMap { _ in unit })
        default:
            return nil
        }
    }

    package static func decodeHex(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8).filter { $0 != UInt8(ascii: " ") }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    /// The folder `Fixtures` of this package.
    package static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures")

    /// All cases of one file, for example `load("resp/values.jsonl")`. Traps on a broken file: that is our own mistake.
    package static func load(_ path: String) -> [Fixture] {
        let text = try! String(contentsOf: folder.appending(path: path), encoding: .utf8)
        var cases: [Fixture] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: true).enumerated() {
            guard let json = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                fatalError("\(path), line \(number + 1): not a JSON object")
            }
            if number == 0 {
                precondition(json["schema"] != nil, "\(path): the first line must name the schema")
                continue
            }
            guard let id = json["id"] as? String, let spec = json["spec"] as? String else {
                fatalError("\(path), line \(number + 1): a case needs id and spec")
            }
            cases.append(Fixture(id: id, spec: spec, json: json))
        }
        return cases
    }
}
