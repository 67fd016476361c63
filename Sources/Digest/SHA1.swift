// SHA-1 (FIPS 180-4 §6.1), for the accept key of the WebSocket handshake (RFC 6455 §1.3) and nothing that needs a secret:
// as a signature or password hash SHA-1 is broken.

/// SHA-1 of bytes that may come in pieces.
package struct SHA1: Sendable {
    private var state = SHA1State()
    private var block = InlineArray<64, UInt8>(repeating: 0)
    private var blockCount = 0
    private var byteCount: UInt64 = 0

    /// Before the first byte.
    package init() {}

    /// The digest of `bytes`, 20 bytes long.
    package static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        let digest = digest(bytes)
        return array(digest.span)
    }

    /// The digest of `bytes` without an allocation.
    package static func digest(_ bytes: Span<UInt8>) -> InlineArray<20, UInt8> {
        var hasher = SHA1()
        hasher.update(bytes)
        return hasher.digest()
    }

    /// Takes the next piece of the message.
    package mutating func update(_ bytes: Span<UInt8>) {
        byteCount &+= UInt64(bytes.count)
        var start = 0
        while start < bytes.count {
            let count = min(64 - blockCount, bytes.count - start)
            var target = block.mutableSpan
            let piece = bytes.extracting(start..<start + count)
            for index in piece.indices { target[blockCount &+ index] = piece[index] }
            blockCount += count
            start += count
            if blockCount == 64 {
                state.compress(block.span)
                blockCount = 0
            }
        }
    }

    /// The digest of everything taken so far; the hasher itself stays as it is.
    package func finalize() -> [UInt8] {
        let digest = digest()
        return SHA1.array(digest.span)
    }

    /// As `finalize`, without an allocation.
    package func digest() -> InlineArray<20, UInt8> {
        var copy = self
        copy.pad()
        return copy.state.digest
    }

    private static func array(_ digest: Span<UInt8>) -> [UInt8] {
        [UInt8](capacity: digest.count) { output in
            for index in digest.indices { output.append(digest[index]) }
        }
    }

    /// FIPS 180-4 §5.1.1: a one bit, zeros up to 56 bytes of the last block, the length in bits.
    private mutating func pad() {
        block[blockCount] = 0x80
        for index in blockCount + 1..<64 { block[index] = 0 }
        if blockCount >= 56 {
            state.compress(block.span)
            block = InlineArray(repeating: 0)
        }
        let bitCount = byteCount &* 8
        for index in 0..<8 { block[56 + index] = UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - 8 * index)) }
        state.compress(block.span)
    }
}

/// The five words of FIPS 180-4 §6.1.2, called H in the standard.
struct SHA1State {
    private(set) var h0: UInt32 = 0x6745_2301
    private(set) var h1: UInt32 = 0xEFCD_AB89
    private(set) var h2: UInt32 = 0x98BA_DCFE
    private(set) var h3: UInt32 = 0x1032_5476
    private(set) var h4: UInt32 = 0xC3D2_E1F0

    /// The words, most significant byte first.
    var digest: InlineArray<20, UInt8> {
        var digest = InlineArray<20, UInt8>(repeating: 0)
        SHA1State.write(h0, at: 0, to: &digest)
        SHA1State.write(h1, at: 4, to: &digest)
        SHA1State.write(h2, at: 8, to: &digest)
        SHA1State.write(h3, at: 12, to: &digest)
        SHA1State.write(h4, at: 16, to: &digest)
        return digest
    }

    @inline(__always)
    private static func write(_ word: UInt32, at index: Int, to digest: inout InlineArray<20, UInt8>) {
        digest[index] = UInt8(truncatingIfNeeded: word >> 24)
        digest[index + 1] = UInt8(truncatingIfNeeded: word >> 16)
        digest[index + 2] = UInt8(truncatingIfNeeded: word >> 8)
        digest[index + 3] = UInt8(truncatingIfNeeded: word)
    }

    /// FIPS 180-4 §6.1.2 for one block of 64 bytes.
    mutating func compress(_ block: Span<UInt8>) {
        precondition(block.count == 64)
        var w = InlineArray<16, UInt32>(repeating: 0)
        for t in 0..<16 { w[t] = SHA1State.word(block, at: 4 * t) }
        compress(w)
    }

    /// Four bytes as a word, the most significant first.
    @inline(__always)
    static func word(_ bytes: Span<UInt8>, at index: Int) -> UInt32 {
        UInt32(bytes[index]) << 24 | UInt32(bytes[index + 1]) << 16 | UInt32(bytes[index + 2]) << 8
            | UInt32(bytes[index + 3])
    }

