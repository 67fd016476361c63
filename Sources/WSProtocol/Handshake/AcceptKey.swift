// Proves that the server understood the handshake (RFC 6455 §1.3, §4.2.2). Not a secret and no protection against anybody:
// it shows that the answer comes from a program that speaks WebSocket.
import Digest

enum AcceptKey {
    /// RFC 6455 §1.3 — SHA-1 of key and GUID, in Base64. `key` has 24 bytes.
    static func of(_ key: String) -> String {
        let text = AcceptText.of(key.utf8.span)
        return String(copying: text.span)
    }

    /// Whether `key` is 16 bytes in strict Base64 (RFC 6455 §4.1 item 7).
    static func isValid(_ key: Span<UInt8>) -> Bool { Base64.decodedCount(key) == 16 }
}
