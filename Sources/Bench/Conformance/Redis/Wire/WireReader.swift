// Reads RESP as strictly as the specification writes it: <https://redis.io/docs/latest/develop/reference/protocol-spec/> and, for
// attributes, <https://github.com/antirez/RESP3/blob/master/spec.md>. Written for reading, not for speed.

/// What the next bytes are.
enum WireReading: Equatable {
    case item(WireItem)
    /// At least so many bytes are needed behind the start of this value.
    case incomplete(bytesMin: Int)
    /// Why these bytes are no RESP, and at which byte from the start of the value.
    case malformed(String, at: Int)
}

/// One attempt to read one value; a value that is not whole is read again from its start.
struct WireReader {
    private enum Stop: Error {
        case incomplete(Int)
        case malformed(String, Int)
    }

    /// Deeper than any command of Redis answers; keeps the recursion within the stack.
    static let depthMax = 128
    static let elementsMax: Int64 = 16 << 20
    /// What Redis lets a string be (proto-max-bulk-len).
    static let bulkBytesMax: Int64 = 512 << 20
    /// Of a line: what a simple string or a big number may take.
    static let lineBytesMax = 1 << 20

    private let bytes: [UInt8]
    private let start: Int
    private var index: Int

    private init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        self.start = start
        index = start
    }

    /// Reads the value that begins at `start`.
    static func read(_ bytes: [UInt8], from start: Int) -> WireReading {
        var reader = WireReader(bytes, from: start)
        do throws(Stop) {
            var attributes: [WireValue] = []
            while reader.index < bytes.count, bytes[reader.index] == UInt8(ascii: "|") {
                reader.index += 1
                attributes += try reader.elements(perEntry: 2, depth: 1)
            }
            let value = try reader.value(depth: 0)
            return .item(WireItem(value: value, attributes: attributes, range: start..<reader.index))
        } catch {
            switch error {
            case .incomplete(let end): return .incomplete(bytesMin: end - start)
            case .malformed(let why, let place): return .malformed(why, at: place - start)
            }
        }
    }

    /// Flat and long: one line per type.
    private mutating func value(depth: Int) throws(Stop) -> WireValue {
        guard index < bytes.count else { throw .incomplete(index + 1) }
        guard depth <= WireReader.depthMax else { throw .malformed("nested deeper than \(WireReader.depthMax)", index) }
        let first = bytes[index]
        index += 1
        switch first {
        case UInt8(ascii: "+"): return .simple(try line())
        case UInt8(ascii: "-"): return .error(try line())
        case UInt8(ascii: ":"): return .integer(try integer())
        case UInt8(ascii: "$"): return try bulk(nullable: true).map { .bulk($0) } ?? .nullBulk
        case UInt8(ascii: "*"):
            if try skip("-1\r\n") { return .nullArray }
            return .array(try elements(perEntry: 1, depth: depth + 1))
        case UInt8(ascii: "_"):
            let place = index
            guard try line().isEmpty else { throw .malformed("a null has nothing between _ and CRLF", place) }
            return .null
        case UInt8(ascii: "#"): return .boolean(try boolean())
        case UInt8(ascii: ","): return .double(try checked(WireReader.isDouble, "no floating point number"))
        case UInt8(ascii: "("): return .bigNumber(try checked(WireReader.isInteger, "no whole number"))
        case UInt8(ascii: "!"): return .bulkError(try bulk(nullable: false) ?? [])
        case UInt8(ascii: "="): return try verbatim()
        case UInt8(ascii: "%"): return .map(try elements(perEntry: 2, depth: depth + 1))
        case UInt8(ascii: "~"): return .set(try elements(perEntry: 1, depth: depth + 1))
        case UInt8(ascii: ">"):
            guard depth == 0 else { throw .malformed("a push inside another value", index - 1) }
            return .push(try elements(perEntry: 1, depth: depth + 1))
        default: throw .malformed("no type of RESP begins with this byte", index - 1)
        }
    }

    /// Attributes may stand before any element and add nothing to its parent's count (RESP3, Attribute type).
    private mutating func element(depth: Int) throws(Stop) -> WireValue {
        while index < bytes.count, bytes[index] == UInt8(ascii: "|") {
            index += 1
            _ = try elements(perEntry: 2, depth: depth + 1)
        }
        return try value(depth: depth)
    }

    private mutating func elements(perEntry: Int, depth: Int) throws(Stop) -> [WireValue] {
        let place = index
        let count = try length(most: WireReader.elementsMax, place)
        var elements: [WireValue] = []
        for _ in 0..<count * perEntry { elements.append(try element(depth: depth)) }
        return elements
    }

    private mutating func bulk(nullable: Bool) throws(Stop) -> [UInt8]? {
        let place = index
        if nullable, try skip("-1\r\n") { return nil }
        return try body(try length(most: WireReader.bulkBytesMax, place))
    }

    private mutating func body(_ count: Int) throws(Stop) -> [UInt8] {
        guard bytes.count - index >= count + 2 else { throw .incomplete(index + count + 2) }
        let text = Array(bytes[index..<index + count])
        index += count
        guard bytes[index] == 0x0D, bytes[index + 1] == 0x0A else {
            throw .malformed("no CRLF behind the \(count) bytes of a string", index)
        }
        index += 2
        return text
    }

    private mutating func verbatim() throws(Stop) -> WireValue {
        let place = index
        let count = try length(most: WireReader.bulkBytesMax, place)
        let wrong = Stop.malformed("a verbatim string begins with three bytes and a colon", place)
        guard count >= 4 else { throw wrong }
        guard bytes.count - index < 4 || bytes[index + 3] == UInt8(ascii: ":") else { throw wrong }
        let whole = try body(count)
        return .verbatim(format: Array(whole[..<3]), text: Array(whole[4...]))
    }

    private mutating func boolean() throws(Stop) -> Bool {
        let place = index
        switch try line() {
        case [UInt8(ascii: "t")]: return true
        case [UInt8(ascii: "f")]: return false
        default: throw .malformed("a boolean is t or f", place)
        }
    }

    private mutating func integer() throws(Stop) -> Int64 {
        let place = index
        let text = try line()
        guard WireReader.isInteger(text[...]), let number = Int64(String(decoding: text, as: UTF8.self)) else {
            throw .malformed("no signed 64-bit integer", place)
        }
        return number
    }

    private mutating func length(most: Int64, _ place: Int) throws(Stop) -> Int {
        let text = try line()
        guard !text.isEmpty, text.allSatisfy(WireReader.isDigit),
            let number = Int64(String(decoding: text, as: UTF8.self))
        else { throw .malformed("a length is decimal digits", place) }
        guard number <= most else { throw .malformed("a length of \(number), more than \(most)", place) }
        return Int(number)
    }

    private mutating func checked(_ isRight: (ArraySlice<UInt8>) -> Bool, _ why: String) throws(Stop) -> [UInt8] {
        let place = index
        let text = try line()
        guard isRight(text[...]) else { throw .malformed(why, place) }
        return text
    }

    /// Up to CRLF, which is skipped. Neither CR nor LF may stand inside.
    private mutating func line() throws(Stop) -> [UInt8] {
        var end = index
        while end < bytes.count, bytes[end] != 0x0D, bytes[end] != 0x0A { end += 1 }
        guard end - index <= WireReader.lineBytesMax else { throw .malformed("a line without end", index) }
        guard end < bytes.count else { throw .incomplete(end + 2) }
        guard bytes[end] == 0x0D else { throw .malformed("a line feed without carriage return", end) }
        guard end + 1 < bytes.count else { throw .incomplete(end + 2) }
        guard bytes[end + 1] == 0x0A else { throw .malformed("a carriage return without line feed", end) }
        defer { index = end + 2 }
        return Array(bytes[index..<end])
    }

    /// Skips `text` where it stands here.
    private mutating func skip(_ text: StaticString) throws(Stop) -> Bool {
        let wanted = Array(text.description.utf8)
        let there = bytes[index...].prefix(wanted.count)
        guard there.elementsEqual(wanted.prefix(there.count)) else { return false }
        guard there.count == wanted.count else { throw .incomplete(index + wanted.count) }
        index += wanted.count
        return true
    }

    // MARK: Grammars

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func unsigned(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-") ? text.dropFirst() : text
    }

    /// `[<+|->]<digits>`
    static func isInteger(_ text: ArraySlice<UInt8>) -> Bool {
        let digits = unsigned(text)
        return !digits.isEmpty && digits.allSatisfy(isDigit)
    }

    /// `[<+|->]<integral>[.<fractional>][<E|e>[sign]<exponent>]`, `inf`, `-inf` or `nan` (protocol-spec, Doubles).
    static func isDouble(_ text: ArraySlice<UInt8>) -> Bool {
        if ["inf", "-inf", "nan"].contains(where: { text.elementsEqual($0.utf8) }) { return true }
        var rest = unsigned(text)
        let integral = rest.prefix(while: isDigit)
        rest = rest.dropFirst(integral.count)
        guard !integral.isEmpty else { return false }
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            guard !fraction.isEmpty else { return false }
            rest = rest.dropFirst(fraction.count + 1)
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") { return isInteger(rest.dropFirst()) }
        return rest.isEmpty
    }
}
