// Where Redis is, as a person writes it: `redis://[[user]:password@]host[:port][/db]` or `unix:/path`. The password goes into
// `credentials`, which never show it; no error and no description repeats the text that was given.
import EventLoop
package import RESP

package struct RedisAddress: Equatable, Sendable {
    package enum Place: Equatable, Sendable {
        /// A name or a literal address, resolved anew at each dial.
        case host(String, port: UInt16)
        case unix(path: String)
    }

    package var place: Place
    package var credentials: Credentials?
    package var database: Int

    package init(place: Place, credentials: Credentials? = nil, database: Int = 0) {
        self.place = place
        self.credentials = credentials
        self.database = database
    }

    package init(parsing text: String) throws(RedisAddressError) {
        if text.hasPrefix("unix:") {
            self.init(place: .unix(path: try RedisAddress.path(text.dropFirst(5))))
            return
        }
        guard !text.hasPrefix("rediss:") else { throw .transportSecurity }
        guard text.hasPrefix("redis://") else { throw .unknownScheme }
        var rest = text.dropFirst(8)
        guard !rest.contains("?"), !rest.contains("#") else { throw .options }
        var credentials: Credentials?
        var database = 0
        // The last "@": a password may hold one, though it should be written %40.
        if let at = rest.lastIndex(of: "@") {
            credentials = try RedisAddress.credentials(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        if let slash = rest.firstIndex(of: "/") {
            database = try RedisAddress.database(rest[rest.index(after: slash)...])
            rest = rest[..<slash]
        }
        self.init(place: try RedisAddress.host(rest), credentials: credentials, database: database)
    }

    private static func path(_ text: Substring) throws(RedisAddressError) -> String {
        // `unix:///path` means the same.
        let path = text.hasPrefix("//") ? text.dropFirst(2) : text
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { throw .pathNotAbsolute }
        // sun_path of the kernel holds 107 bytes and its end.
        guard path.utf8.count <= 107 else { throw .pathTooLong }
        return String(path)
    }

    private static func credentials(_ text: Substring) throws(RedisAddressError) -> Credentials {
        guard let colon = text.firstIndex(of: ":") else { throw .userWithoutPassword }
        guard let user = percentDecoded(text[..<colon]),
            let password = percentDecoded(text[text.index(after: colon)...])
        else { throw .percentSign }
        guard let name = String(validating: user, as: UTF8.self) else { throw .percentSign }
        return Credentials(user: name.isEmpty ? nil : name, password: password)
    }

    private static func database(_ text: Substring) throws(RedisAddressError) -> Int {
        if text.isEmpty { return 0 }
        guard text.utf8.count <= 6, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(text)
        else { throw .database }
        return number
    }

    private static func host(_ text: Substring) throws(RedisAddressError) -> Place {
        var host = text
        var port: UInt16 = 6379
        let afterBracket = text.lastIndex(of: "]") ?? text.startIndex
        if let colon = text[afterBracket...].lastIndex(of: ":") {
            let digits = text[text.index(after: colon)...]
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = UInt16(digits), number > 0
            else { throw .port }
            port = number
            host = text[..<colon]
        }
        if host.hasPrefix("[") {
            guard host.hasSuffix("]") else { throw .host }
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw .host
        }
        let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "%") }
        guard !host.isEmpty, isPlain, host.utf8.count <= 253 else { throw .host }
        return .host(String(host), port: port)
    }

    private static func percentDecoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// True when the traffic stays on this machine whatever a name server says.
    package var isLoopback: Bool {
        switch place {
        case .unix: true
        case .host("localhost", _): true
        case .host(let host, _): IPAddress(host)?.isLoopback ?? false
        }
    }
}

extension RedisAddress: CustomStringConvertible {
    /// The place alone: `127.0.0.1:6379`, `unix:/path`.
    package var description: String {
        switch place {
        case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
