// DEFLATE decompression (RFC 1951) as a state machine: bytes in any pieces, the output appended to an array whose end is the
// window. It takes and refuses exactly what zlib does with a raw stream. A step either finds all of its bits or leaves them
// in the bit buffer for the next call, so every split of the input gives the same. Long runs go through InflateLoop.

/// Decompresses one stream after another.
///
/// A fresh inflater allocates nothing; the first dynamic block allocates its tables, at most 12 KiB, which stay.
package struct Inflater: Sendable {
    /// What comes next in the input, with all that a split must not lose.
    enum State: Sendable {
        case blockHeader
        case storedHeader
        case stored(left: Int)
        case dynamicHeader
        case codeLengthLengths(DynamicHeader)
        case codeLengths(DynamicHeader)
        case symbols(isFixed: Bool)
        /// An error was thrown and is thrown again until `reset()`.
        case spent(InflateError)
    }

    /// What one step of the machine came to.
    enum Step {
        case next
        case needsInput
        case endOfStream
    }

    var state = State.blockHeader
    var isFinalBlock = false
    var buffer = BitBuffer()
    let windowCount: Int
    /// The code lengths of a dynamic block while they are read.
    var lengths: [UInt8] = []
    var literalLengths = DecodingTable()
    /// The distances of the block at hand; before, while its head is read, the code of the code lengths, which has done its work when
    /// the distances' own table is built.
    var distances = DecodingTable()

    /// `windowBits` 8...15: no distance may be greater than 2^windowBits, be there more history or not.
    package init(windowBits: Int = 15) {
        precondition((8...15).contains(windowBits), "a window of 256 to 32768 bytes")
        windowCount = 1 << windowBits
    }

    /// True where no block is begun and no bit is left over: so stands a stream behind a sync flush, and a message of RFC 7692
    /// must end here (§7.2.2). Also true when fresh and after `.endOfStream`.
    package var isAtBlockBoundary: Bool {
        if case .blockHeader = state { buffer.count == 0 } else { false }
    }

    /// Ready for a new stream; the tables' memory stays.
    package mutating func reset() {
        state = .blockHeader
        isFinalBlock = false
        buffer = BitBuffer()
    }

    /// Inflates `input` from `offset` on, moves `offset` behind what was used, and appends to `output`, whose former content is
    /// the history that distances may reach.
    ///
    /// Returns `.needsInput` when all input is used, or `.endOfStream` when the final block has ended, the rest of its last byte
    /// skipped; more input then begins a new stream with the same history. Throws `tooLarge` before `output.count` would pass
    /// `outputCountMax`. After a throw `output` holds what came before the fault, and every further call throws the same until
    /// `reset()`.
    package mutating func inflate(
        _ input: Span<UInt8>, offset: inout Int, into output: inout [UInt8], outputCountMax: Int
    ) throws(InflateError) -> InflateProgress {
        do throws(InflateError) {
            while true {
                switch try step(input, &offset, &output, outputCountMax) {
                case .next: continue
                case .needsInput: return .needsInput
                case .endOfStream: return .endOfStream
                }
            }
        } catch {
            state = .spent(error)
            throw error
        }
    }

    private mutating func step(
        _ input: Span<UInt8>, _ offset: inout Int, _ output: inout [UInt8], _ outputCountMax: Int
    ) throws(InflateError) -> Step {
        switch state {
        case .blockHeader:
            return try readBlockHeader(input, &offset)
        case .storedHeader:
            return try readStoredHeader(input, &offset)
        case .stored(let left):
            return try copyStored(left, input, &offset, &output, outputCountMax)
        case .dynamicHeader:
            return try readDynamicHeader(input, &offset)
        case .codeLengthLengths(let header):
            return try readCodeLengthLengths(header, input, &offset)
        case .codeLengths(let header):
            return try readCodeLengths(header, input, &offset)
        case .symbols(let isFixed):
            return try readSymbols(isFixed: isFixed, input, &offset, &output, outputCountMax)
        case .spent(let error):
            throw error
        }
    }

    /// RFC 1951 §3.2.3 — BFINAL and BTYPE.
    private mutating func readBlockHeader(_ input: Span<UInt8>, _ offset: inout Int) throws(InflateError) -> Step {
        buffer.fill(from: input, offset: &offset)
        guard let header = buffer.take(3) else { return .needsInput }
        isFinalBlock = header & 1 == 1
        switch header >> 1 {
        case 0:
            buffer.align()
            state = .storedHeader
        case 1: state = .symbols(isFixed: true)
        case 2: state = .dynamicHeader
        default: throw .reservedBlockType
        }
        return .next
    }

    /// RFC 1951 §3.2.4 — LEN and NLEN.
    private mutating func readStoredHeader(_ input: Span<UInt8>, _ offset: inout Int) throws(InflateError) -> Step {
        buffer.fill(from: input, offset: &offset)
        guard let header = buffer.take(32) else { return .needsInput }
        guard header & 0xFFFF == header >> 16 ^ 0xFFFF else { throw .storedLengthMismatch }
        buffer.returnBytes(&offset)
        state = .stored(left: header & 0xFFFF)
        return .next
    }

    private mutating func copyStored(
        _ left: Int, _ input: Span<UInt8>, _ offset: inout Int, _ output: inout [UInt8], _ outputCountMax: Int
    ) throws(InflateError) -> Step {
        guard left > 0 else { return endBlock(&offset) }
        let count = min(left, input.count - offset)
        guard count > 0 else { return .needsInput }
        // As far as the limit allows even when that is too far: what a caller finds in the output must not depend on how the input
        // was cut.
        let taken = min(count, max(0, outputCountMax - output.count))
        output.append(copying: input.extracting(offset..<offset + taken))
        offset += taken
        guard taken == count else { throw .tooLarge }
        state = .stored(left: left - count)
        return .next
    }

    mutating func endBlock(_ offset: inout Int) -> Step {
        state = .blockHeader
        guard isFinalBlock else { return .next }
        isFinalBlock = false
        buffer.align()
        buffer.returnBytes(&offset)
        return .endOfStream
    }
}
