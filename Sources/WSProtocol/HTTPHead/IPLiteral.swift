// IP addresses written as text (RFC 3986 §3.2.2, RFC 4291 §2.2), as they stand in Host, Origin and X-Forwarded-For. Strict: four
// decimal numbers without leading zeros, since some programs read "010" as octal.

/// An IPv4 or IPv6 address that was written as text. IPv4 is kept as the IPv6 address that maps it.
package struct IPLiteral: Sendable, Hashable {
    /// The 16 bytes as two numbers, most significant first.
    package let high: UInt64
    /// The last eight bytes; of IPv4 the lower half is the address.
    package let low: UInt64

    /// Reads "192.0.2.1" or "2001:db8::1", without brackets, zone or port.
    package init?(_ text: some Collection<UInt8>) {
        if let address = IPLiteral.v4(text) {
            (high, low) = (0, 0xFFFF_0000_0000 | UInt64(address))
        } else if let words = IPLiteral.v6(text) {
            high = words[0..<4].reduce(0) { $0 << 16 | UInt64($1) }
            low = words[4..<8].reduce(0) { $0 << 16 | UInt64($1) }
        } else {
            return nil
        }
    }

    /// Written as IPv4, or as the IPv6 address that maps one: both are the same peer.
    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// 127.0.0.0/8 (also mapped into IPv6) and ::1.
    package var isLoopback: Bool { (isIPv4 && low >> 24 & 0xFF == 127) || (high == 0 && low == 1) }

    /// RFC 3986 §3.2.2 — IPv4address.
    static func v4(_ text: some Collection<UInt8>) -> UInt32? {
        guard text.count <= 15 else { return nil }
        var address: UInt32 = 0
        var number: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                address = address << 8 | number
                (number, digits, dots) = (0, 0, dots + 1)
            } else {
                // A zero stands alone.
                guard ByteClass.isDigit(byte), digits == 0 || number > 0 else { return nil }
                number = number * 10 + UInt32(byte - UInt8(ascii: "0"))
                guard number <= 255 else { return nil }
                digits += 1
            }
        }
        return digits > 0 && dots == 3 ? address << 8 | number : nil
    }

    /// RFC 4291 §2.2 — eight groups, one run of zeros written "::", the last two groups perhaps as IPv4.
    static func v6(_ text: some Collection<UInt8>) -> [UInt16]? {
        guard (2...45).contains(text.count) else { return nil }
        let bytes = Array(text)
        let gap = (0..<bytes.count - 1).first { bytes[$0] == ByteClass.colon && bytes[$0 + 1] == ByteClass.colon }
        guard let gap else { return groups(bytes[...], mayEndWithIPv4: true).flatMap { $0.count == 8 ? $0 : nil } }
        guard let left = groups(bytes[..<gap], mayEndWithIPv4: false),
            let right = groups(bytes[(gap + 2)...], mayEndWithIPv4: true), left.count + right.count <= 7
        else { return nil }
        return left + [UInt16](repeating: 0, count: 8 - left.count - right.count) + right
    }

    private static func groups(_ text: ArraySlice<UInt8>, mayEndWithIPv4: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ByteClass.colon, omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if mayEndWithIPv4 && index == parts.count - 1, let address = v4(part) {
                groups.append(UInt16(address >> 16))
                groups.append(UInt16(address & 0xFFFF))
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var number: UInt16 = 0
            for byte in part {
                guard let digit = ByteClass.hexValue(byte) else { return nil }
                number = number << 4 | UInt16(digit)
            }
            groups.append(number)
        }
        return groups.count <= 8 ? groups : nil
    }
}
