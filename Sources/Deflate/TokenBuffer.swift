// The literals and matches of a block before it is written, and how often each symbol occurs among them.

/// A block in the making.
struct TokenBuffer {
    /// Tokens of one block at most: more would blur what their frequencies say.
    static let countMax = 1 << 14

    /// A literal is its byte shifted by 16; a match its count shifted by 16 and its distance.
    private(set) var tokens: [UInt32] = []
    private(set) var literalLengths: [UInt32] = Array(repeating: 0, count: Alphabet.literalLengthCountMax)
    private(set) var distances: [UInt32] = Array(repeating: 0, count: Alphabet.distanceCountMax)

    var isFull: Bool { tokens.count >= TokenBuffer.countMax }

    mutating func removeAll() {
        tokens.removeAll(keepingCapacity: true)
        for index in literalLengths.indices { literalLengths[index] = 0 }
        for index in distances.indices { distances[index] = 0 }
    }

    mutating func append(literal: UInt8) {
        tokens.append(UInt32(literal) << 16)
        literalLengths[Int(literal)] &+= 1
    }

    mutating func append(_ match: Match) {
        tokens.append(UInt32(truncatingIfNeeded: match.count << 16 | match.distance))
        literalLengths[LengthSymbols.symbol(match.count)] &+= 1
        distances[DistanceSymbols.symbol(match.distance)] &+= 1
    }

    /// Counts the end of the block.
    mutating func end() { literalLengths[Alphabet.endOfBlock] &+= 1 }
}

/// From a length to its symbol (RFC 1951 §3.2.5).
enum LengthSymbols {
    private static let table: [UInt16] = {
        var table = [UInt16](repeating: 0, count: Alphabet.matchCountMax + 1)
        for (index, base) in Alphabet.lengthBases.enumerated() {
            for count in Int(base)..<table.count { table[count] = UInt16(257 + index) }
        }
        return table
    }()

    static func symbol(_ count: Int) -> Int { Int(table[count]) }
}

/// From a distance to its symbol: the position of its highest bit and the bit below (RFC 1951 §3.2.5).
enum DistanceSymbols {
    static func symbol(_ distance: Int) -> Int {
        let last = UInt32(truncatingIfNeeded: distance &- 1)
        guard last >= 4 else { return Int(last) }
        let high = 31 &- last.leadingZeroBitCount
        return 2 &* high &+ Int(last &>> UInt32(truncatingIfNeeded: high &- 1) & 1)
    }
}
