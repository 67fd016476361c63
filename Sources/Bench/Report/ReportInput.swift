// Result files for a report: read, checked, and put together to one list. An error names the file and the place in it, because
// somebody has to find it there.

import EventLoop
import JSON

enum ReportInput {
    /// Why a file is no result: `results.json:3:17: a number with a leading zero`.
    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// A comparison of hundreds of runs has a few MiB.
    static let fileBytesMax = 256 << 20
    private static let limits = JSONLimits(depthMax: 16, valueCountMax: 16 << 20)

    /// The results of all files as one JSON list, without white space, in the order of the files.
    static func list(of paths: [String]) throws(Problem) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginArray()
        for path in paths {
            let bytes: [UInt8]
            do throws(SystemError) { bytes = try WholeFile.read(path, bytesMax: fileBytesMax) } catch {
                throw Problem(description: "\(error)")
            }
            for result in try results(in: bytes, of: path) { writer.value(result) }
        }
        writer.endArray()
        return writer.bytes
    }

    /// The results of one file: one result, or a list of them. `name` is the file's, for the error.
    static func results(in bytes: [UInt8], of name: String) throws(Problem) -> [JSONValue] {
        let root: JSONValue
        do throws(JSONError) { root = try JSONValue(bytes.span, limits: limits) } catch {
            throw Problem(description: "\(name):\(position(of: error.offset, in: bytes)): \(error.rule)")
        }
        guard case .array(let elements) = root else {
            try check(root, name, at: "")
            return [root]
        }
        guard !elements.isEmpty else { throw Problem(description: "\(name): a list without results") }
        for (index, element) in elements.enumerated() { try check(element, name, at: "[\(index)]") }
        return elements
    }

    private static func check(_ result: JSONValue, _ name: String, at place: String) throws(Problem) {
        let shown = place.isEmpty ? name : "\(name): \(place)"
        let shape: ResultShape
        switch result["tool"]?.text {
        case "rookery-bench fanout": shape = .run
        case "rookery-bench compare": shape = .comparison
        case "rookery-bench conformance": shape = .conformance
        case let tool?:
            throw Problem(description: "\(shown): tool \"\(tool)\": only fanout, compare and conformance have a report")
        case nil: throw Problem(description: "\(shown): not a result of rookery-bench: it has no member tool")
        }
        guard result["version"]?.integer == 1 else {
            throw Problem(description: "\(shown): version: only version 1 is known")
        }
        if let problem = shape.problem(in: result, at: place) { throw Problem(description: "\(name): \(problem)") }
    }

    /// Line and column of a byte, both from 1, as editors count; the column in bytes.
    private static func position(of offset: Int, in bytes: [UInt8]) -> String {
        let before = bytes[..<min(offset, bytes.count)]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return "\(line):\(before.count - start + 1)"
    }
}
