// A value of RESP as a transcript, in the order of the wire: `RESPReference` writes the same while it reads.

import RESP

extension Transcript {
    mutating func add(_ value: RESPValue) {
        switch value {
        case .simpleString(let bytes): add("+", bytes)
        case .simpleError(let bytes): add("-", bytes)
        case .bulkString(let bytes): add("$", bytes)
        case .bulkError(let bytes): add("!", bytes)
        case .bigNumber(let bytes): add("(", bytes)
        case .verbatimString(let string): add("=", string.format + [UInt8(ascii: ":")] + string.text)
        case .integer(let number):
            add(type: ":")
            add(number)
        case .null: add(type: "_")
        case .double(let number):
            add(type: ",")
            add(number.isNaN ? 1 : number.bitPattern)
        case .boolean(let isTrue):
            add(type: "#")
            add(isTrue ? 1 : 0)
        case .array(let elements): add("*", elements)
        case .set(let elements): add("~", elements)
        case .push(let elements): add(">", elements)
        case .map(let pairs): add("%", pairs)
        case .attributed(let attributed):
            add("|", attributed.attributes)
            add(attributed.value)
        case .oversized(let byteCount):
            add(type: "?")
            add(byteCount)
        }
    }

    mutating func add(_ type: Unicode.Scalar, _ elements: some Collection<RESPValue>) {
        add(type: type)
        add(elements.count)
        for element in elements { add(element) }
    }

    private mutating func add(_ type: Unicode.Scalar, _ pairs: some Collection<RESPPair>) {
        add(type: type)
        add(pairs.count)
        for pair in pairs {
            add(pair.key)
            add(pair.value)
        }
    }
}
