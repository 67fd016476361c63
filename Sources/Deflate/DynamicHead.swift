// The head of a dynamic block (RFC 1951 §3.2.7): both codes' lengths as one row, repetitions shortened, and the code for
// that. Built before it is written: its length decides whether the block gets codes of its own.

/// The lengths of two codes, ready to be written.
struct DynamicHead {
    /// A symbol of the code length alphabet, and above its 5 bits the value of its extra bits.
    private var symbols: [UInt16] = []
    private let code: PrefixCode
    private let literalLengthCount: Int
    private let distanceCount: Int
    private let codeLengthCount: Int
    /// The bits of this head.
    let bits: Int

    init(_ literals: PrefixCode, _ distances: PrefixCode) {
        literalLengthCount = DynamicHead.usedCount(literals.lengths, least: 257)
        distanceCount = DynamicHead.usedCount(distances.lengths, least: 1)
        let row = literals.lengths[..<literalLengthCount] + distances.lengths[..<distanceCount]
        var frequencies = [UInt32](repeating: 0, count: Alphabet.codeLengthCount)
        var symbols: [UInt16] = []
        symbols.reserveCapacity(row.count)
        var index = row.startIndex
        while index < row.endIndex {
            let length = row[index]
            var end = index + 1
            while end < row.endIndex, row[end] == length { end += 1 }
            DynamicHead.append(length, times: end - index, to: &symbols)
            index = end
        }
        for symbol in symbols { frequencies[Int(symbol & 31)] += 1 }
        code = PrefixCode(frequencies: frequencies.span, bitsMax: Alphabet.codeLengthBitsMax)
        var count = Alphabet.codeLengthCount
        while count > 4, code.lengths[Int(Alphabet.codeLengthOrder[count - 1])] == 0 { count -= 1 }
        codeLengthCount = count
        var bits = 14 + 3 * count
        for symbol in symbols {
            bits += Int(code.lengths[Int(symbol & 31)]) + Int(DynamicHead.extraBits(symbol))
        }
        self.bits = bits
        self.symbols = symbols
    }

    /// Writes the head; there is room for `bits`.
    func write(_ writer: inout BitWriter, to bytes: inout MutableRawSpan) {
        writer.write(UInt64(literalLengthCount - 257), 5, to: &bytes)
        writer.write(UInt64(distanceCount - 1), 5, to: &bytes)
        writer.write(UInt64(codeLengthCount - 4), 4, to: &bytes)
        for index in 0..<codeLengthCount {
            writer.write(UInt64(code.lengths[Int(Alphabet.codeLengthOrder[index])]), 3, to: &bytes)
        }
        for symbol in symbols {
            let number = Int(symbol & 31)
            writer.write(UInt64(code.codes[number]), UInt64(code.lengths[number]), to: &bytes)
            writer.write(UInt64(symbol >> 5), DynamicHead.extraBits(symbol), to: &bytes)
        }
    }

    private static func usedCount(_ lengths: [UInt8], least: Int) -> Int {
        var count = lengths.count
        while count > least, lengths[count - 1] == 0 { count -= 1 }
        return count
    }

    private static func extraBits(_ symbol: UInt16) -> UInt64 {
        switch symbol & 31 {
        case 16: 2
        case 17: 3
        case 18: 7
        default: 0
        }
    }

    /// §3.2.7 — 16 repeats the last length 3 to 6 times, 17 zero 3 to 10 times, 18 zero 11 to 138 times.
    private static func append(_ length: UInt8, times: Int, to symbols: inout [UInt16]) {
        var left = times
        if length == 0 {
            while left >= 11 {
                let count = min(left, 138)
                symbols.append(18 | UInt16(count - 11) << 5)
                left -= count
            }
            if left >= 3 {
                symbols.append(17 | UInt16(left - 3) << 5)
                left = 0
            }
        } else {
            symbols.append(UInt16(length))
            left -= 1
            while left >= 3 {
                let count = min(left, 6)
                symbols.append(16 | UInt16(count - 3) << 5)
                left -= count
            }
        }
        for _ in 0..<left { symbols.append(UInt16(length)) }
    }
}
