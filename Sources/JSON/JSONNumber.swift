// A number of a text (RFC 8259 §6), kept as text: what it is worth is the caller's question. Integers are exact or refused, never
// rounded by way of a double; "1.0" and "1e3" are numbers but not integers here.

/// A number that the reader found to be well-formed.
package struct JSONNumber: Equatable, Sendable {
    /// Its bytes in the text.
    package let location: Range<Int>

    /// The integer, or nil when the number has a fraction or an exponent or does not fit.
    package func integer(in text: Span<UInt8>) -> Int64? {
        let digits = text.extracting(location)
        let isNegative = !digits.isEmpty && digits[0] == UInt8(ascii: "-")
        guard let magnitude = JSONNumber.magnitude(digits.extracting((isNegative ? 1 : 0)..<digits.count)) else {
            return nil
        }
        guard isNegative else { return Int64(exactly: magnitude) }
        return magnitude <= UInt64(Int64.max) + 1 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
    }

    /// The integer as far as it is not negative; "-0" is 0.
    package func unsignedInteger(in text: Span<UInt8>) -> UInt64? {
        let digits = text.extracting(location)
        guard !digits.isEmpty, digits[0] == UInt8(ascii: "-") else { return JSONNumber.magnitude(digits) }
        return digits.count == 2 && digits[1] == UInt8(ascii: "0") ? 0 : nil
    }

    /// The nearest double, or nil when it is beyond the largest.
    package func double(in text: Span<UInt8>) -> Double? {
        let bytes = [UInt8](copying: text.extracting(location))
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// Digits only, and not more than fit.
    private static func magnitude(_ digits: Span<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for offset in digits.indices {
            let digit = digits[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            let (shifted, isTooLong) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLarge) = shifted.addingReportingOverflow(UInt64(digit))
            guard !isTooLong, !isTooLarge else { return nil }
            value = sum
        }
        return digits.isEmpty ? nil : value
    }
}
