// The publications of one channel in one turn, encoded once into one contiguous piece. What crosses loops is this: immutable from
// then on, its storage shared, one reference per loop and turn.

package struct Run: Sendable {
    /// Whole WebSocket frames, one behind the other.
    package var frames: [UInt8] = []
    package var messages = 0

    package init() {}

    package var isEmpty: Bool { messages == 0 }

    /// Takes over what follows; without a copy when there was nothing.
    package mutating func append(_ other: Run) {
        if isEmpty {
            self = other
        } else {
            frames.append(contentsOf: other.frames)
            messages += other.messages
        }
    }
}
