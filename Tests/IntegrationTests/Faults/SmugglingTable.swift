// Requests that try to be two things at once (RFC 9112 §5, §6, §7; CWE-444). Each hides a second request behind itself.
import TestSupport
import Testing

enum SmugglingTable {
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: String
        let statuses: Set<Int>
        var testDescription: String { name }
    }

    static let hidden = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// A GET whose head has `fields` (with their line ends) beside Host.
    private static func attack(_ name: String, _ fields: String, body: String = "", _ statuses: Set<Int> = [400])
        -> Attack
    {
        Attack(
            name: name, bytes: "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\(fields)\r\n\(body)\(hidden)",
            statuses: statuses)
    }

    /// A chunked GET with this body.
    private static func chunks(_ name: String, _ body: String, _ statuses: Set<Int> = [400]) -> Attack {
        attack(name, "Transfer-Encoding: chunked\r\n", body: body, statuses)
    }

    private static func head(_ name: String, _ bytes: String, _ statuses: Set<Int> = [400]) -> Attack {
        Attack(name: name, bytes: bytes + hidden, statuses: statuses)
    }

    static let refused: [Attack] = lengths + codings + chunkBodies + lines

    // H1, H2: how long is it?
    private static let lengths = [
        attack("both framings", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", body: "0\r\n\r\n"),
        attack(
            "both framings, the other way", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", body: "0\r\n\r\n"),
        attack("two lengths", "Content-Length: 5\r\nContent-Length: 0\r\n", body: "hello"),
        attack("two equal lengths", "Content-Length: 5\r\nContent-Length: 5\r\n", body: "hello"),
        attack("a list of lengths", "Content-Length: 5, 5\r\n", body: "hello"),
        attack("a length with a sign", "Content-Length: +5\r\n", body: "hello"),
        attack("a negative length", "Content-Length: -1\r\n"),
        attack("a hexadecimal length", "Content-Length: 0x5\r\n", body: "hello"),
        attack("a length with a point", "Content-Length: 5.0\r\n", body: "hello"),
        attack("a length with a blank inside", "Content-Length: 5 5\r\n", body: "hello"),
        attack("no length at all", "Content-Length:\r\n"),
        attack("a length beyond 64 bits", "Content-Length: 18446744073709551617\r\n", body: "h", [400, 413]),
        attack("a length over the limit", "Content-Length: 99999999\r\n", body: "h", [413]),
        attack("digits that are not ASCII", "Content-Length: \u{0665}\r\n", body: "hello"),
    ]

    private static let codings = [
        attack("an unknown coding", "Transfer-Encoding: xchunked\r\n", body: "0\r\n\r\n", [400, 501]),
        attack("identity", "Transfer-Encoding: identity\r\n", body: "0\r\n\r\n", [400, 501]),
        attack("chunked, not last", "Transfer-Encoding: chunked, identity\r\n", body: "0\r\n\r\n"),
        attack("chunked twice", "Transfer-Encoding: chunked, chunked\r\n", body: "0\r\n\r\n"),
        attack(
            "chunked in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", body: "0\r\n\r\n"),
        attack(
            "chunked and unknown in two fields", "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
            body: "0\r\n\r\n"),
        attack("a coding with a vertical tab", "Transfer-Encoding: \u{0b}chunked\r\n", body: "0\r\n\r\n", [400, 501]),
        attack("quoted chunked", "Transfer-Encoding: \"chunked\"\r\n", body: "0\r\n\r\n", [400, 501]),
        attack("chunked and an empty element", "Transfer-Encoding: chunked,\r\n", body: "0\r\n\r\n", [400, 501]),
        attack("an empty element and chunked", "Transfer-Encoding: ,chunked\r\n", body: "0\r\n\r\n", [400, 501]),
        attack(
            "chunked and an empty field", "Transfer-Encoding: chunked\r\nTransfer-Encoding:\r\n", body: "0\r\n\r\n",
            [400, 501]),
        attack("an expectation nobody knows", "Expect: x\r\nContent-Length: 5\r\n", body: "hello", [417]),
        attack("an empty coding", "Transfer-Encoding:\r\n", body: "0\r\n\r\n", [400, 501]),
        head(
            "chunked in HTTP/1.0",
            "GET /health/live HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ]

    // H3: chunks.
    private static let chunkBodies = [
        chunks("a negative chunk", "-1\r\nhello\r\n0\r\n\r\n"),
        chunks("a chunk with a sign", "+5\r\nhello\r\n0\r\n\r\n"),
        chunks("a chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunks("a blank before the size", " 5\r\nhello\r\n0\r\n\r\n"),
        chunks("a size that is no number", "five\r\nhello\r\n0\r\n\r\n"),
        chunks("an empty size", "\r\nhello\r\n0\r\n\r\n"),
        chunks("a size that wraps to 1", "10000000000000001\r\nh\r\n0\r\n\r\n", [400, 413]),
        chunks("a size of all ones", "ffffffffffffffff\r\nh\r\n0\r\n\r\n", [400, 413]),
        chunks("a bare LF after the size", "5\nhello\r\n0\r\n\r\n"),
        chunks("a bare CR after the size", "5\rhello\r\n0\r\n\r\n"),
        chunks("a bare LF after the data", "5\r\nhello\n0\r\n\r\n"),
        chunks("more data than the size says", "5\r\nhello!\r\n0\r\n\r\n"),
        chunks("a bare LF in the extension", "5;a=\nb\r\nhello\r\n0\r\n\r\n"),
        chunks(
            "an endless extension", "5;" + String(repeating: "a", count: 70_000) + "\r\nhello\r\n0\r\n\r\n",
            [400, 413, 431]),
        chunks(
            "a line of extension behind each byte",
            String(repeating: "1;" + String(repeating: "a", count: 200) + "\r\nx\r\n", count: 60) + "0\r\n\r\n",
            [400, 413]),
        chunks("a tab after the size", "5\t\r\nhello\r\n0\r\n\r\n"),
        chunks("a NUL in the extension", "5;a\0b\r\nhello\r\n0\r\n\r\n"),
        chunks("a request instead of the last line", "0\r\nGET / HTTP/1.1\r\n\r\n"),
        chunks("a folded trailer", "0\r\nA: b\r\n c\r\n\r\n"),
        chunks("a bare LF in the trailers", "0\r\nA: b\n\r\n"),
        chunks("a trailer without a colon", "0\r\nA b\r\n\r\n"),
    ]

    // H4: lines.
    private static let lines = [
        attack("a bare LF in the head", "X: a\nY: b\r\n"),
        attack("a bare CR in a value", "X: a\rY: b\r\n"),
        attack("a NUL in a value", "X: a\0b\r\n"),
        attack("a NUL in a name", "X\0Y: b\r\n"),
        attack("a folded line", "X: a\r\n b\r\n"),
        attack("a folded line with a tab", "X: a\r\n\tContent-Length: 5\r\n", body: "hello"),
        attack("a blank before the colon", "Content-Length : 5\r\n", body: "hello"),
        attack("a tab before the colon", "Transfer-Encoding\t: chunked\r\n", body: "0\r\n\r\n"),
        attack("a field without a name", ": a\r\n"),
        attack("a field without a colon", "Content-Length 5\r\n"),
        attack("a blank in a name", "Content Length: 5\r\n"),
        attack("two hosts", "Host: other\r\n"),
        head("only bare LFs", "GET /health/live HTTP/1.1\nHost: localhost\nContent-Length: 5\n\nhello"),
        head("no host", "GET /health/live HTTP/1.1\r\n\r\n"),
        head("a blank before the first field", "GET /health/live HTTP/1.1\r\n Host: localhost\r\n\r\n"),
        head("two blanks in the request line", "GET  /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        head("a tab in the request line", "GET\t/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        head("a blank in the target", "GET /health/live x HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        head("a blank after the version", "GET /health/live HTTP/1.1 \r\nHost: localhost\r\n\r\n"),
        head("a NUL in the target", "GET /health\0/live HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        head("a version with two digits", "GET /health/live HTTP/1.10\r\nHost: localhost\r\n\r\n", [400, 505]),
        head("a version in lower case", "GET /health/live http/1.1\r\nHost: localhost\r\n\r\n", [400, 505]),
        head("an HTTP/0.9 request", "GET /health/live\r\n"),
        head("a method in lower case", "get /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", [400, 405, 501]),
        head("an unknown method", "BREW /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n", [400, 405, 501]),
        head("CONNECT", "CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n", [400, 405, 501]),
    ]

    static let accepted = [
        attack("a body nobody reads", "Content-Length: 5\r\n", body: "hello", [200]),
        attack("an empty body", "Content-Length: 0\r\n", [200]),
        attack("leading zeros", "Content-Length: 005\r\n", body: "hello", [200]),
        chunks("chunks", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", [200]),
        chunks("chunks with extensions and trailers", "5;a=b;c\r\nhello\r\n0\r\nX: y\r\n\r\n", [200]),
        chunks("no chunk", "0\r\n\r\n", [200]),
        attack("chunked in any case", "tRANSFER-eNCODING: ChunkeD\r\n", body: "0\r\n\r\n", [200]),
        attack("an underscore names another field", "Transfer_Encoding: chunked\r\nContent_Length: 5\r\n", [200]),
        chunks("trailers that name a length", "0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\n\r\n", [200]),
        attack("blanks around a value", "Content-Length: \t 5 \t \r\n", body: "hello", [200]),
    ]
}

enum UpgradeTable {
    /// An upgrade that is wrong in one point.
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let status: Int
        var method = "GET"
        var version = "HTTP/1.1"
        var drop: String?
        var extra: [String] = []
        /// Wrong only in what each proxy writes anew.
        var isHopByHop: Bool { version != "HTTP/1.1" || drop == "Connection" }
        var testDescription: String { name }

        func head(host: String) -> String {
            var fields = [
                "Host: \(host)", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
            ]
            if let drop { fields.removeAll { $0.hasPrefix(drop + ":") } }
            return (["\(method) /ws/1 \(version)"] + fields + extra).joined(separator: "\r\n") + "\r\n\r\n"
        }
    }

    static let refused = [
        Attack(name: "version 777", status: 426, drop: "Sec-WebSocket-Version", extra: ["Sec-WebSocket-Version: 777"]),
        Attack(name: "version 8", status: 426, drop: "Sec-WebSocket-Version", extra: ["Sec-WebSocket-Version: 8"]),
        Attack(
            name: "a list of versions", status: 426, drop: "Sec-WebSocket-Version",
            extra: ["Sec-WebSocket-Version: 13, 8"]),
        Attack(name: "the version twice", status: 426, extra: ["Sec-WebSocket-Version: 13"]),
        Attack(name: "no version", status: 426, drop: "Sec-WebSocket-Version"),
        Attack(name: "no key", status: 400, drop: "Sec-WebSocket-Key"),
        Attack(name: "a short key", status: 400, drop: "Sec-WebSocket-Key", extra: ["Sec-WebSocket-Key: c2hvcnQ="]),
        Attack(name: "two keys", status: 400, extra: ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]),
        Attack(name: "no upgrade", status: 426, drop: "Upgrade"),
        Attack(name: "upgrade to h2c", status: 426, drop: "Upgrade", extra: ["Upgrade: h2c"]),
        Attack(name: "no Connection: Upgrade", status: 400, drop: "Connection", extra: ["Connection: keep-alive"]),
        Attack(name: "POST", status: 405, method: "POST"),
        Attack(name: "HTTP/1.0", status: 400, version: "HTTP/1.0"),
        Attack(name: "a body", status: 400, extra: ["Content-Length: 5"]),
        Attack(name: "a chunked body", status: 400, extra: ["Transfer-Encoding: chunked"]),
        Attack(name: "a foreign origin", status: 403, extra: ["Origin: http://evil.example"]),
    ]
}
