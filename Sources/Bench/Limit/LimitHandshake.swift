// The shortest handshake that a client takes for one (RFC 6455 §4.2.2): whatever the request is, it is answered with the accept
// key of its `Sec-WebSocket-Key`.

import Digest

enum LimitHandshake {
    private static let name = Array("sec-websocket-key:".utf8)
    private static let guid = Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
    private static let head = Array(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ".utf8)

    /// Bytes of the request's head with the empty line at its end; nil while that has not come.
    static func headCount(_ bytes: Span<UInt8>) -> Int? {
        var index = 3
        while index < bytes.count {
            if bytes[index] == 0x0A, bytes[index - 1] == 0x0D, bytes[index - 2] == 0x0A { return index + 1 }
            index += 1
        }
        return nil
    }

    /// The answer to a head; nil when it has no key.
    static func answer(_ bytes: Span<UInt8>) -> [UInt8]? {
        guard let start = keyStart(bytes) else { return nil }
        var key: [UInt8] = []
        var index = start
        while index < bytes.count, bytes[index] != 0x0D {
            if bytes[index] != 0x20 { key.append(bytes[index]) }
            index += 1
        }
        var hasher = SHA1()
        hasher.update(key.span)
        hasher.update(guid.span)
        let digest = hasher.digest()
        var answer = head
        Base64.append(digest.span, to: &answer)
        answer += [0x0D, 0x0A, 0x0D, 0x0A]
        return answer
    }

    /// Where the value of the header begins, in whatever case its name is written.
    private static func keyStart(_ bytes: Span<UInt8>) -> Int? {
        var index = 0
        while index + name.count < bytes.count {
            var matched = 0
            while matched < name.count, bytes[index + matched] | 0x20 == name[matched] | 0x20 { matched += 1 }
            if matched == name.count { return index + matched }
            index += 1
        }
        return nil
    }
}
