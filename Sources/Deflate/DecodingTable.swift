// Prefix codes turned into lookup tables (RFC 1951 §3.2.2): a root table indexed by the next bits, and behind it a smaller
// table for each beginning that longer codes share. Built by doubling: the entries for codes of n bits are written once, then
// the table is copied behind itself for n + 1, so a table costs one write a symbol and one copy a level.

/// One entry of a decoding table, 32 bits:
/// 0–5 the bits it takes, code and extra bits; 8–11 the bits of the code (of a pointer: the bits that index its table);
/// 13 points to another table; 14 end of block; 15 no such symbol; 16–30 literal, base or place of the table; 31 literal.
enum DecodingEntry {
    static let literal: UInt32 = 1 << 31
    static let pointer: UInt32 = 1 << 13
    static let endOfBlock: UInt32 = 1 << 14
    static let invalid: UInt32 = 1 << 15
    /// None of literal, length and distance.
    static let exceptional = pointer | endOfBlock | invalid

    /// What every symbol's entry holds besides its code's length.
    static let literalLengths: [UInt32] =
        literals(256) + [endOfBlock] + bases(Alphabet.lengthBases, Alphabet.lengthExtraBits) + [invalid, invalid]
    static let distances: [UInt32] = bases(Alphabet.distanceBases, Alphabet.distanceExtraBits) + [invalid, invalid]
    static let codeLengths: [UInt32] = literals(UInt32(Alphabet.codeLengthCount))

    private static func literals(_ count: UInt32) -> [UInt32] {
        (0..<count).map { (value: UInt32) -> UInt32 in literal | value << 16 }
    }

    private static func bases(_ first: [UInt16], _ extraBits: [UInt8]) -> [UInt32] {
        zip(first, extraBits).map { (base: UInt16, bits: UInt8) -> UInt32 in UInt32(base) << 16 | UInt32(bits) }
    }

    /// `entry` for a code of `length` bits.
    static func coded(_ entry: UInt32, length: UInt32) -> UInt32 { entry &+ (length << 8 | length) }
}

/// A prefix code ready to be decoded.
struct DecodingTable: Sendable {
    private(set) var entries: [UInt32] = []
    /// The bits that index the root table.
    private(set) var rootBits = 1

    /// Which sets of lengths are taken although they leave codes unused. As zlib: §3.2.7 lets a single distance code have one
    /// bit, and a block without any distance code has none.
    enum Incomplete {
        /// None, except that no code at all reads as a row of zeros, one bit each: what follows fails for want of an end of block.
        case onlyEmpty(UInt32)
        /// No code at all, or a single code of one bit; the unused codes stand for no symbol.
        case emptyOrSingle
    }

    /// Builds the table for the code in which symbol i has `lengths[i]` bits (0: none) and the entry `symbols[i]`. Memory is kept
    /// from one use to the next. Returns false for a set of lengths that is over-subscribed, or incomplete beyond `incomplete`.
    mutating func build(
        _ lengths: Span<UInt8>, symbols: Span<UInt32>, rootBitsMax: Int, incomplete: Incomplete
    ) -> Bool {
        var counts = InlineArray<16, Int>(repeating: 0)
        for index in lengths.indices { counts[Int(lengths[index] & 15)] += 1 }
        counts[0] = 0
        var longest = Alphabet.codeBitsMax
        while longest > 0, counts[longest] == 0 { longest -= 1 }
        var left = 1
        for length in 1..<16 {
            left = left << 1 - counts[length]
            guard left >= 0 else { return false }
        }
        entries.removeAll(keepingCapacity: true)
        rootBits = max(1, min(rootBitsMax, longest))
        if left > 0 {
            return buildIncomplete(lengths, symbols: symbols, longest: longest, incomplete: incomplete)
        }
        let sorted = DecodingTable.symbolsByCode(lengths, counts: counts)
        fill(sorted, counts: counts, longest: longest, symbols: symbols)
        return true
    }

    /// The few incomplete codes that are allowed: two entries of one bit.
    private mutating func buildIncomplete(
        _ lengths: Span<UInt8>, symbols: Span<UInt32>, longest: Int, incomplete: Incomplete
    ) -> Bool {
        let unused: UInt32
        switch incomplete {
        case .onlyEmpty(let entry):
            guard longest == 0 else { return false }
            unused = DecodingEntry.coded(entry, length: 1)
        case .emptyOrSingle:
            guard longest <= 1 else { return false }
            unused = DecodingEntry.coded(DecodingEntry.invalid, length: 1)
        }
        var first = unused
        for index in lengths.indices where lengths[index] == 1 {
            first = DecodingEntry.coded(symbols[index], length: 1)
        }
        entries.append(first)
        entries.append(unused)
        return true
    }

