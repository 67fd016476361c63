// The publications of one channel in one turn, encoded once into one contiguous piece. What crosses loops is this: immutable from
// then on, its storage shared, one reference per loop and turn.

struct Run: Sendable {
    /// Whole WebSocket frames, one behind the other.
    var frames: [UInt8] = []
    var messages = 0
    /// The protocol door's: a part for each message, so that one subscriber can be given some of them only.
    var parts: [RunPart] = []
    /// The frames for those who do not have what the differences in `frames` refer to. Empty: there are no differences.
    var fullFrames: [UInt8] = []
    /// Of the offsets. Empty: the channel keeps no stream.
    var epoch = ""
    /// A publication was left out, for it cannot be said in this form (a JSON client, and data that is not JSON).
    var lacksPublication = false

    init() {}

    var isEmpty: Bool { messages == 0 && !lacksPublication }

    /// Takes over what follows; without a copy when there was nothing.
    mutating func append(_ other: Run) {
        if isEmpty {
            self = other
        } else {
            appendParts(of: other)
            frames.append(contentsOf: other.frames)
            messages += other.messages
            lacksPublication = lacksPublication || other.lacksPublication
            if !other.epoch.isEmpty { epoch = other.epoch }
        }
    }
}

/// One message of a run of the protocol door.
struct RunPart: Sendable {
    /// Where its frame ends in `frames`, and in `fullFrames` where there are any.
    var end: Int
    var fullEnd: Int
    /// Its place in the stream; 0: it has none.
    let offset: UInt64
    /// False: a join or a leave.
    let isPublication: Bool
    let tags: [(key: String, value: String)]
}

extension Run {
    private mutating func appendParts(of other: Run) {
        guard !other.parts.isEmpty else { return }
        if fullFrames.isEmpty, !other.fullFrames.isEmpty { fullFrames = frames }
        let hasFull = !fullFrames.isEmpty || !other.fullFrames.isEmpty
        let (start, fullStart) = (frames.count, hasFull ? fullFrames.count : frames.count)
        if hasFull { fullFrames.append(contentsOf: other.fullFrames.isEmpty ? other.frames : other.fullFrames) }
        for part in other.parts {
            var moved = part
            moved.end += start
            moved.fullEnd += fullStart
            parts.append(moved)
        }
    }

    /// The messages that `isWanted` says so of; in full, or as they are.
    func only(inFull: Bool, _ isWanted: (RunPart) -> Bool) -> Run {
        let usesFull = inFull && !fullFrames.isEmpty
        let source = usesFull ? fullFrames : frames
        var run = Run()
        run.epoch = epoch
        var start = 0
        for part in parts {
            let end = usesFull ? part.fullEnd : part.end
            if isWanted(part) {
                run.frames.append(copying: source.span.extracting(start..<end))
                run.messages += 1
                run.parts.append(part)
            }
            start = end
        }
        return run
    }

    var hasPublications: Bool { parts.contains(where: \.isPublication) }

    /// The lowest and the highest place in the stream; nil: no message has one.
    var offsets: (first: UInt64, last: UInt64)? {
        guard let first = parts.first(where: { $0.offset > 0 })?.offset,
            let last = parts.last(where: { $0.offset > 0 })?.offset
        else { return nil }
        return (first, last)
    }
}
