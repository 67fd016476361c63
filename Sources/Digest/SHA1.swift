// SHA-1 (FIPS 180-4 §6.1), for the accept key of the WebSocket handshake (RFC 6455 §1.3) and nothing that needs a secret:
// as a signature or password hash SHA-1 is broken.

/// SHA-1 of bytes that may come in pieces.
package struct SHA1: Sendable {
    private var h0: UInt32 = 0x6745_2301
    private var h1: UInt32 = 0xEFCD_AB89
    private var h2: UInt32 = 0x98BA_DCFE
    private var h3: UInt32 = 0x1032_5476
    private var h4: UInt32 = 0xC3D2_E1F0
    private var block = InlineArray<64, UInt8>(repeating: 0)
    private var blockCount = 0
    private var byteCount: UInt64 = 0

    package init() {}

    /// The digest of `bytes`, 20 bytes long.
    package static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        var hasher = SHA1()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// Takes the next piece of the message.
    package mutating func update(_ bytes: Span<UInt8>) {
        byteCount &+= UInt64(bytes.count)
        for index in bytes.indices {
            block[blockCount] = bytes[index]
            blockCount += 1
            if blockCount == 64 { compress() }
        }
    }

    /// The digest of everything taken so far; the hasher itself stays as it is.
    package func finalize() -> [UInt8] {
        var copy = self
        return copy.padAndFinish()
    }

    /// FIPS 180-4 §5.1.1: a one bit, zeros up to 56 bytes of the last block, the length in bits.
    private mutating func padAndFinish() -> [UInt8] {
        let bitCount = byteCount &* 8
        pad(0x80)
        while blockCount != 56 { pad(0) }
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            pad(UInt8(truncatingIfNeeded: bitCount >> shift))
        }
        var digest: [UInt8] = []
        digest.reserveCapacity(20)
        for word in [h0, h1, h2, h3, h4] {
            for shift in stride(from: UInt32(24), through: 0, by: -8) {
                digest.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return digest
    }

    private mutating func pad(_ byte: UInt8) {
        block[blockCount] = byte
        blockCount += 1
        if blockCount == 64 { compress() }
    }

    /// FIPS 180-4 §6.1.2, one block. Long on purpose: it is the table of the standard.
    private mutating func compress() {
        var schedule = InlineArray<80, UInt32>(repeating: 0)
        for t in 0..<16 {
            let first = UInt32(block[4 * t]) << 24 | UInt32(block[4 * t + 1]) << 16
            schedule[t] = first | UInt32(block[4 * t + 2]) << 8 | UInt32(block[4 * t + 3])
        }
        for t in 16..<80 {
            schedule[t] = SHA1.rotate(schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16], by: 1)
        }
        var (a, b, c, d, e) = (h0, h1, h2, h3, h4)
        for t in 0..<80 {
            let mixed: UInt32
            let constant: UInt32
            switch t {
            case ..<20: (mixed, constant) = (b & c | ~b & d, 0x5A82_7999)
            case ..<40: (mixed, constant) = (b ^ c ^ d, 0x6ED9_EBA1)
            case ..<60: (mixed, constant) = (b & c | b & d | c & d, 0x8F1B_BCDC)
            default: (mixed, constant) = (b ^ c ^ d, 0xCA62_C1D6)
            }
            let next = SHA1.rotate(a, by: 5) &+ mixed &+ e &+ constant &+ schedule[t]
            (e, d, c, b, a) = (d, c, SHA1.rotate(b, by: 30), a, next)
        }
        h0 &+= a
        h1 &+= b
        h2 &+= c
        h3 &+= d
        h4 &+= e
        blockCount = 0
    }

    private static func rotate(_ word: UInt32, by count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
