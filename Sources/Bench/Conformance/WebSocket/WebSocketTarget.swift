// Where the server under test is: `ws://host:port/path` or `unix:/socket:/path`.

import EventLoop
import WSProtocol

struct WebSocketTarget: Sendable {
    let address: SocketAddress
    /// For the Host field.
    let host: String
    /// With {n}, or without.
    let path: String
    /// As it was written.
    let text: String

    /// Names are looked up here, once.
    init(parsing text: String) throws(ConformanceProblem) {
        self.text = text
        if text.utf8.starts(with: "unix:".utf8) {
            let rest = text.dropFirst("unix:".count)
            let colon = rest.firstIndex(of: ":") ?? rest.endIndex
            path = colon == rest.endIndex ? "/" : String(rest[rest.index(after: colon)...])
            host = "localhost"
            address = try WebSocketTarget.address("unix:" + rest[..<colon])
        } else {
            guard text.utf8.starts(with: "ws://".utf8) else {
                throw ConformanceProblem(
                    "\(text): ws://host:port/path or unix:/socket:/path is expected; TLS is not spoken")
            }
            let rest = text.dropFirst("ws://".count)
            let slash = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
            let given = rest[slash...]
            path = given.first == "/" ? String(given) : "/" + given
            host = String(rest[..<slash])
            let last = host.utf8.last { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "]") }
            address = try WebSocketTarget.address(last == UInt8(ascii: ":") ? host : host + ":80")
        }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), path.utf8.first == UInt8(ascii: "/"),
            Authority(host) != nil
        else { throw ConformanceProblem("\(text): the host or the path cannot stand in a request as it is") }
    }

    /// Whether cases can have paths of their own.
    var hasNumber: Bool { TextSearch.contains(path, "{n}") }

    func path(number: Int) -> String { Template(path).text(number: number, channel: 0) }

    private static func address(_ text: String) throws(ConformanceProblem) -> SocketAddress {
        let host: String
        let port: UInt16
        do throws(AddressError) {
            if text.utf8.starts(with: "unix:".utf8) { return try SocketAddress(parsing: text) }
            (host, port) = try SocketAddress.splitHostAndPort(text)
        } catch {
            throw ConformanceProblem("\(error)")
        }
        if let literal = IPAddress(host) { return .internet(literal, port: port) }
        return try AddressLookup.first(host, port: port)
    }
}
