// The unsent bytes of one slow connection: a copy of its own, so that it does not pin what thousands share. It knows where the frame
// that has begun to leave ends, because that one must be finished before anything else may be said (RFC 6455 §5.4: frames
// of a message stand together; a Close inside a frame would be payload).

import EventLoop
import WSProtocol

final class Backlog {
    private var bytes: [UInt8] = []
    private var offset = 0
    /// Bytes at the head that belong to a frame (or an HTTP answer) already begun.
    private var begunBytes: Int
    /// When the bytes up to an end, counted from the first byte ever queued, were queued: one mark each quarter of a second.
    private var marks: [(end: Int, at: Instant)] = []
    private var sentBytes = 0
    /// The newest Pong, kept alone while the peer does not read (row W7); it leaves when the queue is empty.
    private var pong = NewestPong()

    private static let markMilliseconds = 250

    /// `begunBytes` of `rest` belong to what has begun to leave.
    init(rest: Span<UInt8>, begunBytes: Int, now: Instant) {
        self.begunBytes = begunBytes
        append(rest, now: now)
    }

    var count: Int { bytes.count - offset }
    var isEmpty: Bool { count == 0 && pong.isEmpty }
    /// What waits behind the frame that is being written.
    var waitingBytes: Int { count - begunBytes }

    /// When the oldest waiting byte was queued; nil when only the frame begun is left.
    var oldest: Instant? {
        let begunEnd = sentBytes + begunBytes
        return marks.first { $0.end > begunEnd }?.at
    }

    func append(_ more: Span<UInt8>, now: Instant) {
        bytes.append(span: more)
        let end = sentBytes + count
        if let last = marks.last, now.milliseconds(since: last.at) < Backlog.markMilliseconds {
            marks[marks.count - 1].end = end
        } else {
            marks.append((end, now))
        }
    }

    func keepPong(_ payload: Span<UInt8>) { pong.keep(payload) }

    /// Forgets all that has not begun to leave.
    func dropWaiting() {
        bytes.removeLast(waitingBytes)
        pong = NewestPong()
    }

    /// Writes what the socket takes.
    func flush(to descriptor: Int32) -> FlushOutcome {
        while true {
            if count == 0 {
                if pong.isEmpty { return .drained }
                pong.send(to: &bytes)
            }
            switch Socket.send(descriptor, bytes.span.extracting(offset...)) {
            case .bytes(let sent): advance(sent)
            case .wouldBlock, .endOfStream: return .blocked
            case .failed(let error): return .failed(error)
            }
        }
    }

    /// How much of the frame that holds byte `position` is left from there on; whole frames of ours begin at `start`.
    static func restOfFrame(at position: Int, in bytes: [UInt8], from start: Int) -> Int {
        let frames = bytes.span.extracting(start...)
        // Were they not whole frames, all of them would count as begun.
        return (FrameBorder.following(position, in: frames) ?? frames.count) - position
    }

    private func advance(_ sent: Int) {
        if sent < begunBytes {
            begunBytes -= sent
        } else {
            // The border of the frame that holds the next byte, counted from the end of the one begun before.
            let border = offset + begunBytes
            let next = offset + sent
            begunBytes = Backlog.restOfFrame(at: next - border, in: bytes, from: border)
        }
        offset += sent
        sentBytes += sent
        marks.removeAll { $0.end <= sentBytes }
        if offset == bytes.count {
            bytes = []
            offset = 0
        } else if offset > 65_536, offset > bytes.count / 2 {
            bytes.removeSubrange(..<offset)
            offset = 0
        }
    }
}
