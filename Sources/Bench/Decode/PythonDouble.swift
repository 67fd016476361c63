// Doubles as Python's repr prints them (CPython float_repr_style "short"): the fewest digits that read back as the same number,
// as Swift's description has them too; but the exponent begins at 1e16 and below 1e-4, with at least two digits.

enum PythonDouble {
    static func text(_ number: Double) -> String {
        if number.isNaN { return "nan" }
        if number.isInfinite { return number < 0 ? "-inf" : "inf" }
        if number == 0 { return number.sign == .minus ? "-0.0" : "0.0" }
        let (digits, exponent) = decimal(number.magnitude)
        let sign = number < 0 ? "-" : ""
        guard exponent >= -4, exponent < 16 else {
            let fraction = digits.count > 1 ? "." + text(digits[1...]) : ""
            let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
            return sign + text(digits[..<1]) + fraction + (exponent < 0 ? "e-" : "e+") + size
        }
        if exponent < 0 {
            return sign + "0." + String(repeating: "0", count: -exponent - 1) + text(digits[...])
        }
        let whole = digits + [UInt8](repeating: UInt8(ascii: "0"), count: max(0, exponent + 1 - digits.count))
        let fraction = whole[(exponent + 1)...]
        return sign + text(whole[...exponent]) + "." + (fraction.isEmpty ? "0" : text(fraction))
    }

    /// The significant digits, and the power of ten of the first of them.
    private static func decimal(_ number: Double) -> (digits: [UInt8], exponent: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var power = 0
        let bytes = Array(number.description.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: ".") {
                point = digits.count
            } else if byte == UInt8(ascii: "e") {
                power = Int(text(bytes[(index + 1)...])) ?? 0
                break
            } else {
                digits.append(byte)
            }
        }
        let leading = digits.prefix { $0 == UInt8(ascii: "0") }.count
        let exponent = (point ?? digits.count) - leading - 1 + power
        let significant = digits[leading...].reversed().drop { $0 == UInt8(ascii: "0") }.reversed()
        return (Array(significant), exponent)
    }

    private static func text(_ ascii: ArraySlice<UInt8>) -> String { String(decoding: ascii, as: UTF8.self) }
}
