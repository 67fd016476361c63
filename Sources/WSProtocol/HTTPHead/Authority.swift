// Host and port as `Host` carries them (RFC 9110 §7.2, RFC 3986 §3.2): a registered name, an IPv4 or a bracketed IPv6 literal, and
// perhaps a port. No user information.

/// A host with an optional port; hosts are compared without regard to case.
package struct Authority: Sendable, Hashable {
    /// In lower case; an IPv6 literal keeps its brackets and is written as it was sent.
    package let host: String
    package let port: Int?
    /// The address when the host is an IP literal.
    package let address: IPLiteral?

    package init?(_ text: String) {
        guard let authority = Authority(text.utf8[...]) else { return nil }
        self = authority
    }

    init?(_ text: Substring.UTF8View) {
        guard !text.isEmpty, text.count <= 255 + 6 else { return nil }
        let name: Substring.UTF8View
        if text.first == UInt8(ascii: "[") {
            // RFC 3986 §3.2.2 — IP-literal; no future versions, no zones.
            guard let close = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            let inside = text[text.index(after: text.startIndex)..<close]
            guard IPLiteral.v6(inside) != nil else { return nil }
            address = IPLiteral(inside)
            name = text[...close]
        } else {
            let end = text.firstIndex(of: ByteClass.colon) ?? text.endIndex
            name = text[..<end]
            guard !name.isEmpty, name.count <= 255, name.allSatisfy(Authority.isNameByte) else { return nil }
            address = IPLiteral(name)
        }
        let rest = text[name.endIndex...]
        if rest.isEmpty {
            port = nil
        } else {
            guard rest.first == ByteClass.colon, let number = Authority.port(rest.dropFirst()) else { return nil }
            port = number
        }
        host = String(decoding: name.map(ByteClass.lowercased), as: UTF8.self)
    }

    /// 1 to 65,535, digits only. An empty port (RFC 3986 allows "host:") is refused: nobody means it.
    private static func port(_ digits: Substring.UTF8View) -> Int? {
        guard (1...5).contains(digits.count), digits.allSatisfy(ByteClass.isDigit) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return (1...65_535).contains(number) ? number : nil
    }

    /// The names of the DNS and of `/etc/hosts`: letters, digits, "-", ".", "_". Narrower than RFC 3986's reg-name on purpose:
    /// percent-encoding and sub-delims have no place in a name and only help to confuse a comparison.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        ByteClass.isLetter(byte) || ByteClass.isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "_")
    }
}
