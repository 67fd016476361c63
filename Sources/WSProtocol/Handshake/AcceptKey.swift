// Proves that the server understood the handshake (RFC 6455 §1.3, §4.2.2). Not a secret and no protection against anybody:
// it shows that the answer comes from a program that speaks WebSocket.
import Digest

enum AcceptKey {
    private static let guid = Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)

    /// RFC 6455 §1.3 — appends SHA-1 of key and GUID, in Base64.
    static func append(for key: Span<UInt8>, to output: inout [UInt8]) {
        var hasher = SHA1()
        hasher.update(key)
        hasher.update(guid.span)
        let digest = hasher.digest()
        Base64.append(digest.span, to: &output)
    }

    /// RFC 6455 §1.3 — the same as text.
    static func of(_ key: String) -> String {
        var text: [UInt8] = []
        append(for: key.utf8.span, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether `key` is 16 bytes in strict Base64 (RFC 6455 §4.1 item 7).
    static func isValid(_ key: Span<UInt8>) -> Bool { Base64.decodedCount(key) == 16 }
}
