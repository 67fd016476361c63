// Handshakes of which only the status matters, and nodes that several such tests share.
import EventLoop
import TestSupport

enum Handshakes {
    /// The status that a complete, correct handshake for `path` gets.
    static func status(of path: String, on node: RookeryServer, headers: [String] = [], host: String? = nil) throws
        -> Int
    {
        try answer(path, on: node, headers: headers, host: host).status
    }

    /// A complete, correct handshake.
    static func request(_ path: String, port: Int, headers: [String] = [], host: String? = nil) -> String {
        let lines =
            [
                "GET \(path) HTTP/1.1", "Host: \(host ?? "localhost:\(port)")", "Upgrade: websocket",
                "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    static func answer(
        _ path: String, on node: RookeryServer, headers: [String] = [], host: String? = nil
    ) throws -> RawHTTP.Response {
        let connection = try RawHTTP(port: node.port)
        try connection.send(request(path, port: node.port, headers: headers, host: host))
        let response = try connection.response()
        if response.status == 101, response["Sec-WebSocket-Accept"] != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
            throw KitError("a wrong Sec-WebSocket-Accept")
        }
        if response.status != 101, !connection.isClosed() { throw KitError("refused, but the connection stays open") }
        return response
    }
}

/// A node with default settings for tests that ask and change nothing. It ends with the test process.
enum SharedNode {
    private static let node = Lock<RookeryServer?>(nil)

    static func plain() throws -> RookeryServer {
        try node.withLock { node in
            if let node { return node }
            // Of no test's belongings: the first test to ask must not take it down at its end.
            let started = try Belongings.$current.withValue(nil) { try RookeryServer() }
            node = started
            return started
        }
    }
}
