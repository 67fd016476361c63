// Eight characters of Base64 at once (RFC 4648 §4, table 1), one in each byte of a word: additions and masks for all of them, where a
// table would be looked up, or a range be searched, once for each. Benchmark: `rookery-bench codec --only handshake`.

/// Eight sextets, or eight characters, the first in the lowest byte.
struct Base64Word {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080
    private var bytes: UInt64

    /// The sextets of 48 bits, the first in the highest of them.
    @inline(__always)
    init(sextetsOf bits: UInt64) {
        bytes = Base64Word.sextets(bits >> 24) | Base64Word.sextets(bits) << 32
    }

    /// Eight characters.
    @inline(__always)
    init(_ text: Span<UInt8>) {
        precondition(text.count == 8)
        var word: UInt64 = 0
        for place in 0..<8 { word |= UInt64(text[place]) << UInt64(8 &* place) }
        bytes = word
    }

    @inline(__always)
    private static func sextets(_ group: UInt64) -> UInt64 {
        (group >> 18 & 63) | (group >> 12 & 63) << 8 | (group >> 6 & 63) << 16 | (group & 63) << 24
    }

    /// The characters of the sextets: the letter for the first, moved at each border of the table. The sum of a byte is below 256, so nothing is
    /// carried to its neighbour.
    @inline(__always)
    var characters: UInt64 {
        let letters = bytes &+ Base64Word.ones &* UInt64(UInt8(ascii: "A"))
        // "a" is 6 behind where "A" led to, "0" 75 before where "a" did, "+" 15 before that, "/" 3 behind.
        return letters &+ atLeast(26) &* 6 &- atLeast(52) &* 75 &- atLeast(62) &* 15 &+ atLeast(63) &* 3
    }

    /// 1 in each byte that is `border` or more, of sextets.
    @inline(__always)
    private func atLeast(_ border: UInt64) -> UInt64 {
        (bytes &+ Base64Word.ones &* (0x80 &- border)) >> 7 & Base64Word.ones
    }

    /// Whether all are characters of the alphabet.
    @inline(__always)
    var isAlphabet: Bool {
        let low = bytes & ~Base64Word.tops
        let letters = low | Base64Word.ones &* 0x20
        // Without their top bits bytes are summed, so nothing is carried from byte to byte; "+" and "/" differ in one bit.
        let isLetter = Base64Word.within(letters, "a", "z")
        let isDigit = Base64Word.within(low, "0", "9")
        let isOther = Base64Word.within(low & ~(Base64Word.ones &* 0x04), "+", "+")
        return (isLetter | isDigit | isOther) & ~bytes & Base64Word.tops == Base64Word.tops
    }

    /// The top bit of each byte below 0x80 from `first` to `last`.
    @inline(__always)
    private static func within(_ word: UInt64, _ first: Unicode.Scalar, _ last: Unicode.Scalar) -> UInt64 {
        let from = word &+ ones &* UInt64(0x80 &- UInt8(ascii: first))
        let behind = word &+ ones &* UInt64(0x7F &- UInt8(ascii: last))
        return from & ~behind
    }
}
