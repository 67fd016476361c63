// The origin of a web page (RFC 6454 §6.2, §7): what a browser says about the page that opens a connection. Compared exactly, as a
// whole: a suffix or prefix that looks alike is another origin (faults W11).

/// A parsed `Origin`.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// `null`: a page from a file, a sandboxed frame. It equals itself, though it may stand for many pages.
    case opaque
    /// Scheme and host in lower case; the port is the scheme's own when none was written.
    case tuple(scheme: String, host: String, port: Int)

    /// Reads "null" or "scheme://host[:port]"; nil for anything else: a path, a trailing slash, user information, a list.
    package init?(_ text: String) {
        guard text != "null" else {
            self = .opaque
            return
        }
        guard let colon = text.utf8.firstIndex(of: ByteClass.colon), text.utf8[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let scheme = text.utf8[..<colon]
        // RFC 3986 §3.1 — ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
        guard let first = scheme.first, ByteClass.isLetter(first), scheme.count <= 32,
            scheme.allSatisfy({
                ByteClass.isLetter($0) || ByteClass.isDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: ".")
            }),
            // Bytes, not Characters: a combining mark behind the slashes is one Character with the last of them.
            let authority = Authority(String(decoding: text.utf8[colon...].dropFirst(3), as: UTF8.self))
        else { return nil }
        let name = String(decoding: scheme.map(ByteClass.lowercased), as: UTF8.self)
        self = .tuple(scheme: name, host: authority.host, port: authority.port ?? Origin.defaultPort(of: name))
    }

    /// Whether host and port are those of `authority`; a `Host` without a port means the port of the origin's scheme, so a
    /// page behind a TLS proxy matches too.
    package func isSameHost(as authority: Authority) -> Bool {
        guard case .tuple(let scheme, let host, let port) = self else { return false }
        return host == authority.host && port == authority.port ?? Origin.defaultPort(of: scheme)
    }

    /// 0 for a scheme without a port of its own, such as an extension's.
    private static func defaultPort(of scheme: String) -> Int {
        switch scheme {
        case "http", "ws": 80
        case "https", "wss": 443
        default: 0
        }
    }

    /// As a browser writes it: without the port when it is the scheme's own.
    package var description: String {
        guard case .tuple(let scheme, let host, let port) = self else { return "null" }
        return port == Origin.defaultPort(of: scheme) ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
    }
}
