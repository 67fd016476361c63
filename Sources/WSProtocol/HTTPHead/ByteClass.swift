// The classes of bytes that HTTP's grammar is made of (RFC 9110 §5.6.2, §5.5). Where most bytes are of one class, eight at a
// time: each such function says why no byte spoils its neighbour.

enum ByteClass {
    /// RFC 9110 §5.6.2 — tchar: letters, digits and ``!#$%&'*+-.^_`|~``. A bit for each byte below 0x40, and for each from there to 0x7F.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        let bits: UInt64 = byte < 0x40 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return byte < 0x80 && bits &>> UInt64(byte) & 1 != 0
    }

    /// The place of the first byte in the range that cannot stand in a token, or its end.
    @inline(__always)
    static func endOfToken(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let others = othersThanLetters(in: bytes.eightBytes(at: index))
            index &+= others.trailingZeroBitCount / 8
            guard others == 0 || isToken(bytes[index]) else { return index }
            if others != 0 { index &+= 1 }
        }
        while index < range.upperBound, isToken(bytes[index]) { index &+= 1 }
        return index
    }

    /// RFC 9110 §5.5 — what a field value may hold: visible bytes, space, tab and obs-text; no other control byte.
    static func isFieldContent(_ byte: UInt8) -> Bool { byte == tab || (byte >= 0x20 && byte != 0x7F) }

    /// Whether one of eight bytes is below 0x20 or 0x7F: the lowest bit set stands in the first such byte; 0 for none.
    @inline(__always)
    static func controls(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones << 7
        // Subtracting borrows from the next byte only behind a byte that is one of them, so the first is always right.
        let low = (word &- ones &* 0x20) & ~word
        let delete = word ^ (ones &* 0x7F)
        return (low | (delete &- ones) & ~delete) & tops
    }

    /// `controls` of 32 bytes. Behind the first of them in eight only a space that follows one may be taken for another.
    @inline(__always)
    static func controls(in words: SIMD4<UInt64>) -> SIMD4<UInt64> {
        let ones = SIMD4<UInt64>(repeating: 0x0101_0101_0101_0101)
        let low = (words &- ones &* 0x20) & ~words
        let delete = words ^ (ones &* 0x7F)
        return (low | (delete &- ones) & ~delete) & (ones &* 0x80)
    }

    /// Which of eight bytes are neither a letter nor a hyphen, of which most names of fields are made: the top bit of each such byte.
    @inline(__always)
    static func othersThanLetters(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones << 7
        let lower = word | ones << 5
        // The top bits are left out of the sums, so nothing is carried from byte to byte.
        let low = lower & ~tops
        let isLetter = (low &+ ones &* (0x80 - 0x61)) & ~(low &+ ones &* (0x7F - 0x7A)) & ~lower
        let hyphen = word ^ (ones &* 0x2D)
        let isHyphen = ~(((hyphen & ~tops) &+ ~tops) | hyphen)
        return ~(isLetter | isHyphen) & tops
    }

    /// Eight bytes with the letters among them in lower case.
    @inline(__always)
    static func lowercased(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones << 7
        let low = word & ~tops
        let isCapital = (low &+ ones &* (0x80 - 0x41)) & ~(low &+ ones &* (0x7F - 0x5A)) & ~word & tops
        return word | isCapital >> 2
    }

    /// RFC 3986 §2 — what may stand in a request target. A little wider than the grammar, as browsers leave `|`, `[`, `^`, `{`
    /// and such unescaped in a query; never a space, a control byte, a quote, an angle bracket, `#` or a byte above 0x7E.
    static func isTarget(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "<"), UInt8(ascii: ">"): false
        default: byte > 0x20 && byte < 0x7F
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// The value of one hexadecimal digit.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn: UInt8 = 0x0D
    static let space = UInt8(ascii: " ")
    static let colon = UInt8(ascii: ":")
}

extension SIMD4<UInt64> {
    /// The top bits of the 32 bytes, that of the lowest byte first; all other bits are 0.
    @inline(__always)
    var byteBits: UInt32 {
        guard self[0] | self[1] | self[2] | self[3] != 0 else { return 0 }
        return bits(0) | bits(1) << 8 | bits(2) << 16 | bits(3) << 24
    }

    @inline(__always)
    private func bits(_ word: Int) -> UInt32 {
        // The product brings the top bit of byte n to bit 56 + n, and no two of its terms meet there.
        UInt32(truncatingIfNeeded: (self[word] &>> 7 &* 0x0102_0408_1020_4080) &>> 56)
    }

    /// The place of the lowest byte of the 32 that is not 0.
    @inline(__always)
    var firstByteSet: Int? {
        guard self[0] | self[1] | self[2] | self[3] != 0 else { return nil }
        let low = self[0] | self[1] != 0
        let (first, second) = low ? (self[0], self[1]) : (self[2], self[3])
        return (low ? 0 : 16) &+ (first != 0 ? 0 : 8) &+ (first != 0 ? first : second).trailingZeroBitCount / 8
    }
}

/// Compares ASCII text without regard to case; other bytes must be equal.
func equalIgnoringCase(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    guard left.count < 8 else {
        // The last step looks once more at some of the bytes of the one before.
        let last = left.count &- 8
        var index = 0
        while true {
            let (one, other) = (left.eightBytes(at: index), right.eightBytes(at: index))
            guard one == other || ByteClass.lowercased(one) == ByteClass.lowercased(other) else { return false }
            if index == last { return true }
            index = min(index &+ 8, last)
        }
    }
    for index in left.indices where ByteClass.lowercased(left[index]) != ByteClass.lowercased(right[index]) {
        return false
    }
    return true
}

/// Compares ASCII text without regard to case; other bytes must be equal.
func equalIgnoringCase(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { ByteClass.lowercased($0) == ByteClass.lowercased($1) }
}
