// Host and port as `Host` carries them (RFC 9110 §7.2, RFC 3986 §3.2): a registered name, an IPv4 or a bracketed IPv6 literal, and
// perhaps a port. No user information.

/// A host with an optional port; hosts are compared without regard to case.
package struct Authority: Sendable, Hashable {
    /// In lower case; an IPv6 literal keeps its brackets and is written as it was sent.
    package let host: String
    /// 1...65535; nil when none was written, which means the port of the scheme.
    package let port: Int?
    /// The address when the host is an IP literal.
    package let address: IPLiteral?

    /// Nil for anything that is not exactly host and perhaps port.
    package init?(_ text: String) { self.init(text.utf8.span) }

    init?(_ text: Span<UInt8>) {
        guard let parts = Parts(text) else { return nil }
        host = Authority.lowercased(text.extracting(0..<parts.hostEnd))
        port = parts.port
        address = parts.address
    }

    /// Whether `text` is an authority; for names without an allocation.
    static func isValid(_ text: Span<UInt8>) -> Bool { Parts(text) != nil }

    /// What an authority is made of, before its name is written.
    private struct Parts {
        /// Where the host ends, brackets included.
        var hostEnd = 0
        var port: Int?
        var address: IPLiteral?

        init?(_ text: Span<UInt8>) {
            guard !text.isEmpty, text.count <= 255 + 6 else { return nil }
            if text[0] == UInt8(ascii: "[") {
                guard readLiteral(text) else { return nil }
            } else {
                while hostEnd < text.count, Authority.isNameByte(text[hostEnd]) { hostEnd += 1 }
                guard hostEnd > 0, hostEnd <= 255 else { return nil }
                if ByteClass.isDigit(text[0]) {
                    address = IPLiteral([UInt8](copying: text.extracting(0..<hostEnd)))
                }
            }
            guard hostEnd < text.count else { return }
            guard text[hostEnd] == ByteClass.colon, let number = Authority.port(text.extracting((hostEnd + 1)...))
            else { return nil }
            port = number
        }

        /// RFC 3986 §3.2.2 — IP-literal; no future versions, no zones.
        private mutating func readLiteral(_ text: Span<UInt8>) -> Bool {
            while hostEnd < text.count, text[hostEnd] != UInt8(ascii: "]") { hostEnd += 1 }
            guard hostEnd < text.count else { return false }
            let inside = [UInt8](copying: text.extracting(1..<hostEnd))
            guard IPLiteral.v6(inside) != nil else { return false }
            address = IPLiteral(inside)
            hostEnd += 1
            return true
        }
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
