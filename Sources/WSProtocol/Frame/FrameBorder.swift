// Where a queue of our own frames may be cut: a Close frame never lands inside a half-written frame. For a slow reader the rest of
// the frame begun goes out, the queue is dropped at the border, then Close follows.

/// Walks runs of our own unmasked frames.
package enum FrameBorder {
    /// The first border at or after `offset`: where the frame that contains byte `offset` ends, or `offset` itself when a frame begins
    /// there. `frames` begins with a frame; nil when the bytes do not reach that border (then they are not whole frames).
    package static func following(_ offset: Int, in frames: Span<UInt8>) -> Int? {
        guard offset >= 0 && offset <= frames.count else { return nil }
        var border = 0
        while border < offset {
            guard let (header, headerCount) = FrameHeader.parse(frames.extracting(border..<frames.count)),
                header.payloadCount <= UInt64(frames.count - border - headerCount)
            else { return nil }
            border += headerCount + Int(header.payloadCount)
        }
        return border
    }
}
