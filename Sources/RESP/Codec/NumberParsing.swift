// Numbers as RESP writes them. Everything here takes borrowed bytes and gives nil for what is no such number; no value of the
// wire can make an addition or a multiplication trap.

enum NumberParsing {
    /// A declared length or count: digits only (row R5), at most what fits an Int.
    static func length(_ digits: Span<UInt8>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var value = 0
        for index in digits.indices {
            let digit = digits[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(digit))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// "Integers": `[<+|->]<digits>`; leading zeros and "-0" are accepted (the specification is silent).
    static func integer(_ text: Span<UInt8>) -> Int64? {
        var index = 0
        var isNegative = false
        if let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            isNegative = first == UInt8(ascii: "-")
            index = 1
        }
        guard index < text.count else { return nil }
        // Built downwards: the negative side reaches one further.
        var value: Int64 = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.subtractingReportingOverflow(Int64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
            index += 1
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// "Doubles": `[<+|->]<integral>[.<fractional>][<E|e>[sign]<exponent>]`, `inf`, `-inf`, and `nan` in every spelling that
    /// servers before 7.2 took from the C library: `-nan`, `nan(…)`, in either case.
    static func double(_ text: Span<UInt8>) -> Double? {
        var unsigned = 0
        if let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") { unsigned = 1 }
        let isNegative = unsigned == 1 && text[0] == UInt8(ascii: "-")
        let rest = text.extracting(unsigned..<text.count)
        if isWord("inf", rest) || isWord("infinity", rest) { return isNegative ? -.infinity : .infinity }
        if rest.count >= 3, isWord("nan", rest.extracting(0..<3)) {
            if rest.count == 3 { return .nan }
            guard rest[3] == UInt8(ascii: "("), rest.count >= 5, rest[rest.count - 1] == UInt8(ascii: ")") else {
                return nil
            }
            return .nan
        }
        guard isDecimal(rest) else { return nil }
        return Double(String(copying: text))
    }

    /// "Big numbers": `[+|-]<digits>`, handed out without plus sign, leading zeros or "-0".
    static func bigNumber(_ text: Span<UInt8>) -> [UInt8]? {
        var index = 0
        var isNegative = false
        if let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            isNegative = first == UInt8(ascii: "-")
            index = 1
        }
        guard index < text.count else { return nil }
        for position in index..<text.count where text[position] &- UInt8(ascii: "0") > 9 { return nil }
        while index < text.count - 1, text[index] == UInt8(ascii: "0") { index += 1 }
        let isZero = text[index] == UInt8(ascii: "0")
        var digits: [UInt8] = isNegative && !isZero ? [UInt8(ascii: "-")] : []
        digits.append(copying: text.extracting(index..<text.count))
        return digits
    }

    private static func isDecimal(_ text: Span<UInt8>) -> Bool {
        var index = 0
        func digits(_ text: Span<UInt8>) -> Bool {
            let start = index
            while index < text.count, text[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
            return index > start
        }
        guard digits(text) else { return false }
        if index < text.count, text[index] == UInt8(ascii: ".") {
            index += 1
            guard digits(text) else { return false }
        }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") { index += 1 }
            guard digits(text) else { return false }
        }
        return index == text.count
    }

    /// Compares without regard to ASCII case; `word` is in lower case.
    private static func isWord(_ word: StaticString, _ text: Span<UInt8>) -> Bool {
        guard text.count == word.utf8CodeUnitCount else { return false }
        var index = 0
        for byte in word.description.utf8 {
            if text[index] | 0x20 != byte { return false }
            index += 1
        }
        return true
    }
}

extension String {
    /// Text for people from bytes of the wire; what is not UTF-8 shows as U+FFFD.
    init(copying span: Span<UInt8>) { self = String(decoding: [UInt8](copying: span), as: UTF8.self) }
}
