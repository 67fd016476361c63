// The head of a dynamic block (RFC 1951 §3.2.7): three counts, the code of the code lengths, the code lengths. D2, D3: every set
// of lengths that zlib refuses is refused, before a symbol is read with it.

/// What is known of a dynamic block's head, and how many lengths of the part at hand are read.
struct DynamicHeader: Sendable {
    let literalLengthCount: Int
    let distanceCount: Int
    let codeLengthCount: Int
    var readCount = 0

    var lengthCount: Int { literalLengthCount + distanceCount }
}

extension Inflater {
    /// Bits that index the root tables: larger ones decode in one look-up more often, but take longer to build.
    static let literalLengthRootBits = 9
    static let distanceRootBits = 7

    mutating func readDynamicHeader(_ input: Span<UInt8>, _ offset: inout Int) throws(InflateError) -> Step {
        buffer.fill(from: input, offset: &offset)
        guard let counts = buffer.take(14) else { return .needsInput }
        let header = DynamicHeader(
            literalLengthCount: counts & 31 + 257, distanceCount: counts >> 5 & 31 + 1,
            codeLengthCount: counts >> 10 + 4)
        guard header.literalLengthCount <= Alphabet.literalLengthCountMax,
            header.distanceCount <= Alphabet.distanceCountMax
        else { throw .badCodeLengths }
        lengths.removeAll(keepingCapacity: true)
        lengths.append(contentsOf: repeatElement(0, count: max(header.lengthCount, Alphabet.codeLengthCount)))
        state = .codeLengthLengths(header)
        return .next
    }

    mutating func readCodeLengthLengths(
        _ header: DynamicHeader, _ input: Span<UInt8>, _ offset: inout Int
    ) throws(InflateError) -> Step {
        var header = header
        while header.readCount < header.codeLengthCount {
            buffer.fill(from: input, offset: &offset)
            guard let length = buffer.take(3) else {
                state = .codeLengthLengths(header)
                return .needsInput
            }
            lengths[Int(Alphabet.codeLengthOrder[header.readCount])] = UInt8(truncatingIfNeeded: length)
            header.readCount += 1
        }
        let row = lengths
        let symbols = DecodingEntry.codeLengths
        let built = distances.build(
            row.span.extracting(first: Alphabet.codeLengthCount), symbols: symbols.span,
            rootBitsMax: Alphabet.codeLengthBitsMax, incomplete: .onlyEmpty(DecodingEntry.literal))
        guard built else { throw .badCodeLengths }
        header.readCount = 0
        state = .codeLengths(header)
        return .next
    }

    /// The lengths of both alphabets, one row: a repetition may cross from one to the other.
    mutating func readCodeLengths(
        _ header: DynamicHeader, _ input: Span<UInt8>, _ offset: inout Int
    ) throws(InflateError) -> Step {
        var header = header
        while header.readCount < header.lengthCount {
            buffer.fill(from: input, offset: &offset)
            let entry = distances.entries[Int(truncatingIfNeeded: buffer.peek(UInt64(distances.rootBits)))]
            let codeBits = UInt64(entry & 63)
            let symbol = Int(entry >> 16 & 31)
            let extraBits: UInt64 = symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7
            guard buffer.count >= codeBits + extraBits else {
                state = .codeLengths(header)
                return .needsInput
            }
            buffer.drop(codeBits)
            let extra = Int(truncatingIfNeeded: buffer.peek(extraBits))
            buffer.drop(extraBits)
            try write(symbol, extra, &header)
        }
        try buildTables(header)
        state = .symbols(isFixed: false)
        return .next
    }

    /// Writes what one symbol of the code length alphabet stands for.
    private mutating func write(_ symbol: Int, _ extra: Int, _ header: inout DynamicHeader) throws(InflateError) {
        let first = header.readCount
        if symbol < 16 {
            lengths[first] = UInt8(truncatingIfNeeded: symbol)
            header.readCount += 1
            return
        }
        // "Copy the previous code length": there must be one, and the row must have room (D3).
        guard symbol > 16 || first > 0 else { throw .badCodeLengths }
        let value = symbol == 16 ? lengths[first - 1] : 0
        let count = extra + (symbol == 18 ? 11 : 3)
        guard count <= header.lengthCount - first else { throw .badCodeLengths }
        for index in first..<first + count { lengths[index] = value }
        header.readCount += count
    }

    private mutating func buildTables(_ header: DynamicHeader) throws(InflateError) {
        guard lengths[Alphabet.endOfBlock] != 0 else { throw .badCodeLengths }
        let row = lengths
        let symbols = (literals: DecodingEntry.literalLengths, distances: DecodingEntry.distances)
        guard
            literalLengths.build(
                row.span.extracting(first: header.literalLengthCount), symbols: symbols.literals.span,
                rootBitsMax: Inflater.literalLengthRootBits, incomplete: .emptyOrSingle),
            distances.build(
                row.span.extracting(header.literalLengthCount..<header.lengthCount), symbols: symbols.distances.span,
                rootBitsMax: Inflater.distanceRootBits, incomplete: .emptyOrSingle)
        else { throw .badCodeLengths }
    }
}
