// What a client under test shows of a reply: a value as Fixtures/README.md writes it, and whether that is what was sent. A client may
// lose what the specification lets it lose: which kind of string it was, the order of a set, a big number's kind.

import JSON

/// One line of a client's standard output.
enum ShownLine {
    case value(WireValue)
    /// The client has refused what came, or lost the connection.
    case error(String)
    /// Pushes may be shown; they are not judged.
    case push

    /// nil: the line is not what the contract says.
    init?(_ line: [UInt8]) {
        guard let root = try? JSONValue(line.span, limits: JSONLimits(valueCountMax: 1 << 20)) else { return nil }
        if let text = root["error"]?.text {
            self = .error(text)
        } else if root["push"] != nil {
            self = .push
        } else if let shown = root["value"], let value = ShownLine.value(shown) {
            self = .value(value)
        } else {
            return nil
        }
    }

    private static func value(_ json: JSONValue) -> WireValue? {
        switch json["t"]?.text {
        case "null": return .null
        case "bool":
            return json["v"] == .boolean(true) ? .boolean(true) : json["v"] == .boolean(false) ? .boolean(false) : nil
        case "array": return list(json).map { .array($0) }
        case "set": return list(json).map { .set($0) }
        case "push": return list(json).map { .push($0) }
        case "map": return pairs(json).map { .map($0) }
        case let type?: return bytes(json["v"]).flatMap { scalar(type, $0) }
        case nil: return nil
        }
    }

    private static func scalar(_ type: String, _ text: [UInt8]) -> WireValue? {
        switch type {
        case "simple": .simple(text)
        case "bulk": .bulk(text)
        case "verbatim": .verbatim(format: [], text: text)
        case "error": .error(text)
        case "bulkerror": .bulkError(text)
        case "int": Int64(String(decoding: text, as: UTF8.self)).map { .integer($0) }
        case "bignum": .bigNumber(text)
        case "double": .double(text)
        default: nil
        }
    }

    /// JSON text, or `{"hex": …}`.
    private static func bytes(_ json: JSONValue?) -> [UInt8]? {
        if case .string(let text)? = json { return text }
        guard case .string(let digits)? = json?["hex"], digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }

    private static func list(_ json: JSONValue) -> [WireValue]? {
        guard case .array(let elements)? = json["v"] else { return nil }
        let values = elements.compactMap(value)
        return values.count == elements.count ? values : nil
    }

    private static func pairs(_ json: JSONValue) -> [WireValue]? {
        guard case .array(let elements)? = json["v"] else { return nil }
        var values: [WireValue] = []
        for element in elements {
            guard case .array(let pair) = element, pair.count == 2, let key = value(pair[0]), let item = value(pair[1])
            else { return nil }
            values += [key, item]
        }
        return values
    }
}

extension WireValue {
    /// Whether a client that shows `shown` has understood this value.
    func isShown(by shown: WireValue) -> Bool {
        switch self {
        case .simple(let text), .bulk(let text), .verbatim(_, let text):
            switch shown {
            case .simple(let other), .bulk(let other), .verbatim(_, let other): return text == other
            default: return false
            }
        case .error(let text), .bulkError(let text):
            // Many clients take the code word off.
            guard let other = shown.errorText else { return false }
            return text == other || text.reversed().starts(with: other.reversed()) && !other.isEmpty
        case .integer, .bigNumber: return text.map(WireValue.withoutPlus) == shown.text.map(WireValue.withoutPlus)
        case .double(let text):
            guard let other = shown.text, let number = WireValue.number(text), let otherNumber = WireValue.number(other)
            else { return false }
            return number == otherNumber || number.isNaN && otherNumber.isNaN
        case .boolean(let isTrue): return shown == .boolean(isTrue) || shown == .integer(isTrue ? 1 : 0)
        case .null, .nullBulk, .nullArray: return shown.isNull
        case .array(let elements):
            guard case .array(let others) = shown else { return false }
            return WireValue.areShown(elements, by: others)
        case .push(let elements): return shown.elements.map { WireValue.areShown(elements, by: $0) } ?? false
        case .set(let elements):
            return shown.elements.map { WireValue.areShownInAnyOrder(elements, 1, by: $0) } ?? false
        case .map(let elements):
            return shown.elements.map { WireValue.areShownInAnyOrder(elements, 2, by: $0) } ?? false
        }
    }

    private static func areShown(_ values: [WireValue], by others: [WireValue]) -> Bool {
        values.count == others.count && zip(values, others).allSatisfy { $0.isShown(by: $1) }
    }

    /// Groups of so many, in any order.
    private static func areShownInAnyOrder(_ values: [WireValue], _ size: Int, by others: [WireValue]) -> Bool {
        guard values.count == others.count else { return false }
        var left = stride(from: 0, to: others.count, by: size).map { Array(others[$0..<min($0 + size, others.count)]) }
        for index in stride(from: 0, to: values.count, by: size) {
            let group = Array(values[index..<min(index + size, values.count)])
            guard let place = left.firstIndex(where: { areShown(group, by: $0) }) else { return false }
            left.remove(at: place)
        }
        return true
    }
}
