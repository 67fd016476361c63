// From tokens to a tree, without recursion: one frame for each open array or object. Depth and number are bounded by the
// reader; here is only memory for what it has let through.

extension JSONValue {
    /// What to do with an object that has a name twice (RFC 8259 §4 leaves it open; programs differ in which one counts).
    package enum DuplicateNames: Sendable {
        /// All members are kept in their order.
        case kept
        case refused
    }

    /// Reads `text`, which is one value and nothing else.
    package init(
        _ text: Span<UInt8>, limits: JSONLimits = JSONLimits(), duplicateNames: DuplicateNames = .refused
    ) throws(JSONError) {
        var reader = JSONReader(limits: limits)
        var builder = JSONTreeBuilder(duplicateNames: duplicateNames)
        while let token = try reader.next(in: text) { try builder.take(token, text) }
        guard let root = builder.root else { throw JSONScanner.unexpected(text, at: reader.offset, .value) }
        self = root
    }
}

struct JSONTreeBuilder {
    private struct Frame {
        let isObject: Bool
        var elements: [JSONValue] = []
        var members: [JSONMember] = []
        /// The name whose value comes next.
        var name: [UInt8] = []
        /// The names so far, only while duplicates are refused. Hashed with a seed of this process, so that no text is slow.
        var names: Set<[UInt8]> = []
    }

    private let duplicateNames: JSONValue.DuplicateNames
    private var frames: [Frame] = []
    /// The value, once it is whole.
    private(set) var root: JSONValue?

    init(duplicateNames: JSONValue.DuplicateNames) { self.duplicateNames = duplicateNames }

    mutating func take(_ token: JSONToken, _ text: Span<UInt8>) throws(JSONError) {
        switch token {
        case .objectStart: frames.append(Frame(isObject: true))
        case .arrayStart: frames.append(Frame(isObject: false))
        case .objectEnd, .arrayEnd:
            let frame = frames.removeLast()
            add(frame.isObject ? .object(frame.members) : .array(frame.elements))
        case .name(let string):
            let name = string.bytes(in: text)
            if duplicateNames == .refused, !frames[frames.count - 1].names.insert(name).inserted {
                throw JSONError(.duplicateName, at: string.location.lowerBound - 1)
            }
            frames[frames.count - 1].name = name
        case .string(let string): add(.string(string.bytes(in: text)))
        case .number(let number): add(.number([UInt8](copying: text.extracting(number.location))))
        case .boolean(let value): add(.boolean(value))
        case .null: add(.null)
        }
    }

    private mutating func add(_ value: JSONValue) {
        let last = frames.count - 1
        if last < 0 {
            root = value
        } else if frames[last].isObject {
            frames[last].members.append(JSONMember(name: frames[last].name, value: value))
        } else {
            frames[last].elements.append(value)
        }
    }
}
