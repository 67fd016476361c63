// DEFLATE compression (RFC 1951) of whole messages: each call takes all of its input and ends on a whole byte, so that nothing
// but tables lives between calls. What a receiver already has is given as history.

/// Compresses messages, each in one call.
///
/// A class, because it is one set of tables that a loop's connections share; it belongs to one thread. Memory: 9 bytes for each byte
/// of the window (288 KiB for 15 bits, 2.3 KiB for 8), 67 KiB for the block at hand, and while history is given one copy of it and
/// the input.
package final class Deflater {
    private let level: DeflateLevel
    private let windowCount: Int
    private var parser: Parser

    /// `windowBits` 8...15: no distance is greater than 2^windowBits.
    package init(level: DeflateLevel, windowBits: Int = 15) {
        precondition((8...15).contains(windowBits), "a window of 256 to 32768 bytes")
        self.level = level
        windowCount = 1 << windowBits
        parser = Parser(effort: level.effort, windowBits: windowBits)
    }

    /// Compresses `input` and appends it to `output`, ending as `ending` says.
    ///
    /// Matches reach into the end of `history`, as far as the window goes: for a receiver that has inflated these bytes before
    /// (context takeover). All of the history that is in reach is hashed anew for each call, some 3 ns a byte. Empty history makes
    /// the output independent of everything before. What does not compress is stored: the output is never longer than the input by
    /// more than 10 bytes and 5 for each 16 KiB.
    package func deflate(
        _ input: Span<UInt8>, history: Span<UInt8>, into output: inout [UInt8], ending: DeflateEnding
    ) {
        var writer = BlockWriter(at: output.count)
        if level.number == 0 {
            if !input.isEmpty || ending == .final { writer.writeStored(input, isFinal: ending == .final, to: &output) }
        } else if history.isEmpty || input.isEmpty {
            parser.parse(input, from: 0, isFinal: ending == .final, writer: &writer, output: &output)
        } else {
            let reach = history.extracting(last: windowCount)
            var data: [UInt8] = []
            data.reserveCapacity(reach.count + input.count)
            data.append(copying: reach)
            data.append(copying: input)
            parser.parse(data.span, from: reach.count, isFinal: ending == .final, writer: &writer, output: &output)
        }
        if ending == .syncFlush { writer.writeStored(input.extracting(first: 0), isFinal: false, to: &output) }
        writer.finish(&output)
    }
}
