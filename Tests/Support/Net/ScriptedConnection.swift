// What a script can say and expect on its connection. When the script returns, the connection is closed.

package final class ScriptedConnection: Sendable {
    package let socket: StreamSocket
    package let number: Int

    init(_ socket: StreamSocket, number: Int) {
        self.socket = socket
        self.number = number
    }

    package func send(_ text: String) throws { try socket.send(text) }
    package func send(_ bytes: [UInt8]) throws { try socket.send(bytes) }

    /// One byte a segment.
    package func sendByteByByte(_ bytes: [UInt8], microsecondsBetween pause: UInt32 = 100) throws {
        for byte in bytes {
            try socket.send([byte])
            microsecondSleep(pause)
        }
    }

    /// The very next bytes are these.
    package func expect(_ bytes: [UInt8], seconds: Double = 10) throws {
        let got = try socket.receiveExactly(bytes.count, seconds: seconds)
        if got != bytes { throw KitError("expected \(printable(bytes)), got \(printable(got))") }
    }

    package func expect(_ text: String, seconds: Double = 10) throws { try expect(Array(text.utf8), seconds: seconds) }

    /// The peer ends the stream, by FIN or RST, without another byte.
    package func expectEnd(seconds: Double = 10) throws {
        let rest = try socket.receiveToEnd(seconds: seconds)
        if !rest.isEmpty { throw KitError("expected the end, got \(printable(rest))") }
    }

    /// Stays open and silent until the peer goes away, at most `seconds`; what it said meanwhile.
    @discardableResult
    package func staySilent(seconds: Double = 30) throws -> [UInt8] {
        do { return try socket.receiveToEnd(seconds: seconds) } catch is StreamSocket.StillOpen { return [] }
    }

    package func reset() { socket.reset() }

    // MARK: as a Redis server

    /// The next command: a RESP array of bulk strings.
    package func command(seconds: Double = 10) throws -> [[UInt8]] {
        let deadline = Deadline(seconds: seconds)
        let count = try number("*", deadline)
        return try (0..<count).map { _ in
            let length = try number("$", deadline)
            return Array(try socket.receiveExactly(length + 2, seconds: deadline.remainingSeconds).dropLast(2))
        }
    }

    /// The next command as text, its name in capitals.
    package func commandText(seconds: Double = 10) throws -> [String] {
        var words = try command(seconds: seconds).map { String(decoding: $0, as: UTF8.self) }
        if !words.isEmpty { words[0] = words[0].uppercased() }
        return words
    }

    package func expectCommand(_ words: String..., seconds: Double = 10) throws {
        let got = try commandText(seconds: seconds)
        if got != words { throw KitError("expected the command \(words), got \(got)") }
    }

    /// Plays a friendly Redis through the greeting (HELLO, AUTH, CLIENT, SELECT) and any PING: the first other command.
    package func commandAfterGreeting(resp3: Bool = true, seconds: Double = 10) throws -> [String] {
        while true {
            let words = try commandText(seconds: seconds)
            switch words.first {
            case "HELLO":
                let fields = "$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n"
                try send(resp3 ? "%3\r\n" + fields : "-ERR unknown command 'HELLO', with args beginning with: '3' \r\n")
            case "AUTH", "CLIENT", "SELECT": try send("+OK\r\n")
            case "PING": try send("+PONG\r\n")
            default: return words
            }
        }
    }

    private func number(_ type: Character, _ deadline: Deadline) throws -> Int {
        var line: [UInt8] = []
        while line.last != 10 {
            line += try socket.receiveExactly(1, seconds: deadline.remainingSeconds)
        }
        let text = trimmed(String(decoding: line, as: UTF8.self))
        guard text.first == type, let number = Int(text.dropFirst()) else {
            throw KitError("expected a \(type) line of a command, got \(text)")
        }
        return number
    }
}

/// Bytes as a person can read them: text where it is text, else escapes.
package func printable(_ bytes: some Collection<UInt8>, atMost: Int = 200) -> String {
    var text = "\""
    for byte in bytes.prefix(atMost) {
        switch byte {
        case 13: text += "\\r"
        case 10: text += "\\n"
        case 32..<127: text.unicodeScalars.append(UnicodeScalar(byte))
        default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
    return text + "\"" + (bytes.count > atMost ? "… (\(bytes.count) bytes)" : "")
}
