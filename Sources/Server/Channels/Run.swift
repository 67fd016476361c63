// The publications of one channel in one turn, encoded once into one contiguous piece. What crosses loops is this: immutable from
// then on, its storage shared, one reference per loop and turn.

struct Run: Sendable {
    /// Whole WebSocket frames, one behind the other.
    var frames: [UInt8] = []
    var messages = 0

    init() {}

    var isEmpty: Bool { messages == 0 }

    /// Takes over what follows; without a copy when there was nothing.
    mutating func append(_ other: Run) {
        if isEmpty {
            self = other
        } else {
            frames.append(contentsOf: other.frames)
            messages += other.messages
        }
    }
}
