// Percent-decoding (RFC 3986 §2.1), strict: "%" is followed by two hexadecimal digits, and text is UTF-8.

/// Takes the percent-encoding off parts of a request target.
package enum PercentDecoding {
    /// The bytes that `raw` stands for, or nil when a "%" is not followed by two hexadecimal digits.
    package static func bytes(_ raw: some Sequence<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
        var decoded: [UInt8] = []
        var iterator = raw.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = iterator.next().flatMap(ByteClass.hexValue),
                    let low = iterator.next().flatMap(ByteClass.hexValue)
                else { return nil }
                decoded.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(ByteClass.space)
            default: decoded.append(byte)
            }
        }
        return decoded
    }

    /// The text that `raw` stands for.
    package static func text(
        _ raw: some Sequence<UInt8>, plusIsSpace: Bool = false
    ) throws(HTTPRefusal) -> String {
        guard let decoded = bytes(raw, plusIsSpace: plusIsSpace) else {
            throw HTTPRefusal(
                .badRequest,
                "In \(Quoted.text(raw)) a % is not followed by two hexadecimal digits; write %25 for a percent sign.")
        }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw HTTPRefusal(
                .badRequest, "The percent-encoded text \(Quoted.text(raw)) is not UTF-8; encode UTF-8 bytes.")
        }
        return text
    }
}
