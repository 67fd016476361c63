// A tiny blocking Redis client, written apart from our own codec so that the tests do not trust what they test. RESP2.

package final class RESPClient: Sendable {
    package enum Reply: Equatable, Sendable, CustomStringConvertible {
        case text(String)
        case error(String)
        case integer(Int)
        case bytes([UInt8])
        case null
        case array([Reply])

        package var description: String {
            switch self {
            case .text(let text): text
            case .error(let text): "(error) \(text)"
            case .integer(let number): String(number)
            case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
            case .null: "(null)"
            case .array(let items): "\(items)"
            }
        }
    }

    private let socket: StreamSocket

    package init(port: Int) throws { socket = try StreamSocket(port: port) }
    package init(unixPath: String) throws { socket = try StreamSocket(unixPath: unixPath) }

    /// Sends one command and reads its reply.
    @discardableResult
    package func command(_ words: String..., seconds: Double = 10) throws -> Reply {
        try send(words.map { Array($0.utf8) })
        return try reply(seconds: seconds)
    }

    /// PUBLISH; how many subscribers got it.
    @discardableResult
    package func publish(_ payload: [UInt8], on channel: String, seconds: Double = 30) throws -> Int {
        try send([Array("PUBLISH".utf8), Array(channel.utf8), payload])
        guard case .integer(let count) = try reply(seconds: seconds) else { throw KitError("PUBLISH was refused") }
        return count
    }

    @discardableResult
    package func publish(_ payload: String, on channel: String) throws -> Int {
        try publish(Array(payload.utf8), on: channel)
    }

    /// SUBSCRIBE, waiting for its confirmation. After that only `nextMessage` makes sense on this connection.
    package func subscribe(_ channel: String) throws {
        try send(["SUBSCRIBE", channel].map { Array($0.utf8) })
        _ = try reply(seconds: 10)
    }

    /// The payload of the next message of a subscribed channel; nil when none comes in time.
    package func nextMessage(seconds: Double = 5) throws -> [UInt8]? {
        guard let first = try socket.receiveIfAny(atMost: 1, seconds: seconds) else { return nil }
        guard case .array(let items) = try reply(after: first, Deadline(seconds: 10)), items.count == 3,
            case .bytes(let payload) = items[2]
        else { throw KitError("not a message") }
        return payload
    }

    package func send(_ words: [[UInt8]]) throws {
        var bytes = Array("*\(words.count)\r\n".utf8)
        for word in words { bytes += Array("$\(word.count)\r\n".utf8) + word + [13, 10] }
        try socket.send(bytes, seconds: 30)
    }

    package func reply(seconds: Double) throws -> Reply {
        let deadline = Deadline(seconds: seconds)
        return try reply(after: socket.receiveExactly(1, seconds: seconds), deadline)
    }

    private func reply(after first: [UInt8], _ deadline: Deadline) throws -> Reply {
        guard let type = first.first else { throw KitError("Redis closed the connection") }
        let line = try self.line(deadline)
        switch UnicodeScalar(type) {
        case "+": return .text(line)
        case "-": return .error(line)
        case ":": return .integer(Int(line) ?? 0)
        case "$":
            guard let count = Int(line), count >= 0 else { return .null }
            return .bytes(try socket.receiveExactly(count + 2, seconds: deadline.remainingSeconds).dropLast(2))
        case "*":
            guard let count = Int(line), count >= 0 else { return .null }
            return .array(
                try (0..<count).map { _ in
                    try reply(after: socket.receiveExactly(1, seconds: deadline.remainingSeconds), deadline)
                })
        default: throw KitError("not RESP2: \(type)")
        }
    }

    /// Lines are short: read byte by byte, so that nothing is taken from what follows.
    private func line(_ deadline: Deadline) throws -> String {
        var bytes: [UInt8] = []
        while true {
            let byte = try socket.receiveExactly(1, seconds: deadline.remainingSeconds)[0]
            if byte == 10 { return String(decoding: bytes.dropLast(), as: UTF8.self) }
            bytes.append(byte)
        }
    }
}
