// Host and port as `Host` carries them (RFC 9110 §7.2, RFC 3986 §3.2): a registered name, an IPv4 or a bracketed IPv6 literal, and
// perhaps a port. No user information.

/// A host with an optional port; hosts are compared without regard to case.
package struct Authority: Sendable, Hashable {
    /// In lower case; an IPv6 literal keeps its brackets and is written as it was sent.
    package let host: String
    package let port: Int?
    /// The address when the host is an IP literal.
    package let address: IPLiteral?

    package init?(_ text: String) { self.init(text.utf8.span) }

    init?(_ text: Span<UInt8>) {
        guard !text.isEmpty, text.count <= 255 + 6 else { return nil }
        var end = 0
        if text[0] == UInt8(ascii: "[") {
            // RFC 3986 §3.2.2 — IP-literal; no future versions, no zones.
            while end < text.count, text[end] != UInt8(ascii: "]") { end += 1 }
            guard end < text.count else { return nil }
            let inside = [UInt8](copying: text.extracting(1..<end))
            guard IPLiteral.v6(inside) != nil else { return nil }
            address = IPLiteral(inside)
            end += 1
        } else {
            while end < text.count, Authority.isNameByte(text[end]) { end += 1 }
            guard end > 0, end <= 255, end == text.count || text[end] == ByteClass.colon else { return nil }
            address = ByteClass.isDigit(text[0]) ? IPLiteral([UInt8](copying: text.extracting(0..<end))) : nil
        }
        if end == text.count {
            port = nil
        } else {
            guard text[end] == ByteClass.colon, let number = Authority.port(text.extracting((end + 1)...)) else {
                return nil
            }
            port = number
        }
        host = Authority.lowercased(text.extracting(0..<end))
    }

    /// 1 to 65,535, digits only. An empty port (RFC 3986 allows "host:") is refused: nobody means it.
    private static func port(_ digits: Span<UInt8>) -> Int? {
        guard (1...5).contains(digits.count) else { return nil }
        var number = 0
        for index in digits.indices {
            guard ByteClass.isDigit(digits[index]) else { return nil }
            number = number * 10 + Int(digits[index] - UInt8(ascii: "0"))
        }
        return (1...65_535).contains(number) ? number : nil
    }

    private static func lowercased(_ name: Span<UInt8>) -> String {
        for index in name.indices where ByteClass.lowercased(name[index]) != name[index] {
            let bytes = [UInt8](capacity: name.count) { output in
                for index in name.indices { output.append(ByteClass.lowercased(name[index])) }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        return String(copying: name)
    }

    /// The names of the DNS and of `/etc/hosts`: letters, digits, "-", ".", "_". Narrower than RFC 3986's reg-name on purpose:
    /// percent-encoding and sub-delims have no place in a name and only help to confuse a comparison.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_")
    }
}
