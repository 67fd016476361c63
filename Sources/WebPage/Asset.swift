// One file of the page as the server sends it: where it lives, what it is, its bytes and the tag that names this
// version of them. Knows nothing of HTTP beyond the two header values it carries.

/// One file of the page, ready to be sent.
package struct Asset: Sendable {
    /// The path of the request that gets it, exactly, such as `/app.js`.
    package let path: String
    /// The value of `Content-Type`.
    package let contentType: String
    /// The body.
    package let bytes: [UInt8]
    /// The value of `ETag`, quotes included: a strong tag that changes with the bytes (RFC 9110 §8.8.3).
    package let entityTag: String

    init(path: String, contentType: String, bytes: [UInt8]) {
        self.path = path
        self.contentType = contentType
        self.bytes = bytes
        self.entityTag = Self.entityTag(of: bytes)
    }

    /// FNV-1a over 64 bits. It tells our own few versions of a file apart; nobody gains from a collision, so it need not
    /// resist one.
    private static func entityTag(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return "\"" + String(repeating: "0", count: 16 - digits.utf8.count) + digits + "\""
    }
}
