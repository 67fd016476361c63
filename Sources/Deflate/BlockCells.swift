// The literals and matches of a block before it is written, and how often each symbol occurs among them. Counted while they
// are found, because the codes (RFC 1951 §3.2.7) need the counts before the first token can be written.

/// Where the parts of a block in the making lie in one row of cells. A row and not three arrays: it is borrowed once as a span.
///
/// A token is a literal, its byte shifted by 16; or a match, its count shifted by 16 and its distance.
enum BlockCells {
    /// Tokens of one block at most, and as many again that a last run of literals may add.
    static let tokenCountMax = 1 << 14
    private static let tokenRoom = tokenCountMax + 2 * Alphabet.matchCountMax

    /// How often each symbol occurs.
    static let literalLengths = 0..<Alphabet.literalLengthCountMax
    static let distances = literalLengths.upperBound..<literalLengths.upperBound + Alphabet.distanceCountMax
    static let tokens = distances.upperBound..<distances.upperBound + tokenRoom
    static let count = tokens.upperBound
}

extension MutableSpan<UInt32> {
    /// Makes the cells ready for a new block.
    mutating func beginBlock() {
        for index in 0..<BlockCells.distances.upperBound { self[index] = 0 }
    }

    @inline(__always) mutating func append(literal: UInt8, _ tokenCount: inout Int) {
        self[BlockCells.tokens.lowerBound &+ tokenCount] = UInt32(literal) &<< 16
        self[Int(literal)] &+= 1
        tokenCount &+= 1
    }

    @inline(__always) mutating func append(_ match: Match, _ tokenCount: inout Int) {
        self[BlockCells.tokens.lowerBound &+ tokenCount] = UInt32(
            truncatingIfNeeded: match.count &<< 16 | match.distance)
        self[LengthSymbols.symbol(match.count)] &+= 1
        self[BlockCells.distances.lowerBound &+ DistanceSymbols.symbol(match.distance)] &+= 1
        tokenCount &+= 1
    }
}

/// From a length to its symbol (RFC 1951 §3.2.5): as for distances, with two bits below the highest.
enum LengthSymbols {
    @inline(__always) static func symbol(_ count: Int) -> Int {
        guard count < Alphabet.matchCountMax else { return 285 }
        let last = UInt32(truncatingIfNeeded: count &- 3)
        guard last >= 8 else { return 257 &+ Int(truncatingIfNeeded: last) }
        let high = 31 &- last.leadingZeroBitCount
        return 257 &+ 4 &* (high &- 1) &+ Int(truncatingIfNeeded: last &>> UInt32(truncatingIfNeeded: high &- 2) & 3)
    }
}

/// From a distance to its symbol: the position of its highest bit and the bit below (RFC 1951 §3.2.5).
enum DistanceSymbols {
    @inline(__always) static func symbol(_ distance: Int) -> Int {
        let last = UInt32(truncatingIfNeeded: distance &- 1)
        guard last >= 4 else { return Int(truncatingIfNeeded: last) }
        let high = 31 &- last.leadingZeroBitCount
        return 2 &* high &+ Int(truncatingIfNeeded: last &>> UInt32(truncatingIfNeeded: high &- 1) & 1)
    }
}
