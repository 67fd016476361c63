// Cuts input into literals and matches (RFC 1951 §4): greedy, or giving up a match for a better one that begins a byte later.

/// Turns input into blocks.
struct Parser {
    /// A match of three bytes farther away than this costs more than its literals.
    private static let shortDistanceMax = 4_096

    private let effort: DeflateLevel.Effort
    private var finder: MatchFinder
    private var tokens = TokenBuffer()

    init(effort: DeflateLevel.Effort, windowBits: Int) {
        self.effort = effort
        finder = MatchFinder(windowBits: windowBits)
    }

    /// Writes `data` from `start` on in blocks; what stands before is history. Without input there is a block only when it is final.
    mutating func parse(
        _ data: Span<UInt8>, from start: Int, isFinal: Bool, writer: inout BlockWriter, output: inout [UInt8]
    ) {
        finder.begin(count: data.count)
        for position in 0..<min(start, max(0, data.count - 3)) { unsafe finder.insert(data.bytes, position) }
        var position = start
        repeat {
            let first = position
            tokens.removeAll()
            position = parseBlock(data, from: first)
            if position == first, !isFinal { break }
            tokens.end()
            let isLast = isFinal && position == data.count
            writer.write(tokens, source: data.extracting(first..<position), isFinal: isLast, to: &output)
        } while position < data.count
        finder.end(count: data.count)
    }

    private mutating func parseBlock(_ data: Span<UInt8>, from start: Int) -> Int {
        var position = start
        let last = data.count &- 4
        while position <= last, !tokens.isFull {
            var match = find(data, position, longerThan: 2, attemptsMax: effort.attemptsMax)
            guard match.count >= 3 else {
                tokens.append(literal: data[position])
                position &+= 1
                continue
            }
            var known = position
            while effort.lookAhead > 0, match.count < effort.niceCount, known < last {
                known &+= 1
                let next = find(data, known, longerThan: match.count &- 1, attemptsMax: effort.attemptsMax &>> 1)
                guard next.count >= match.count, Parser.isBetter(next, than: match) else { break }
                tokens.append(literal: data[position])
                position &+= 1
                match = next
            }
            tokens.append(match)
            let end = position &+ match.count
            var skipped = known &+ 1
            while skipped < end, skipped <= last {
                unsafe finder.insert(data.bytes, skipped)
                skipped &+= 1
            }
            position = end
        }
        while position < data.count, position > last, !tokens.isFull {
            tokens.append(literal: data[position])
            position &+= 1
        }
        return position
    }

    private mutating func find(_ data: Span<UInt8>, _ position: Int, longerThan best: Int, attemptsMax: Int) -> Match {
        let match = unsafe finder.insertAndFind(
            data.bytes, position, longerThan: best, attemptsMax: attemptsMax, niceCount: effort.niceCount)
        if match.count == 3, match.distance > Parser.shortDistanceMax { return Match() }
        return match
    }

    /// Whether giving up one literal for `next` pays: a byte more is worth some four bits, a farther distance costs its bits.
    private static func isBetter(_ next: Match, than match: Match) -> Bool {
        let gain = 4 &* (next.count &- match.count)
        let cost = match.distance.leadingZeroBitCount &- next.distance.leadingZeroBitCount
        return gain &- cost > 2
    }
}