    /// The symbols in the order of their codes: by length, then by number (§3.2.2).
    private static func symbolsByCode(_ lengths: Span<UInt8>, counts: InlineArray<16, Int>) -> InlineArray<288, UInt16>
    {
        var next = InlineArray<16, Int>(repeating: 0)
        for length in 1..<15 { next[length + 1] = next[length] + counts[length] }
        var sorted = InlineArray<288, UInt16>(repeating: 0)
        for index in lengths.indices {
            let length = Int(lengths[index] & 15)
            guard length > 0 else { continue }
            sorted[next[length]] = UInt16(truncatingIfNeeded: index)
            next[length] += 1
        }
        return sorted
    }

    /// Writes the entries of a complete code. `code` runs through the codes with their first bit lowest, as they are read.
    private mutating func fill(
        _ sorted: InlineArray<288, UInt16>, counts: InlineArray<16, Int>, longest: Int, symbols: Span<UInt32>
    ) {
        let rootBits = rootBits
        entries.append(contentsOf: repeatElement(0, count: 1 << rootBits))
        var code = 0
        var place = 0
        var length = 0
        // One look whether the array is shared, instead of one for each entry.
        var root = entries.mutableSpan
        while length < rootBits {
            length += 1
            let written = 1 << (length - 1)
            for index in 0..<written { root[written + index] = root[index] }
            for _ in 0..<counts[length] {
                root[code] = DecodingEntry.coded(
                    symbols[Int(sorted[place])], length: UInt32(truncatingIfNeeded: length))
                place += 1
                code = DecodingTable.codeAfter(code, length: length)
            }
        }
        fillBehindRoot(sorted, from: place, code: code, counts: counts, longest: longest, symbols: symbols)
    }

    /// The entries of codes longer than the root's bits: a table for each beginning, as large as the codes with it need.
    private mutating func fillBehindRoot(
        _ sorted: InlineArray<288, UInt16>, from first: Int, code firstCode: Int, counts: InlineArray<16, Int>,
        longest: Int,
        symbols: Span<UInt32>
    ) {
        guard longest > rootBits else { return }
        let rootMask = 1 << rootBits - 1
        var place = first
        var code = firstCode
        var beginning = -1
        var start = 0
        var bits = 0
        for length in rootBits + 1...longest {
            var left = counts[length]
            while left > 0 {
                if code & rootMask != beginning {
                    beginning = code & rootMask
                    start = entries.count
                    bits = DecodingTable.bitsBehindRoot(length - rootBits, left, counts: counts, rootBits: rootBits)
                    entries.append(contentsOf: repeatElement(0, count: 1 << bits))
                    entries[beginning] =
                        DecodingEntry.pointer | UInt32(truncatingIfNeeded: start) << 16 | UInt32(
                            truncatingIfNeeded: bits) << 8
                }
                let entry = DecodingEntry.coded(symbols[Int(sorted[place])], length: UInt32(truncatingIfNeeded: length))
                var index = code >> rootBits
                while index < 1 << bits {
                    entries[start + index] = entry
                    index += 1 << (length - rootBits)
                }
                place += 1
                left -= 1
                code = DecodingTable.codeAfter(code, length: length)
            }
        }
    }

    /// How many bits index a table that begins with a code `bits` longer than the root: it grows until its codes fill it.
    private static func bitsBehindRoot(_ bits: Int, _ left: Int, counts: InlineArray<16, Int>, rootBits: Int) -> Int {
        var bits = bits
        var used = left
        while used < 1 << bits, rootBits + bits < Alphabet.codeBitsMax {
            bits += 1
            used = used << 1 + counts[rootBits + bits]
        }
        return bits
    }

    /// The next code of `length` bits, with its first bit lowest: adding one from the other end.
    private static func codeAfter(_ code: Int, length: Int) -> Int {
        var bit = 1 << (length - 1)
        var code = code
        while code & bit != 0 {
            code ^= bit
            bit >>= 1
        }
        return code | bit
    }
}
