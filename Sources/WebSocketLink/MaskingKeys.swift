// Masking keys nobody can foretell (RFC 6455 §5.3, §10.3): drawn from the kernel, many at a time, each used once. A key that
// a page could foretell would let it choose the bytes on the wire, and with them poison a proxy.

import EventLoop

struct MaskingKeys {
    /// Keys drawn in one system call.
    private static let drawnAtOnce = 256
    private var bytes: [UInt8] = []

    /// A fresh key, the first byte on the wire lowest.
    mutating func next() -> UInt32 {
        if bytes.isEmpty { bytes = Random.bytes(4 * MaskingKeys.drawnAtOnce) }
        var key: UInt32 = 0
        for _ in 0..<4 { key = key << 8 | UInt32(bytes.removeLast()) }
        return key
    }
}
