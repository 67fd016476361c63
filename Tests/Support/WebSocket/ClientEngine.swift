// TEMPORARY engine until WSProtocol lands.
struct ClientEngine {
    enum Handshake { case incomplete, accepted(String), refused([UInt8]) }
    private var input: [UInt8] = []
    init(messageBytesMax: Int) {}
    mutating func request(host: String, path: String, headers: [String]) -> [UInt8] {
        let lines =
            [
                "GET \(path) HTTP/1.1", "Host: \(host)", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
            ] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
    mutating func receiveHandshake(_ bytes: [UInt8]) throws -> Handshake {
        input += bytes
        guard let end = RawHTTP.endOfHead(input) else { return .incomplete }
        let head = String(decoding: input[..<end], as: UTF8.self)
        guard head.hasPrefix("HTTP/1.1 101 ") else { return .refused(input) }
        input.removeFirst(end)
        return .accepted(head)
    }
    private var fragments: [UInt8] = []
    private var kind: UInt8 = 0
    mutating func receive(_ bytes: [UInt8]) -> [TestWebSocket.Event] {
        input += bytes
        var events: [TestWebSocket.Event] = []
        while input.count >= 2 {
            var header = 2, length = Int(input[1])
            if length == 126 {
                guard input.count >= 4 else { break }; header = 4; length = Int(input[2]) << 8 | Int(input[3])
            } else if length == 127 {
                guard input.count >= 10 else { break }; header = 10;
                length = input[2..<10].reduce(0) { $0 << 8 | Int($1) }
            }
            guard input.count >= header + length else { break }
            let payload = Array(input[header..<header + length])
            let first = input[0]
            input.removeFirst(header + length)
            switch first & 15 {
            case 8:
                events.append(
                    .close(
                        payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil,
                        String(decoding: payload.dropFirst(2), as: UTF8.self)))
            case 9: events.append(.ping(payload))
            case 10: events.append(.pong(payload))
            default:
                if first & 15 != 0 { kind = first & 15; fragments = [] }
                fragments += payload
                if first & 0x80 != 0 {
                    events.append(kind == 1 ? .text(String(decoding: fragments, as: UTF8.self)) : .binary(fragments))
                }
            }
        }
        return events
    }
}
