// Inflates what comes in pieces and tells what came of it, in a form to compare.
import Deflate

/// What an inflater made of a stream.
enum Inflation: Equatable {
    /// The output without the history, whether the final block ended, and how many bytes lie behind it.
    case output([UInt8], ends: Bool, unused: Int)
    case failure(InflateError)

    /// Feeds `pieces` until the stream ends or fails.
    init(
        _ pieces: [[UInt8]], history: [UInt8] = [], windowBits: Int = 15, outputCountMax: Int = 1 << 24
    ) {
        var inflater = Inflater(windowBits: windowBits)
        self.init(&inflater, pieces, history: history, outputCountMax: outputCountMax)
    }

    init(
        _ inflater: inout Inflater, _ pieces: [[UInt8]], history: [UInt8] = [], outputCountMax: Int = 1 << 24
    ) {
        var output = history
        var ends = false
        var unused = 0
        do throws(InflateError) {
            for piece in pieces {
                var offset = 0
                if !ends {
                    let progress = try inflater.inflate(
                        piece.span, offset: &offset, into: &output, outputCountMax: outputCountMax)
                    ends = progress == .endOfStream
                    precondition(ends || offset == piece.count, "needsInput means that all was used")
                }
                unused += piece.count - offset
            }
            self = .output(Array(output[history.count...]), ends: ends, unused: unused)
        } catch {
            self = .failure(error)
        }
    }
}
