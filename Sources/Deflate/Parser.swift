// Cuts input into literals and matches (RFC 1951 §4): greedy, or giving up a match for a better one that begins a byte
// later. A block ends when its row of tokens is full or the input ends; where a change of codes would pay is not searched
// for.

/// Turns input into blocks.
struct Parser {
    /// A match of three bytes farther away than this costs more than its literals.
    private static let shortDistanceMax = 4_096

    private let effort: DeflateLevel.Effort
    private var finder: MatchFinder
    private var table: [UInt32]
    private var block = [UInt32](repeating: 0, count: BlockCells.count)

    init(effort: DeflateLevel.Effort, windowBits: Int) {
        self.effort = effort
        finder = MatchFinder(windowBits: windowBits)
        table = Array(repeating: 0, count: finder.cellCount)
    }

    /// Writes `data` from `start` on in blocks; what stands before is history. Without input there is a block only when it is final.
    mutating func parse(
        _ data: Span<UInt8>, from start: Int, isFinal: Bool, writer: inout BlockWriter, output: inout [UInt8]
    ) {
        Parser.parse(
            data, from: start, isFinal: isFinal, effort, &finder, &table, &block, writer: &writer, output: &output)
    }

    private static func parse(
        _ data: Span<UInt8>, from start: Int, isFinal: Bool, _ effort: DeflateLevel.Effort, _ finder: inout MatchFinder,
        _ tableCells: inout [UInt32], _ blockCells: inout [UInt32], writer: inout BlockWriter, output: inout [UInt8]
    ) {
        var table = tableCells.mutableSpan
        var block = blockCells.mutableSpan
        finder.begin(&table, count: data.count)
        // The same bytes for the finder's loads of four and eight, whose bounds the raw span checks.
        let bytes = unsafe data.bytes
        finder.insert(&table, bytes, from: 0, to: min(start, max(0, data.count - 3)))
        var position = start
        repeat {
            let first = position
            block.beginBlock()
            var tokenCount = 0
            parseBlock(bytes, &position, effort, finder, &table, &block, &tokenCount)
            if position == first, !isFinal { break }
            block[Alphabet.endOfBlock] = 1
            let isLast = isFinal && position == data.count
            let source = data.extracting(first..<position)
            writer.write(block.span, tokenCount: tokenCount, source: source, isFinal: isLast, to: &output)
        } while position < data.count
        finder.end(count: data.count)
    }

    private static func parseBlock(
        _ data: RawSpan, _ position: inout Int, _ effort: DeflateLevel.Effort, _ finder: MatchFinder,
        _ table: inout MutableSpan<UInt32>, _ block: inout MutableSpan<UInt32>, _ tokenCount: inout Int
    ) {
        let last = data.byteCount &- 4
        while position <= last, tokenCount < BlockCells.tokenCountMax {
            var match = finder.insertAndFind(
                &table, data, position, longerThan: 2, attemptsMax: effort.attemptsMax, niceCount: effort.niceCount)
            guard match.count > 3 || match.count == 3 && match.distance <= shortDistanceMax else {
                block.append(literal: data.byte(position), &tokenCount)
                position &+= 1
                continue
            }
            var known = position
            while effort.isLazy, match.count < effort.niceCount, known < last {
                known &+= 1
                let next = finder.insertAndFind(
                    &table, data, known, longerThan: match.count &- 1,
                    attemptsMax: match.count >= 8 ? effort.attemptsMax &>> 2 : effort.attemptsMax &>> 1,
                    niceCount: effort.niceCount)
                guard next.count >= match.count, isBetter(next, than: match) else { break }
                block.append(literal: data.byte(position), &tokenCount)
                position &+= 1
                match = next
            }
            block.append(match, &tokenCount)
            position &+= match.count
            finder.insert(
                &table, data, from: max(known &+ 1, position &- effort.insertedCountMax), to: min(position, last &+ 1))
        }
        while position < data.byteCount, position > last, tokenCount < BlockCells.tokenCountMax {
            block.append(literal: data.byte(position), &tokenCount)
            position &+= 1
        }
    }

    /// Whether giving up one literal for `next` pays: a byte more is worth some four bits, a farther distance costs its bits.
    private static func isBetter(_ next: Match, than match: Match) -> Bool {
        let gain = 4 &* (next.count &- match.count)
        let cost = match.distance.leadingZeroBitCount &- next.distance.leadingZeroBitCount
        return gain &- cost > 2
    }
}
