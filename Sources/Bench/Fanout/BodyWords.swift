// Eight bytes at a time out of a body and into one, numbers as letters, and the checksum over the words of a body. One of the few
// files with unsafe code: a load generator that looks at every byte of millions of messages a second needs unaligned words
// without a check each. `rookery-bench fanout` at 10 subscribers and a window of 256 is the benchmark.

/// Words of 64 bits, the first byte lowest.
enum BodyWords {
    /// The word at `offset`; eight bytes must be there.
    @inline(__always)
    static func load(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset &+ 8 <= bytes.count, "a word lies inside the bytes")
        // Checked in the line above.
        return unsafe bytes.withUnsafeBytes {
            unsafe UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }

    /// Overwrites eight bytes at `offset`, which must be there.
    @inline(__always)
    static func store(_ word: UInt64, in bytes: inout MutableSpan<UInt8>, at offset: Int) {
        precondition(offset >= 0 && offset &+ 8 <= bytes.count, "a word lies inside the bytes")
        // Checked in the line above.
        unsafe bytes.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
        }
    }

    /// 32 bits as eight letters from `a` to `p`, the lowest four bits first: safe in JSON, in URLs and in every template.
    @inline(__always)
    static func letters(_ value: UInt32) -> UInt64 {
        var word = UInt64(value)
        word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
        word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
        word = (word | word << 4) & 0x0F0F_0F0F_0F0F_0F0F
        return word &+ 0x6161_6161_6161_6161
    }

    /// The number of eight letters; nonsense when they are no letters from `a` to `p`, which the checksum finds out.
    @inline(__always)
    static func value(_ letters: UInt64) -> UInt32 {
        var word = (letters &- 0x6161_6161_6161_6161) & 0x0F0F_0F0F_0F0F_0F0F
        word = (word | word >> 4) & 0x00FF_00FF_00FF_00FF
        word = (word | word >> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: word | word >> 16)
    }

    /// A checksum of `bytes[range]` without the eight bytes at `hole`, which lie a whole number of words behind the start. Sums and
    /// sums of sums, as Fletcher's: one addition each for a word, and it notices exchanged words too. Finds accidents, not attacks.
    @inline(__always)
    static func checksum(_ bytes: Span<UInt8>, _ range: Range<Int>, hole: Int) -> UInt32 {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "the range lies inside the bytes")
        // Every index below is at least the range's lower bound and at most eight less than its upper one.
        return unsafe bytes.withUnsafeBytes { buffer in
            var sum = UInt64(range.count)
            var sumOfSums: UInt64 = 0
            var index = range.lowerBound
            while index &+ 8 <= range.upperBound {
                if index != hole {
                    sum &+= unsafe UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                }
                sumOfSums &+= sum
                index &+= 8
            }
            var rest: UInt64 = 0
            while index < range.upperBound {
                rest = unsafe rest << 8 | UInt64(buffer.load(fromByteOffset: index, as: UInt8.self))
                index &+= 1
            }
            sum &+= rest
            sumOfSums &+= sum
            // Turned against each other, so that the highest bits of both cannot cancel out.
            let mixed = (sum << 29 ^ sum >> 35 ^ sumOfSums) &* 0xBF58_476D_1CE4_E5B9
            return UInt32(truncatingIfNeeded: mixed >> 32)
        }
    }
}
