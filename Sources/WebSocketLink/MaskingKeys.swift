// Masking keys nobody can foretell (RFC 6455 §5.3, §10.3): drawn from the kernel, many at a time, each used once. A key that
// a page could foretell would let it choose the bytes on the wire, and with them poison a proxy.

import EventLoop

struct MaskingKeys {
    /// Keys drawn in one system call.
    private static let drawnAtOnce = 256
    private var bytes: [UInt8] = []
    private var used = 0

    /// A fresh key, the first byte on the wire lowest.
    mutating func next() -> UInt32 {
        if used == bytes.count {
            bytes = Random.bytes(4 * MaskingKeys.drawnAtOnce)
            used = 0
        }
        defer { used &+= 4 }
        return UInt32(bytes[used]) | UInt32(bytes[used &+ 1]) << 8 | UInt32(bytes[used &+ 2]) << 16
            | UInt32(bytes[used &+ 3]) << 24
    }
}
