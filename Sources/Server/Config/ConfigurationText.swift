// From the bytes of a configuration file to a tree that knows its lines: JSON (RFC 8259) with `// …` and `/* … */` between its tokens.
// Comments are overwritten with spaces, so every byte keeps its place and the JSON room reads the rest as strictly as always.

import JSON

/// A value of the file, and where it stands.
struct LocatedValue: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case null
        case boolean(Bool)
        /// As it was written.
        case number(String)
        case string(String)
        case list([LocatedValue])
        case object([LocatedMember])
    }

    /// From 1.
    let line: Int
    let kind: Kind
}

struct LocatedMember: Equatable, Sendable {
    let name: String
    let line: Int
    let value: LocatedValue
}

/// What is wrong in a file. Without the file's name.
struct ConfigurationProblem: Error, Equatable, Sendable {
    /// From 1.
    let line: Int
    /// Key, value and remedy.
    let text: String
}

enum ConfigurationText {
    /// The longest file.
    static let bytesMax = 1 << 20
    static let limits = JSONLimits(depthMax: 8, valueCountMax: 65_536)

    /// The tree of `bytes`. Names that an object has twice are told in `problems` and the reading goes on; a text that is no JSON ends it.
    static func tree(
        of bytes: [UInt8], problems: inout [ConfigurationProblem]
    ) throws(ConfigurationProblem) -> LocatedValue {
        let text = try withoutComments(bytes)
        var builder = LocatedTreeBuilder(text: text)
        do throws(JSONError) {
            try builder.read()
        } catch {
            let place = place(of: error.offset, in: text)
            throw ConfigurationProblem(line: place.line, text: "column \(place.column): \(sentence(error.rule))")
        }
        problems += builder.problems
        guard let root = builder.root else { throw ConfigurationProblem(line: 1, text: "the file is empty; write {}") }
        return root
    }

    /// The same bytes with spaces for comments; line ends stay.
    static func withoutComments(_ bytes: [UInt8]) throws(ConfigurationProblem) -> [UInt8] {
        var text = bytes
        var offset = 0
        while offset < text.count {
            switch text[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                // To its end, or to the end of the line, where the JSON room will say what is wrong.
                while offset < text.count, text[offset] != UInt8(ascii: "\""), text[offset] != lineFeed {
                    offset += text[offset] == UInt8(ascii: "\\") ? 2 : 1
                }
                offset += 1
            case UInt8(ascii: "/") where offset + 1 < text.count && text[offset + 1] == UInt8(ascii: "/"):
                while offset < text.count, text[offset] != lineFeed {
                    text[offset] = space
                    offset += 1
                }
            case UInt8(ascii: "/") where offset + 1 < text.count && text[offset + 1] == UInt8(ascii: "*"):
                offset = try blankBlock(&text, from: offset)
            default: offset += 1
            }
        }
        return text
    }

    private static func blankBlock(_ text: inout [UInt8], from start: Int) throws(ConfigurationProblem) -> Int {
        var end = start + 2
        while true {
            guard end + 1 < text.count else {
                throw ConfigurationProblem(
                    line: place(of: start, in: text).line, text: "a comment begins with /* and never ends; write */")
            }
            if text[end] == UInt8(ascii: "*"), text[end + 1] == UInt8(ascii: "/") { break }
            end += 1
        }
        for offset in start..<end + 2 where text[offset] != lineFeed { text[offset] = space }
        return end + 2
    }

    private static func place(of offset: Int, in text: [UInt8]) -> (line: Int, column: Int) {
        let before = text.prefix(offset)
        let start = before.lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
        return (before.count { $0 == lineFeed } + 1, before.count - start + 1)
    }

    private static func sentence(_ rule: JSONError.Rule) -> String {
        guard case .unexpectedByte(let byte, let expected) = rule, (0x21...0x7E).contains(byte) else {
            return "\(rule)"
        }
        let found = "\"\(Unicode.Scalar(byte))\" where \(expected) should stand"
        let isAfterComma = expected == .name || expected == .value
        let isEnd = byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
        return isAfterComma && isEnd ? found + "; take out the comma before it" : found
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")
}

/// Builds the tree; depth and number are bounded by the reader.
private struct LocatedTreeBuilder {
    private struct Frame {
        let line: Int
        let isObject: Bool
        var elements: [LocatedValue] = []
        var members: [LocatedMember] = []
        var name = ""
        var nameLine = 0
        /// Where each name stood first, by its bytes.
        var lines: [[UInt8]: Int] = [:]
    }

    private let text: [UInt8]
    private var reader = JSONReader(limits: ConfigurationText.limits)
    private var frames: [Frame] = []
    private(set) var root: LocatedValue?
    private(set) var problems: [ConfigurationProblem] = []
    /// The line of `counted`.
    private var line = 1
    private var counted = 0

    init(text: [UInt8]) { self.text = text }

    mutating func read() throws(JSONError) {
        let text = text
        let span = text.span
        while let token = try reader.next(in: span) {
            switch token {
            case .objectStart, .arrayStart:
                frames.append(Frame(line: line(of: reader.offset), isObject: token == .objectStart))
            case .objectEnd, .arrayEnd:
                let frame = frames.removeLast()
                add(frame.isObject ? .object(frame.members) : .list(frame.elements), at: frame.line)
            case .name(let string): take(name: string, span)
            case .string(let string): add(.string(string.text(in: span)), at: line(of: reader.offset))
            case .number(let number):
                let digits = text[number.location]
                add(.number(String(decoding: digits, as: UTF8.self)), at: line(of: reader.offset))
            case .boolean(let value): add(.boolean(value), at: line(of: reader.offset))
            case .null: add(.null, at: line(of: reader.offset))
            }
        }
    }

    private mutating func take(name string: JSONString, _ span: Span<UInt8>) {
        let here = line(of: string.location.upperBound)
        let bytes = string.bytes(in: span)
        let last = frames.count - 1
        frames[last].name = String(decoding: bytes, as: UTF8.self)
        frames[last].nameLine = here
        if let first = frames[last].lines.updateValue(here, forKey: bytes) {
            let shown = Printable.text(frames[last].name, atMost: 80)
            problems.append(
                ConfigurationProblem(line: here, text: "\(shown): written twice, first in line \(first); keep one"))
        }
    }

    private mutating func add(_ kind: LocatedValue.Kind, at line: Int) {
        let value = LocatedValue(line: line, kind: kind)
        let last = frames.count - 1
        if last < 0 {
            root = value
        } else if frames[last].isObject {
            let name = frames[last].name
            frames[last].members.append(LocatedMember(name: name, line: frames[last].nameLine, value: value))
        } else {
            frames[last].elements.append(value)
        }
    }

    /// Offsets come in rising order, so each byte is looked at once.
    private mutating func line(of offset: Int) -> Int {
        while counted < offset {
            if text[counted] == UInt8(ascii: "\n") { line += 1 }
            counted += 1
        }
        return line
    }
}
