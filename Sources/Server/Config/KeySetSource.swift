// Where a key set (RFC 7517 §5) comes from: a file, or the answer to a plain HTTP request that never leaves this machine. Whoever can change
// the set makes tokens for anybody, so it is not fetched over a network without TLS, and TLS is the business of a local proxy.

import EventLoop

enum KeySetSource: Equatable, Sendable {
    case file(String)
    case http(Place)

    /// A server on this machine, and what to ask it for.
    struct Place: Equatable, Sendable {
        let address: SocketAddress
        /// For the field Host.
        let host: String
        /// Path and query.
        let target: String
        /// As it was written.
        let text: String
    }

    /// `/etc/keys.json`, `http://127.0.0.1:8081/keys`, `http://localhost/keys` or `http://unix:/run/keys.sock:/keys`.
    init(parsing text: String) throws(SettingProblem) {
        guard !text.isEmpty else { throw SettingProblem(KeySetSource.expected) }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            self = .file(text)
            return
        }
        let scheme = text[..<colon].lowercased()
        guard scheme == "http" else {
            throw SettingProblem(
                because: scheme == "https"
                    ? "this server speaks no TLS: let a proxy on this machine fetch the keys (Deploy/jwks-nginx.conf) and name that, for example http://127.0.0.1:8081/jwks"
                    : "keys come from a file, or over http:// from this machine, not over \(Printable.text(scheme, atMost: 20))://"
            )
        }
        self = .http(try KeySetSource.place(String(text[text.index(colon, offsetBy: 3)...]), text))
    }

    private static let expected =
        "a file, http://127.0.0.1:PORT/PATH or http://unix:/SOCKET:/PATH"

    private static func place(_ rest: String, _ text: String) throws(SettingProblem) -> Place {
        guard rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !rest.utf8.contains(UInt8(ascii: "#")) else {
            throw SettingProblem(expected)
        }
        if rest.hasPrefix("unix:") {
            let parts = rest.dropFirst(5).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].hasPrefix("/"), parts[1].hasPrefix("/") else {
                throw SettingProblem(expected)
            }
            do {
                let address = try SocketAddress(parsing: "unix:\(parts[0])")
                return Place(address: address, host: "localhost", target: String(parts[1]), text: text)
            } catch {
                throw SettingProblem(because: "\(error)")
            }
        }
        let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = String(rest[..<slash])
        guard !authority.isEmpty, !authority.utf8.contains(UInt8(ascii: "@")) else { throw SettingProblem(expected) }
        let target = String(rest[slash...])
        return Place(
            address: try address(authority), host: authority, target: target.hasPrefix("/") ? target : "/" + target,
            text: text)
    }

    private static func address(_ authority: String) throws(SettingProblem) -> SocketAddress {
        let hasPort = authority.hasSuffix("]") ? false : authority.utf8.contains(UInt8(ascii: ":"))
        let (host, port): (String, UInt16)
        do {
            (host, port) = try SocketAddress.splitHostAndPort(hasPort ? authority : authority + ":80")
        } catch {
            throw SettingProblem(expected)
        }
        guard port > 0 else { throw SettingProblem(expected) }
        if host.lowercased() == "localhost" { return .internet(.loopback, port: port) }
        guard let address = IPAddress(host), address.isLoopback else {
            throw SettingProblem(
                because:
                    "keys that come over a network without TLS could be anybody's, and then so are the tokens: name a loopback address such as 127.0.0.1, or a file, and let a proxy on this machine fetch the keys (Deploy/jwks-nginx.conf)"
            )
        }
        return .internet(address, port: port)
    }
}

extension KeySetSource: CustomStringConvertible {
    var description: String {
        switch self {
        case .file(let path): path
        case .http(let place): place.text
        }
    }
}
