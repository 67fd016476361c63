// One object of a request, read once: which members it has and where their values stand. Whoever asks for a member says what it must be; what is
// there instead is told with its name, its type and its place in the body.

import ChatProtocol
import Digest
import JSON

struct APIObject {
    /// The whole body.
    let text: [UInt8]
    /// Where in the body this object stands, for people: `commands[2].publish`; empty for the outermost.
    let path: String
    /// By the bytes of their names. Hashed with a seed of this process.
    private var members: [[UInt8]: Range<Int>] = [:]
    /// In the order of the text.
    private(set) var names: [[UInt8]] = []

    /// Why a body is no request at all.
    enum Problem: Error {
        case json(JSONError)
        case empty
        case notAnObject
        /// The member's name, for people.
        case duplicate(String)
    }

    /// The outermost object: reads the whole body.
    init(body: [UInt8]) throws(Problem) {
        text = body
        path = ""
        guard body.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) else { throw .empty }
        try read(0..<body.count)
    }

    /// An object inside of a body that was read.
    private init(_ text: [UInt8], _ place: Range<Int>, path: String) throws(ReplyError) {
        self.text = text
        self.path = path
        do throws(Problem) {
            try read(place)
        } catch {
            guard case .duplicate(let name) = error else { throw .badMember(place: path, "is no object") }
            throw .badMember(place: APIObject.path(path, name), "is there twice")
        }
    }

    private mutating func read(_ place: Range<Int>) throws(Problem) {
        // Bound first: a span of a field cannot be lent while another field changes.
        let text = text
        let part = text.span.extracting(place)
        var reader = APIObject.reader
        guard case .objectStart = try APIObject.next(&reader, part) else {
            // What follows may not be JSON at all; that is told first.
            while try APIObject.next(&reader, part) != nil {}
            throw .notAnObject
        }
        while case .name(let name)? = try APIObject.next(&reader, part) {
            let bytes = name.bytes(in: part)
            let value: Range<Int>
            do throws(JSONError) { value = try reader.skipValue(in: part) } catch { throw .json(error) }
            let whole = place.lowerBound + value.lowerBound..<place.lowerBound + value.upperBound
            guard members.updateValue(whole, forKey: bytes) == nil else { throw .duplicate(APIObject.shown(bytes)) }
            names.append(bytes)
        }
        // Behind the brace there is nothing.
        while try APIObject.next(&reader, part) != nil {}
    }

    private static var reader: JSONReader {
        JSONReader(limits: JSONLimits(depthMax: APILimits.depthMax, valueCountMax: APILimits.valuesMax))
    }

    private static func next(_ reader: inout JSONReader, _ text: Span<UInt8>) throws(Problem) -> JSONToken? {
        do throws(JSONError) { return try reader.next(in: text) } catch { throw .json(error) }
    }

    // MARK: Members

    func string(_ name: String) throws(ReplyError) -> String? {
        guard let place = place(of: name) else { return nil }
        guard case .string(let string)? = token(place) else { throw wrong(name, place, "a string") }
        return string.text(in: text.span.extracting(place))
    }

    /// A string that must be there and not be empty.
    func neededString(_ name: String) throws(ReplyError) -> String {
        guard let value = try string(name) else { throw .badMember(place: path(to: name), "is missing") }
        guard !value.isEmpty else { throw .badMember(place: path(to: name), "is empty") }
        return value
    }

    func boolean(_ name: String) throws(ReplyError) -> Bool? {
        guard let place = place(of: name) else { return nil }
        guard case .boolean(let value)? = token(place) else { throw wrong(name, place, "true or false") }
        return value
    }

    /// An integer of `range`.
    func integer(_ name: String, in range: ClosedRange<Int64>) throws(ReplyError) -> Int64? {
        guard let place = place(of: name) else { return nil }
        guard case .number(let number)? = token(place) else { throw wrong(name, place, "an integer") }
        guard let value = number.integer(in: text.span.extracting(place)), range.contains(value) else {
            throw wrong(name, place, "an integer from \(range.lowerBound) to \(range.upperBound)", shows: true)
        }
        return value
    }

    func unsigned(_ name: String) throws(ReplyError) -> UInt64? {
        guard let place = place(of: name) else { return nil }
        guard case .number(let number)? = token(place) else { throw wrong(name, place, "an integer") }
        guard let value = number.unsignedInteger(in: text.span.extracting(place)) else {
            throw wrong(name, place, "an integer from 0 to \(UInt64.max)", shows: true)
        }
        return value
    }

    /// Any value, on one line; `null` is one, too. Nil: not there.
    func raw(_ name: String) -> [UInt8]? {
        guard let place = members[Array(name.utf8)] else { return nil }
        var writer = JSONWriter()
        writer.compact(text.span.extracting(place))
        return writer.bytes
    }

    /// What a payload is: `name` as it stands there, one JSON value on one line, or the bytes of Base64 in `encoded`, which goes first. Nil:
    /// neither.
    func payload(_ name: String, orBase64 encoded: String) throws(ReplyError) -> (bytes: [UInt8], isJSON: Bool)? {
        guard let base64 = try string(encoded), !base64.isEmpty else { return raw(name).map { ($0, true) } }
        let bytes = Array(base64.utf8)
        guard let decoded = Base64.decode(bytes.span) else {
            throw .badMember(place: path(to: encoded), "is not Base64 (RFC 4648 §4, padded)")
        }
        return (decoded, false)
    }

    func object(_ name: String) throws(ReplyError) -> APIObject? {
        guard let place = place(of: name) else { return nil }
        guard text[place.lowerBound] == UInt8(ascii: "{") else { throw wrong(name, place, "an object") }
        return try APIObject(text, place, path: path(to: name))
    }

    /// The objects of a list; nil in the place of `null`.
    func objects(_ name: String) throws(ReplyError) -> [Result<APIObject?, ReplyError>]? {
        guard let elements = try elements(name) else { return nil }
        var objects: [Result<APIObject?, ReplyError>] = []
        for (index, place) in elements.enumerated() {
            let path = "\(path(to: name))[\(index)]"
            guard token(place) != .null else {
                objects.append(.success(nil))
                continue
            }
            objects.append(
                Result { () throws(ReplyError) in
                    guard text[place.lowerBound] == UInt8(ascii: "{") else { throw wrong(at: path, place, "an object") }
                    return try APIObject(text, place, path: path)
                })
        }
        return objects
    }

    func strings(_ name: String) throws(ReplyError) -> [String]? {
        guard let elements = try elements(name) else { return nil }
        var strings: [String] = []
        for (index, place) in elements.enumerated() {
            guard case .string(let string)? = token(place) else {
                throw wrong(at: "\(path(to: name))[\(index)]", place, "a string")
            }
            strings.append(string.text(in: text.span.extracting(place)))
        }
        return strings
    }

    /// Strings by name.
    func map(_ name: String) throws(ReplyError) -> [(key: String, value: String)] {
        guard let object = try object(name) else { return [] }
        var values: [(key: String, value: String)] = []
        for key in object.names {
            let key = String(decoding: key, as: UTF8.self)
            values.append((key, try object.string(key) ?? ""))
        }
        return values
    }

    // MARK: Pieces

    /// Where the value stands; nil when it is not there, or `null`.
    private func place(of name: String) -> Range<Int>? {
        guard let place = members[Array(name.utf8)], token(place) != .null else { return nil }
        return place
    }

    /// The first token of a value. Its places count from there.
    private func token(_ place: Range<Int>) -> JSONToken? {
        var reader = APIObject.reader
        return (try? reader.next(in: text.span.extracting(place))) ?? nil
    }

    private func elements(_ name: String) throws(ReplyError) -> [Range<Int>]? {
        guard let place = place(of: name) else { return nil }
        guard text[place.lowerBound] == UInt8(ascii: "[") else { throw wrong(name, place, "a list") }
        var elements: [Range<Int>] = []
        let part = text.span.extracting(place)
        var reader = APIObject.reader
        _ = try? reader.next(in: part)
        // Where the list ends no value begins, and the reader says so; everything else in it was read before.
        while let value = try? reader.skipValue(in: part) {
            elements.append(place.lowerBound + value.lowerBound..<place.lowerBound + value.upperBound)
            guard elements.count <= APILimits.entriesMax else {
                throw .badMember(place: path(to: name), "has more than \(APILimits.entriesMax) entries; send several")
            }
        }
        return elements
    }

    func path(to name: String) -> String { APIObject.path(path, name) }

    private static func path(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    static func shown(_ name: [UInt8]) -> String { Printable.text(String(decoding: name, as: UTF8.self), atMost: 80) }

    private func wrong(_ name: String, _ place: Range<Int>, _ expected: String, shows: Bool = false) -> ReplyError {
        wrong(at: path(to: name), place, expected, shows: shows)
    }

    /// `shows`: the value is a number, which is no secret.
    private func wrong(
        at path: String, _ place: Range<Int>, _ expected: String, shows: Bool = false
    ) -> ReplyError {
        let found: String
        switch text[place.lowerBound] {
        case UInt8(ascii: "{"): found = "an object"
        case UInt8(ascii: "["): found = "a list"
        case UInt8(ascii: "\""): found = "a string"
        case UInt8(ascii: "t"), UInt8(ascii: "f"): found = "a boolean"
        case UInt8(ascii: "n"): found = "null"
        default:
            let digits = Printable.text(String(decoding: text[place], as: UTF8.self), atMost: 40)
            found = shows ? digits : "a number"
        }
        return .badMember(place: path, "must be \(expected), not \(found) (byte \(place.lowerBound))")
    }
}

extension ReplyError {
    /// 107, with words about one member of a request.
    static func badMember(place: String, _ words: String) -> ReplyError {
        ReplyError(badRequest.code, "\(badRequest.message): \(place) \(words)")
    }
}
