// Proves that the server understood the handshake (RFC 6455 §1.3, §4.2.2).
import Digest

enum AcceptKey {
    /// RFC 6455 §1.3 — SHA-1 of key and GUID, in Base64.
    static func of(_ key: some Sequence<UInt8>) -> String {
        let text = Array(key) + Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
        return String(decoding: Base64.encode(SHA1.hash(text.span).span), as: UTF8.self)
    }

    /// Whether `key` is 16 bytes in strict Base64 (RFC 6455 §4.1 item 7).
    static func isValid(_ key: String) -> Bool { Base64.decode(Array(key.utf8).span)?.count == 16 }
}
