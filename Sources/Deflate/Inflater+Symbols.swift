// Literals and matches of a compressed block (RFC 1951 §3.2.5): one at a time here, with every check; many at a time in
// InflateLoop wherever input and output have room enough.

extension DecodingTable {
    /// RFC 1951 §3.2.6.
    static let fixedLiteralLengths = fixed(Alphabet.fixedLiteralLengths, DecodingEntry.literalLengths, 9)
    static let fixedDistances = fixed(Alphabet.fixedDistanceLengths, DecodingEntry.distances, 5)

    private static func fixed(_ lengths: [UInt8], _ symbols: [UInt32], _ rootBits: Int) -> DecodingTable {
        var table = DecodingTable()
        let built = table.build(lengths.span, symbols: symbols.span, rootBitsMax: rootBits, incomplete: .emptyOrSingle)
        precondition(built, "the fixed codes are complete")
        return table
    }

    /// The entry that the next bits select. When fewer than its bits are there the bits do not settle it.
    func entry(_ buffer: BitBuffer) -> UInt32 {
        let entry = entries[Int(truncatingIfNeeded: buffer.peek(UInt64(rootBits)))]
        guard entry & DecodingEntry.pointer != 0 else { return entry }
        let index = buffer.bits &>> UInt64(rootBits) & (1 &<< UInt64(entry >> 8 & 15) &- 1)
        return entries[Int(entry >> 16) + Int(truncatingIfNeeded: index)]
    }
}

extension Inflater {
    mutating func readSymbols(
        isFixed: Bool, _ input: Span<UInt8>, _ offset: inout Int, _ output: inout [UInt8], _ outputCountMax: Int
    ) throws(InflateError) -> Step {
        while true {
            // One symbol with care first: a block that holds none, of which there can be very many, makes no room (D6).
            buffer.fill(from: input, offset: &offset)
            let step =
                isFixed
                ? try readSymbol(
                    DecodingTable.fixedLiteralLengths, DecodingTable.fixedDistances, &output, outputCountMax)
                : try readSymbol(literalLengths, distances, &output, outputCountMax)
            switch step {
            case .literalOrMatch: break
            case .needsInput: return .needsInput
            case .endOfBlock: return endBlock(&offset)
            }
            guard input.count - offset >= InflateLoop.inputRoom else { continue }
            let end =
                isFixed
                ? try runLoop(
                    DecodingTable.fixedLiteralLengths, DecodingTable.fixedDistances, input, &offset, &output,
                    outputCountMax)
                : try runLoop(literalLengths, distances, input, &offset, &output, outputCountMax)
            if end == .endOfBlock { return endBlock(&offset) }
        }
    }

    /// Makes room in `output`, runs the loop as long as it has room, and takes the room back that was not used. The room reaches
    /// a turn beyond the limit, so that the last bytes of a message are not read one by one; what passed it is taken back.
    private mutating func runLoop(
        _ literalLengths: borrowing DecodingTable, _ distances: borrowing DecodingTable, _ input: Span<UInt8>,
        _ offset: inout Int, _ output: inout [UInt8], _ outputCountMax: Int
    ) throws(InflateError) -> InflateLoop.End {
        let (sum, overflow) = outputCountMax.addingReportingOverflow(InflateLoop.outputRoom)
        let roomEnd = overflow ? Int.max : sum
        var end = InflateLoop.End.noRoom
        var step = Inflater.firstOutputStep
        var place = InflateLoop.Place(buffer: buffer, offset: offset, count: output.count)
        repeat {
            // Text grows some fourfold. Little room at first: a block may be short, and its room is written with zeros (D6).
            let likely = InflateLoop.outputRoom + min(4 * (input.count - place.offset), step)
            step = min(4 * step, Inflater.outputStepMax)
            let room = min(likely, roomEnd - place.count)
            output.append(contentsOf: repeatElement(0, count: max(0, place.count + room - output.count)))
            var span = output.mutableSpan
            var bytes = unsafe span.mutableBytes
            end = unsafe InflateLoop.run(
                &place, input.bytes, &bytes, literalLengths.entries.span, literalLengths.rootBits,
                distances.entries.span,
                distances.rootBits, windowCount: windowCount)
        } while end == .noRoom && input.count - place.offset >= InflateLoop.inputRoom
            && place.count <= outputCountMax
        output.removeLast(output.count - min(place.count, outputCountMax))
        buffer = place.buffer
        offset = place.offset
        guard place.count <= outputCountMax else { throw .tooLarge }
        return end
    }

    /// Room that is made for a block at first, and at once at most.
    private static let firstOutputStep = 512
    private static let outputStepMax = 1 << 16

    private enum Symbol {
        case literalOrMatch
        case needsInput
        case endOfBlock
    }

    /// One literal, match or end of block. Nothing is used while bits of it are missing; what is wrong with the bits that are
    /// there is told at once.
    private mutating func readSymbol(
        _ literalLengths: borrowing DecodingTable, _ distances: borrowing DecodingTable, _ output: inout [UInt8],
        _ outputCountMax: Int
    ) throws(InflateError) -> Symbol {
        let entry = literalLengths.entry(buffer)
        guard buffer.count >= UInt64(entry >> 8 & 15) else { return .needsInput }
        if entry & DecodingEntry.literal != 0 {
            guard output.count < outputCountMax else { throw .tooLarge }
            buffer.drop(UInt64(entry & 63))
            output.append(UInt8(truncatingIfNeeded: entry >> 16))
            return .literalOrMatch
        }
        guard entry & DecodingEntry.invalid == 0 else { throw .badSymbol }
        if entry & DecodingEntry.endOfBlock != 0 {
            buffer.drop(UInt64(entry & 63))
            return .endOfBlock
        }
        guard buffer.count >= UInt64(entry & 63) else { return .needsInput }
        var ahead = buffer
        let count = ahead.takeValue(entry)
        let distanceEntry = distances.entry(ahead)
        guard ahead.count >= UInt64(distanceEntry >> 8 & 15) else { return .needsInput }
        guard distanceEntry & DecodingEntry.invalid == 0 else { throw .badSymbol }
        guard ahead.count >= UInt64(distanceEntry & 63) else { return .needsInput }
        let distance = ahead.takeValue(distanceEntry)
        // D4: neither before the first byte nor out of the window.
        guard distance <= min(output.count, windowCount) else { throw .distanceTooFar }
        buffer = ahead
        let first = output.count - distance
        // As with stored bytes: what fits is written before the rest is refused, so the reader sees all that was allowed.
        let taken = min(count, max(0, outputCountMax - output.count))
        for index in first..<first + taken { output.append(output[index]) }
        guard taken == count else { throw .tooLarge }
        return .literalOrMatch
    }
}

extension BitBuffer {
    /// Drops the code and the extra bits of `entry`, which are there, and returns the length or distance that they stand for.
    mutating func takeValue(_ entry: UInt32) -> Int {
        let codeBits = UInt64(entry >> 8 & 15)
        let extra = peek(UInt64(entry & 63)) &>> codeBits
        drop(UInt64(entry & 63))
        return Int(entry >> 16) + Int(truncatingIfNeeded: extra)
    }
}
