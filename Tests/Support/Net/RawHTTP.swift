// HTTP by hand: send any bytes, read back head and body. Knows no more than a test needs to judge an answer.

package final class RawHTTP {
    package let socket: StreamSocket
    private var rest: [UInt8] = []

    package init(port: Int, seconds: Double = 10) throws { socket = try StreamSocket(port: port, seconds: seconds) }

    /// Goes on over an open stream of which `received` has been read already.
    package init(over socket: StreamSocket, received: [UInt8] = []) {
        self.socket = socket
        rest = received
    }

    package struct Response: Sendable {
        package var status: Int
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]
        package var head: String

        package var text: String { String(decoding: body, as: UTF8.self) }

        /// The first header of this name, in any case.
        package subscript(_ name: String) -> String? { all(name).first }

        package func all(_ name: String) -> [String] {
            headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }
    }

    /// One request on a connection of its own.
    package static func get(
        _ path: String, port: Int, method: String = "GET", headers: [String] = [], body: String = "",
        seconds: Double = 10
    ) throws -> Response {
        let connection = try RawHTTP(port: port, seconds: seconds)
        let hasHost = headers.contains { $0.lowercased().hasPrefix("host:") }
        var lines = ["\(method) \(path) HTTP/1.1"] + (hasHost ? [] : ["Host: localhost:\(port)"]) + headers
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        lines.append("Connection: close")
        try connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        return try connection.response(bodyExpected: method != "HEAD", seconds: seconds)
    }

    package func send(_ text: String) throws { try socket.send(text) }
    package func send(_ bytes: [UInt8]) throws { try socket.send(bytes) }

    /// The next response of this connection; several may be read one after the other.
    package func response(bodyExpected: Bool = true, seconds: Double = 10) throws -> Response {
        let deadline = Deadline(seconds: seconds)
        let headBytes = try take(deadline) { bytes in RawHTTP.endOfHead(bytes) }
        let head = String(decoding: headBytes, as: UTF8.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        guard let first = lines.first, first.hasPrefix("HTTP/1."), let status = Int(first.dropFirst(9).prefix(3)) else {
            throw KitError("not an HTTP response: \(head.prefix(200))")
        }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count > 1 ? trimmed(parts[1]) : "")
        }
        var response = Response(status: status, headers: headers, body: [], head: head)
        guard bodyExpected, status >= 200, status != 204, status != 304 else { return response }
        if let text = response["Content-Length"], let length = Int(text) {
            response.body = try take(deadline) { $0.count >= length ? length : nil }
        } else if response["Transfer-Encoding"]?.lowercased() == "chunked" {
            response.body = try chunks(deadline)
        } else {
            response.body = rest + (try socket.receiveToEnd(seconds: deadline.remainingSeconds))
            rest = []
        }
        return response
    }

    /// What still comes behind the answers that were read, until the server ends the connection.
    package func receiveRest(seconds: Double = 5) throws -> [UInt8] {
        defer { rest = [] }
        return rest + (try socket.receiveToEnd(seconds: seconds))
    }

    /// True when the server ends the connection in time; bytes that still come are dropped.
    package func isClosed(seconds: Double = 5) -> Bool { (try? socket.receiveToEnd(seconds: seconds)) != nil }

    private func chunks(_ deadline: Deadline) throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let line = try take(deadline) { bytes in bytes.firstIndex(of: 10).map { $0 + 1 } }
            guard let size = Int(trimmed(String(decoding: line, as: UTF8.self)), radix: 16) else {
                throw KitError("not a chunk size: \(line)")
            }
            let chunk = try take(deadline) { $0.count >= size + 2 ? size + 2 : nil }
            if size == 0 { return body }
            body += chunk.dropLast(2)
        }
    }

    /// Receives until `border` finds where the wanted piece ends, and cuts it off.
    private func take(_ deadline: Deadline, _ border: ([UInt8]) -> Int?) throws -> [UInt8] {
        while true {
            if let end = border(rest) {
                defer { rest.removeFirst(end) }
                return Array(rest[..<end])
            }
            let more = try socket.receive(seconds: deadline.remainingSeconds)
            if more.isEmpty {
                throw KitError("the connection ended inside a response: \(String(decoding: rest, as: UTF8.self))")
            }
            rest += more
        }
    }

    static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for index in 3..<bytes.count
        where bytes[index] == 10 && bytes[index - 1] == 13 && bytes[index - 2] == 10 && bytes[index - 3] == 13 {
            return index + 1
        }
        return nil
    }
}

/// Without spaces, tabs, CR and LF at both ends. (`"\r\n"` is one Character, so this works on bytes.)
func trimmed(_ text: some StringProtocol) -> String {
    let isBlank: (UInt8) -> Bool = { $0 == 32 || $0 == 9 || $0 == 13 || $0 == 10 }
    return String(
        decoding: Array(text.utf8).drop(while: isBlank).reversed().drop(while: isBlank).reversed(), as: UTF8.self)
}
