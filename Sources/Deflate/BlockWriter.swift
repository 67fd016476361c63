// Writes blocks (RFC 1951 §3.2.3): stored, with the fixed codes, or with codes of their own, whichever is shortest. The
// length of each way is known to the bit before anything is written, so nothing is written twice.

/// Writes the blocks of one call behind what `output` holds, beginning and ending on whole bytes.
struct BlockWriter: ~Copyable {
    /// The longest stored block (§3.2.4: LEN has 16 bits).
    static let storedCountMax = 65_535

    private var writer: BitWriter

    init(at count: Int) { writer = BitWriter(at: count) }

    /// Writes the block whose first `tokenCount` tokens and frequencies are in `cells` (BlockCells) and which stands
    /// for `source`.
    mutating func write(
        _ cells: Span<UInt32>, tokenCount: Int, source: Span<UInt8>, isFinal: Bool, to output: inout [UInt8]
    ) {
        let tokens = cells.extracting(BlockCells.tokens).extracting(first: tokenCount)
        let literals = PrefixCode(
            frequencies: cells.extracting(BlockCells.literalLengths), bitsMax: Alphabet.codeBitsMax)
        let distances = PrefixCode(frequencies: cells.extracting(BlockCells.distances), bitsMax: Alphabet.codeBitsMax)
        let head = DynamicHead(literals, distances)
        let extraBits = BlockWriter.extraBits(cells)
        let dynamicBits = head.bits + BlockWriter.bits(cells, literals, distances) + extraBits
        let fixedBits = BlockWriter.bits(cells, .fixedLiteralLengths, .fixedDistances) + extraBits
        let storedBits = BlockWriter.storedBits(source.count, openBits: writer.openBits + 3)
        if storedBits <= min(dynamicBits, fixedBits) {
            writeStored(source, isFinal: isFinal, to: &output)
            return
        }
        let isFixed = fixedBits <= dynamicBits
        makeRoom(min(fixedBits, dynamicBits) / 8 + 16, in: &output)
        var span = output.mutableSpan
        // As in every function here: the raw span checks its bounds at each store; unsafe is only that any bytes may be
        // stored, and any byte is a UInt8. The room was just made: the bits of the block and 16 bytes, of which a store
        // touches up to 8.
        var bytes = unsafe span.mutableBytes
        writer.write((isFinal ? 1 : 0) | (isFixed ? 2 : 4), 3, to: &bytes)
        if isFixed {
            writeTokens(tokens, .fixedLiteralLengths, .fixedDistances, to: &bytes)
        } else {
            head.write(&writer, to: &bytes)
            writeTokens(tokens, literals, distances, to: &bytes)
        }
    }

    /// Writes `source` in stored blocks; one of them empty when it is.
    mutating func writeStored(_ source: Span<UInt8>, isFinal: Bool, to output: inout [UInt8]) {
        var offset = 0
        repeat {
            let count = min(BlockWriter.storedCountMax, source.count - offset)
            let isLast = offset + count == source.count
            makeRoom(count + 16, in: &output)
            var span = output.mutableSpan
            // Bounds are checked; any byte is a UInt8. Room for the head (5 bytes and what a store touches beyond) and
            // `count` bytes.
            var bytes = unsafe span.mutableBytes
            writer.write(isFinal && isLast ? 1 : 0, 3, to: &bytes)
            writer.align(&bytes)
            writer.write(UInt64(count) | UInt64(count ^ 0xFFFF) << 16, 32, to: &bytes)
            writer.append(source.extracting(offset..<offset + count), to: &bytes)
            offset += count
        } while offset < source.count
    }

    /// Fills the last byte and cuts `output` behind it.
    mutating func finish(_ output: inout [UInt8]) {
        makeRoom(16, in: &output)
        var span = output.mutableSpan
        // Bounds are checked; any byte is a UInt8. One store of 8 bytes, for which there is room.
        var bytes = unsafe span.mutableBytes
        writer.align(&bytes)
        output.removeLast(output.count - writer.count)
    }

    private func makeRoom(_ count: Int, in output: inout [UInt8]) {
        let missing = writer.count + count - output.count
        if missing > 0 { output.append(contentsOf: repeatElement(0, count: missing)) }
    }

    private mutating func writeTokens(
        _ tokens: Span<UInt32>, _ literals: PrefixCode, _ distances: PrefixCode, to bytes: inout MutableRawSpan
    ) {
        for index in tokens.indices {
            let token = tokens[index]
            let distance = Int(token & 0xFFFF)
            let value = Int(token >> 16)
            guard distance > 0 else {
                writer.write(UInt64(literals.codes[value]), UInt64(literals.lengths[value]), to: &bytes)
                continue
            }
            let symbol = LengthSymbols.symbol(value)
            var bits = UInt64(literals.codes[symbol])
            var count = UInt64(literals.lengths[symbol])
            bits |= UInt64(value &- Int(Alphabet.lengthBases[symbol &- 257])) &<< count
            count &+= UInt64(Alphabet.lengthExtraBits[symbol &- 257])
            let distanceSymbol = DistanceSymbols.symbol(distance)
            bits |= UInt64(distances.codes[distanceSymbol]) &<< count
            count &+= UInt64(distances.lengths[distanceSymbol])
            bits |= UInt64(distance &- Int(Alphabet.distanceBases[distanceSymbol])) &<< count
            count &+= UInt64(Alphabet.distanceExtraBits[distanceSymbol])
            writer.write(bits, count, to: &bytes)
        }
        let end = Alphabet.endOfBlock
        writer.write(UInt64(literals.codes[end]), UInt64(literals.lengths[end]), to: &bytes)
    }

    /// The bits of all codes of a block.
    private static func bits(_ cells: Span<UInt32>, _ literals: PrefixCode, _ distances: PrefixCode) -> Int {
        var bits = 3
        for symbol in BlockCells.literalLengths {
            bits &+= Int(truncatingIfNeeded: cells[symbol]) &* Int(literals.lengths[symbol])
        }
        let first = BlockCells.distances.lowerBound
        for symbol in 0..<Alphabet.distanceCountMax {
            bits &+= Int(truncatingIfNeeded: cells[first &+ symbol]) &* Int(distances.lengths[symbol])
        }
        return bits
    }

    private static func extraBits(_ cells: Span<UInt32>) -> Int {
        var bits = 0
        for index in Alphabet.lengthExtraBits.indices {
            bits += Int(cells[257 + index]) * Int(Alphabet.lengthExtraBits[index])
        }
        let first = BlockCells.distances.lowerBound
        for index in Alphabet.distanceExtraBits.indices {
            bits += Int(cells[first + index]) * Int(Alphabet.distanceExtraBits[index])
        }
        return bits
    }

    private static func storedBits(_ count: Int, openBits: Int) -> Int {
        let blocks = max(1, (count + storedCountMax - 1) / storedCountMax)
        return count * 8 + blocks * 40 + (8 - openBits & 7) & 7 - 5
    }
}

extension PrefixCode {
    /// RFC 1951 §3.2.6.
    static let fixedLiteralLengths = PrefixCode(lengths: Alphabet.fixedLiteralLengths)
    static let fixedDistances = PrefixCode(lengths: Alphabet.fixedDistanceLengths)
}
