// Optimal prefix codes of limited length: from how often each symbol occurs to its code (RFC 1951 §3.2.2). Huffman's
// algorithm in the place of its input; codes that come out too long are evened out afterwards, which is simpler than the
// best code of limited length, and only the rarest symbols pay for it.

/// A code to write with: for each symbol its bits, the first one lowest, and their number (0: the symbol does not occur).
struct PrefixCode {
    private(set) var lengths: [UInt8]
    private(set) var codes: [UInt16]

    /// The code with these lengths.
    init(lengths: [UInt8]) {
        self.lengths = lengths
        codes = Array(repeating: 0, count: lengths.count)
        assignCodes()
    }

    /// A code for symbols that occur `frequencies` times, none longer than `bitsMax`. At least two symbols get a code, so
    /// that every decoder takes it as complete.
    init(frequencies: Span<UInt32>, bitsMax: Int) {
        lengths = Array(repeating: 0, count: frequencies.count)
        codes = Array(repeating: 0, count: frequencies.count)
        var leaves: [UInt64] = []
        leaves.reserveCapacity(frequencies.count)
        for symbol in frequencies.indices where frequencies[symbol] > 0 {
            leaves.append(UInt64(frequencies[symbol]) << 16 | UInt64(symbol))
        }
        var spare = 0
        while leaves.count < 2 {
            if frequencies[spare] == 0 { leaves.append(1 << 16 | UInt64(spare)) }
            spare += 1
        }
        leaves.sort()
        assignLengths(leaves, bitsMax: bitsMax)
        assignCodes()
    }

    /// Huffman's tree in place: `weights` first holds the leaves in rising order, then parents, then depths.
    private mutating func assignLengths(_ leaves: [UInt64], bitsMax: Int) {
        let count = leaves.count
        var weights = leaves.map { $0 >> 16 }
        var leaf = 0
        var node = 0
        for next in 0..<count - 1 {
            var weight: UInt64 = 0
            for _ in 0..<2 {
                if leaf < count, node >= next || weights[leaf] <= weights[node] {
                    weight += weights[leaf]
                    leaf += 1
                } else {
                    weight += weights[node]
                    weights[node] = UInt64(next)
                    node += 1
                }
            }
            weights[next] = weight
        }
        // Inner nodes from the root down: each one's depth is its parent's and one; leaves fill what they leave free.
        var counts = InlineArray<16, Int>(repeating: 0)
        weights[count - 2] = 0
        var inner = InlineArray<64, Int>(repeating: 0)
        inner[0] = 1
        for node in stride(from: count - 3, through: 0, by: -1) {
            weights[node] = weights[Int(weights[node])] + 1
            inner[min(63, Int(weights[node]))] += 1
        }
        var free = 1
        var depth = 0
        while free > 0 {
            let leavesHere = free - inner[min(63, depth)]
            counts[min(depth, bitsMax)] += leavesHere
            free = 2 * inner[min(63, depth)]
            depth += 1
        }
        PrefixCode.limit(&counts, bitsMax: bitsMax)
        var place = 0
        for length in stride(from: bitsMax, to: 0, by: -1) {
            for _ in 0..<counts[length] {
                lengths[Int(leaves[place] & 0xFFFF)] = UInt8(length)
                place += 1
            }
        }
    }

    /// Makes room for codes that were cut to `bitsMax`: as long as they are too many, a shorter code is split in two.
    private static func limit(_ counts: inout InlineArray<16, Int>, bitsMax: Int) {
        var used = 0
        for length in 1...bitsMax { used += counts[length] << (bitsMax - length) }
        while used > 1 << bitsMax {
            // One code of the longest goes beside a code that is split: the longest shorter one.
            var length = bitsMax - 1
            while counts[length] == 0 { length -= 1 }
            counts[length] -= 1
            counts[length + 1] += 2
            counts[bitsMax] -= 1
            used -= 1
        }
    }

    private mutating func assignCodes() {
        var next = InlineArray<17, UInt16>(repeating: 0)
        var counts = InlineArray<16, UInt16>(repeating: 0)
        for length in lengths { counts[Int(length)] += 1 }
        counts[0] = 0
        for length in 1..<16 { next[length + 1] = (next[length] &+ counts[length]) &<< 1 }
        for symbol in lengths.indices where lengths[symbol] > 0 {
            let length = Int(lengths[symbol])
            codes[symbol] = PrefixCode.reversed(next[length], length)
            next[length] &+= 1
        }
    }

    /// The low `length` bits of `code` in the opposite order.
    private static func reversed(_ code: UInt16, _ length: Int) -> UInt16 {
        var word = code
        word = word &>> 8 | word &<< 8
        word = (word & 0xF0F0) &>> 4 | (word & 0x0F0F) &<< 4
        word = (word & 0xCCCC) &>> 2 | (word & 0x3333) &<< 2
        word = (word & 0xAAAA) &>> 1 | (word & 0x5555) &<< 1
        return word &>> UInt16(16 - length)
    }
}
