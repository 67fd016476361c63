// The unsent bytes of one slow connection: a copy of its own, so that it does not pin what thousands share. It knows where the frame
// that has begun to leave ends, because that one must be finished before anything else may be said (RFC 6455 §5.4: frames
// of a message stand together; a Close inside a frame would be payload).
//
// The bytes stand in pieces of one size: an array that doubles as it grows would hold twice what waits, and as much again in
// the heap's gaps, just when thousands of readers stand still.

import EventLoop
import WSProtocol

final class Backlog {
    /// All but the last are full.
    private var pieces: [[UInt8]] = []
    /// Bytes of the first piece that have left.
    private var offset = 0
    private(set) var count = 0
    /// Bytes at the head that belong to a frame (or an HTTP answer) already begun.
    private var begunBytes: Int
    /// When the bytes up to an end, counted from the first byte ever queued, were queued: one mark each quarter of a second.
    private var marks: [(end: Int, at: Instant)] = []
    private var sentBytes = 0
    /// The newest Pong, kept alone while the peer does not read (row W7); it leaves when the queue is empty.
    private var pong = NewestPong()

    private static let pieceBytes = 16_384
    private static let markMilliseconds = 250

    /// `begunBytes` of `rest` belong to what has begun to leave.
    init(rest: Span<UInt8>, begunBytes: Int, now: Instant) {
        self.begunBytes = begunBytes
        append(rest, now: now)
    }

    var isEmpty: Bool { count == 0 && pong.isEmpty }
    /// What waits behind the frame that is being written.
    var waitingBytes: Int { count - begunBytes }

    /// When the oldest waiting byte was queued; nil when only the frame begun is left.
    var oldest: Instant? {
        let begunEnd = sentBytes + begunBytes
        return marks.first { $0.end > begunEnd }?.at
    }

    func append(_ more: Span<UInt8>, now: Instant) {
        fill(more)
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
        let end = offset + begunBytes
        let full = end / Backlog.pieceBytes
        pieces.removeLast(pieces.count - min(pieces.count, full + 1))
        if full < pieces.count { pieces[full].removeLast(pieces[full].count - end % Backlog.pieceBytes) }
        count = begunBytes
        marks = []
        pong = NewestPong()
    }

    /// Writes what the socket takes.
    func flush(to descriptor: Int32) -> FlushOutcome {
        while true {
            if count == 0 {
                if pong.isEmpty { return .drained }
                var frame: [UInt8] = []
                pong.send(to: &frame)
                fill(frame.span)
            }
            switch send(to: descriptor) {
            case .bytes(let sent): advance(sent)
            case .wouldBlock, .endOfStream: return .blocked
            case .failed(let error): return .failed(error)
            }
        }
    }

    /// Two pieces with one call: what a socket takes at once is rarely more.
    private func send(to descriptor: Int32) -> IOResult {
        let first = pieces[0]
        guard pieces.count > 1 else { return Socket.send(descriptor, first.span.extracting(offset...)) }
        let second = pieces[1]
        return Socket.send(descriptor, first.span.extracting(offset...), second.span)
    }

    private func fill(_ more: Span<UInt8>) {
        var rest = more
        while !rest.isEmpty {
            if pieces.last.map({ $0.count == Backlog.pieceBytes }) ?? true { pieces.append([]) }
            let last = pieces.count - 1
            let room = min(rest.count, Backlog.pieceBytes - pieces[last].count)
            pieces[last].append(copying: rest.extracting(first: room))
            rest = rest.extracting(droppingFirst: room)
        }
        count += more.count
    }

    private func advance(_ sent: Int) {
        var begunEnd = begunBytes
        // The end of the frame that holds the next byte, walking from the end of the one begun before.
        while begunEnd < sent { begunEnd += frameBytes(at: begunEnd) }
        begunBytes = begunEnd - sent
        offset += sent
        count -= sent
        sentBytes += sent
        marks.removeAll { $0.end <= sentBytes }
        let left = min(offset / Backlog.pieceBytes, pieces.count)
        pieces.removeFirst(left)
        offset -= left * Backlog.pieceBytes
        if count == 0 {
            pieces = []
            offset = 0
        }
    }

    /// The length, with its header, of the frame of ours that begins `position` bytes from the head (RFC 6455 §5.2). Were there
    /// no whole frame, all the rest would count as one.
    private func frameBytes(at position: Int) -> Int {
        let rest = count - position
        guard rest >= 2 else { return rest }
        let short = Int(byte(position + 1))
        let width = short == 127 ? 8 : short == 126 ? 2 : 0
        guard rest >= 2 + width else { return rest }
        var payload = width == 0 ? short : 0
        for index in 0..<width { payload = payload << 8 | Int(byte(position + 2 + index)) }
        guard payload >= 0, payload <= rest else { return rest }
        return min(2 + width + payload, rest)
    }

    private func byte(_ position: Int) -> UInt8 {
        let place = offset + position
        return pieces[place / Backlog.pieceBytes][place % Backlog.pieceBytes]
    }
}