    /// FIPS 180-4 §6.1.2 for the sixteen words of one block. Twenty calls of four rounds each: after four rounds the words stand one
    /// place further, so the next call names them so and nothing is moved. Long on purpose: it is the table of the standard. Inlined, so
    /// that the compiler works out what it can of the schedule of a block whose words it knows.
    @inline(__always)
    mutating func compress(_ block: InlineArray<16, UInt32>) {
        var w = block
        var (a, b, c, d, e) = (h0, h1, h2, h3, h4)
        // FIPS 180-4 §4.1.1: Ch and Maj with one operation less. §4.2.1: the constants.
        let choose = { (x: UInt32, y: UInt32, z: UInt32) in z ^ x & (y ^ z) }
        SHA1State.four(&a, &b, &c, &d, &e, &w, 0, 0x5A82_7999, choose)
        SHA1State.four(&b, &c, &d, &e, &a, &w, 4, 0x5A82_7999, choose)
        SHA1State.four(&c, &d, &e, &a, &b, &w, 8, 0x5A82_7999, choose)
        SHA1State.four(&d, &e, &a, &b, &c, &w, 12, 0x5A82_7999, choose)
        SHA1State.four(&e, &a, &b, &c, &d, &w, 16, 0x5A82_7999, choose)
        let parity = { (x: UInt32, y: UInt32, z: UInt32) in x ^ y ^ z }
        SHA1State.four(&a, &b, &c, &d, &e, &w, 20, 0x6ED9_EBA1, parity)
        SHA1State.four(&b, &c, &d, &e, &a, &w, 24, 0x6ED9_EBA1, parity)
        SHA1State.four(&c, &d, &e, &a, &b, &w, 28, 0x6ED9_EBA1, parity)
        SHA1State.four(&d, &e, &a, &b, &c, &w, 32, 0x6ED9_EBA1, parity)
        SHA1State.four(&e, &a, &b, &c, &d, &w, 36, 0x6ED9_EBA1, parity)
        let majority = { (x: UInt32, y: UInt32, z: UInt32) in x & y | z & (x | y) }
        SHA1State.four(&a, &b, &c, &d, &e, &w, 40, 0x8F1B_BCDC, majority)
        SHA1State.four(&b, &c, &d, &e, &a, &w, 44, 0x8F1B_BCDC, majority)
        SHA1State.four(&c, &d, &e, &a, &b, &w, 48, 0x8F1B_BCDC, majority)
        SHA1State.four(&d, &e, &a, &b, &c, &w, 52, 0x8F1B_BCDC, majority)
        SHA1State.four(&e, &a, &b, &c, &d, &w, 56, 0x8F1B_BCDC, majority)
        SHA1State.four(&a, &b, &c, &d, &e, &w, 60, 0xCA62_C1D6, parity)
        SHA1State.four(&b, &c, &d, &e, &a, &w, 64, 0xCA62_C1D6, parity)
        SHA1State.four(&c, &d, &e, &a, &b, &w, 68, 0xCA62_C1D6, parity)
        SHA1State.four(&d, &e, &a, &b, &c, &w, 72, 0xCA62_C1D6, parity)
        SHA1State.four(&e, &a, &b, &c, &d, &w, 76, 0xCA62_C1D6, parity)
        h0 &+= a
        h1 &+= b
        h2 &+= c
        h3 &+= d
        h4 &+= e
    }

    /// Four rounds of FIPS 180-4 §6.1.2 step 3, from round `t` on.
    @inline(__always)
    private static func four(
        _ a: inout UInt32, _ b: inout UInt32, _ c: inout UInt32, _ d: inout UInt32, _ e: inout UInt32,
        _ w: inout InlineArray<16, UInt32>, _ t: Int, _ k: UInt32, _ mix: (UInt32, UInt32, UInt32) -> UInt32
    ) {
        e = e &+ (k &+ word(&w, t)) &+ mix(b, c, d) &+ rotate(a, by: 5)
        b = rotate(b, by: 30)
        d = d &+ (k &+ word(&w, t + 1)) &+ mix(a, b, c) &+ rotate(e, by: 5)
        a = rotate(a, by: 30)
        c = c &+ (k &+ word(&w, t + 2)) &+ mix(e, a, b) &+ rotate(d, by: 5)
        e = rotate(e, by: 30)
        b = b &+ (k &+ word(&w, t + 3)) &+ mix(d, e, a) &+ rotate(c, by: 5)
        d = rotate(d, by: 30)
    }

    /// FIPS 180-4 §6.1.3: the word W(t) of the message schedule, of which only the last sixteen are kept.
    @inline(__always)
    private static func word(_ w: inout InlineArray<16, UInt32>, _ t: Int) -> UInt32 {
        guard t >= 16 else { return w[t] }
        let word = rotate(w[(t - 3) & 15] ^ w[(t - 8) & 15] ^ w[(t - 14) & 15] ^ w[t & 15], by: 1)
        w[t & 15] = word
        return word
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, by count: UInt32) -> UInt32 { word << count | word >> (32 &- count) }
}
