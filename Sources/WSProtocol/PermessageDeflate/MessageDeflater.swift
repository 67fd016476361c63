// Deflates the messages of one end (RFC 7692 §7.2.1). What does not become smaller is better sent as it is; who receives cannot tell the
// one from the other but by RSV1, and the context knows only what was sent compressed.

package import Deflate

/// Compresses messages one by one for one connection or, without context takeover, for all that agreed on the same window.
///
/// The deflater holds tables and no context, so that many connections of a loop can share it; with takeover each of them keeps at
/// most 2^windowBits bytes of its own.
package struct MessageDeflater {
    private let deflater: Deflater
    private let windowBytes: Int
    private let takesOver: Bool
    /// With takeover: the end of all that was sent compressed.
    private var history: [UInt8] = []

    /// `windowBits` 8...15 is the largest distance `deflater` was made for, or less.
    package init(_ deflater: Deflater, windowBits: UInt8, takesOver: Bool) {
        self.deflater = deflater
        self.takesOver = takesOver
        windowBytes = 1 << Int(windowBits)
    }

    /// Appends the payload of a compressed message to `output`, to be sent with RSV1. False when it would not be smaller than the
    /// message: then nothing was appended, and the message has to be sent as it is.
    package mutating func deflate(_ message: Span<UInt8>, into output: inout [UInt8]) -> Bool {
        let start = output.count
        let history = self.history
        deflater.deflate(message, history: history.span, into: &output, ending: .syncFlush)
        // §7.2.1 item 3 — the four bytes of the empty block at the end are left out.
        output.removeLast(4)
        guard output.count - start < message.count else {
            output.removeLast(output.count - start)
            return false
        }
        if takesOver { remember(message) }
        return true
    }

    private mutating func remember(_ message: Span<UInt8>) {
        let news = message.extracting(last: windowBytes)
        let kept = min(history.count, windowBytes - news.count)
        history.removeFirst(history.count - kept)
        history.append(copying: news)
    }
}
