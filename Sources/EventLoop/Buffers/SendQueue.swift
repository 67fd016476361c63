// Bytes that wait to be sent on one stream: one array and how much of it is gone. Empty it owns no memory worth speaking of.

/// The unsent bytes of one stream.
package struct SendQueue {
    private var bytes: [UInt8] = []
    private var offset = 0
    /// A drained queue keeps its memory up to this size.
    private static let keptBytesMax = 4_096

    package init() {}

    /// Unsent bytes.
    package var count: Int { bytes.count - offset }
    package var isEmpty: Bool { bytes.count == offset }

    package mutating func append(_ more: [UInt8]) { bytes.append(contentsOf: more) }

    package mutating func append(_ more: Span<UInt8>) {
        // One copy of the whole; the span outlives the call.
        unsafe more.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    /// Lets an encoder append to the bytes in place. It must not touch what is there already.
    package mutating func appendInPlace(_ encode: (inout [UInt8]) -> Void) { encode(&bytes) }

    /// Hands what is unsent to `send`, once. A short write keeps the rest, with its order.
    package mutating func flush(with send: (Span<UInt8>) -> IOResult) -> FlushOutcome {
        guard !isEmpty else { return .drained }
        switch send(bytes.span.extracting(offset...)) {
        case .bytes(let sent):
            drop(sent)
            return isEmpty ? .drained : .blocked
        case .wouldBlock:
            return .blocked
        case .endOfStream:
            return .blocked  // no send answers this
        case .failed(let error):
            return .failed(error)
        }
    }

    package mutating func flush(to descriptor: Int32) -> FlushOutcome {
        flush { Socket.send(descriptor, $0) }
    }

    package mutating func removeAll() {
        bytes = []
        offset = 0
    }

    private mutating func drop(_ sent: Int) {
        offset += sent
        if offset == bytes.count {
            if bytes.capacity > SendQueue.keptBytesMax { bytes = [] } else { bytes.removeAll(keepingCapacity: true) }
            offset = 0
        } else if offset > 65_536, offset > bytes.count / 2 {
            // Moved at most once for each byte sent, so the cost stays linear.
            bytes.removeSubrange(..<offset)
            offset = 0
        }
    }
}

/// How far a flush came.
package enum FlushOutcome: Hashable, Sendable {
    /// Nothing waits any more.
    case drained
    /// The kernel takes no more now: watch for `writable`.
    case blocked
    /// The stream has ended.
    case failed(SystemError)
}
