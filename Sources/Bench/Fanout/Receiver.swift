// The receiving half of a load generator's thread: takes frames from what came, finds the message in whatever the server put around
// it, and books it. This is the hot loop: no allocation, no reference, no look-up by name, no clock.

/// Books what the subscribers of one thread receive.
struct Receiver {
    private struct Subscriber {
        var firstStream: Int
        var channel: UInt16
        /// Where in a message the marker was last found.
        var markerOffset = 0
    }

    /// Latencies of measured messages; since the beginning.
    private(set) var latencies = LatencyHistogram()
    private(set) var duplicated = 0
    private(set) var reordered = 0
    /// Messages whose bytes are not those that were sent.
    private(set) var corrupt = 0
    /// Messages of a channel that the subscriber did not ask for.
    private(set) var stray = 0
    /// Messages without a marker: greetings, answers, what the server says by itself.
    private(set) var others = 0
    /// Messages of the warm-up.
    private(set) var warmUp = 0

    private var subscribers: [Subscriber] = []
    /// For each subscriber one account for each publisher of its channel: first all of the warm-up, then all measured ones.
    private var streams: [StreamAccount] = []
    private var streamCount = 0
    /// For each publisher of the run its channel, and its place among those of that.
    private let publishers: [(channel: UInt16, rank: Int)]
    /// Corrupt messages of each subscriber.
    private var corruptOf: [Int] = []

    /// `numbers`: the subscribers of this thread.
    init(_ audience: Audience, subscribers numbers: [Int]) {
        let (ranks, perChannel) = audience.ranks()
        publishers = ranks.enumerated().map { (UInt16(clamping: audience.channel(of: $0.offset)), $0.element) }
        for number in numbers {
            let channel = audience.channel(of: number)
            subscribers.append(Subscriber(firstStream: streamCount, channel: UInt16(clamping: channel)))
            streamCount += perChannel[channel]
        }
        streams = [StreamAccount](repeating: StreamAccount(), count: 2 * streamCount)
        corruptOf = [Int](repeating: 0, count: numbers.count)
    }

    /// Measured messages that came, each counted as often as it came.
    var received: Int { latencies.count }

    /// What a subscriber has of the publisher with this rank in its channel.
    func account(of subscriber: Int, rank: Int, isMeasured: Bool) -> StreamAccount {
        streams[subscribers[subscriber].firstStream + rank + (isMeasured ? streamCount : 0)]
    }

    /// Messages of the measurement that a subscriber should have had and has not; `published[rank]`: how many there were of each
    /// publisher of its channel. A corrupt one came, so it is not lost.
    func lost(of subscriber: Int, published: [Int]) -> Int {
        var missing = 0
        for (rank, count) in published.enumerated() {
            missing += count - account(of: subscriber, rank: rank, isMeasured: true).distinct
        }
        return max(0, missing - corruptOf[subscriber])
    }

    /// Takes whole text and binary frames from the front of `bytes`, at this moment of the run. Returns how many bytes they are; what
    /// follows is cut, compressed, a control frame or wrong, and another reads it.
    mutating func takeFrames(_ bytes: Span<UInt8>, subscriber: Int, nanoseconds: UInt64) -> Int {
        var offset = 0
        let end = bytes.count
        while offset &+ 2 <= end {
            let first = bytes[offset]
            // RFC 6455 §5.2 — final, no RSV bit, text or binary; a server masks nothing.
            guard first == 0x81 || first == 0x82 else { break }
            var count = Int(bytes[offset &+ 1])
            var start = offset &+ 2
            if count == 126 {
                guard offset &+ 4 <= end else { break }
                count = Int(bytes[offset &+ 2]) << 8 | Int(bytes[offset &+ 3])
                start = offset &+ 4
                guard count >= 126 else { break }
            } else if count > 126 {
                break
            }
            guard start &+ count <= end else { break }
            takeMessage(bytes, start, start &+ count, subscriber, nanoseconds)
            offset = start &+ count
        }
        return offset
    }

    /// Takes one message that lies in `bytes[start..<end]`.
    @inline(__always)
    mutating func takeMessage(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ subscriber: Int, _ nanoseconds: UInt64
    ) {
        let expected = start &+ subscribers[subscriber].markerOffset
        var place = expected
        if !MessageMarker.begins(bytes, at: expected, end: end) {
            guard let found = MessageMarker.find(bytes, from: start, end: end) else {
                others += 1
                return
            }
            subscribers[subscriber].markerOffset = found &- start
            place = found
        }
        // A server may put several messages into one of its own.
        while true {
            guard case .whole(let marker, let count) = MessageMarker.read(bytes, at: place, end: end) else {
                return bookCorrupt(subscriber)
            }
            book(marker, subscriber, nanoseconds)
            place &+= count
            guard place &+ MessageMarker.byteCount <= end,
                let next = MessageMarker.find(bytes, from: place, end: end)
            else { return }
            place = next
        }
    }

    @inline(__always)
    private mutating func book(_ marker: MessageMarker, _ subscriber: Int, _ nanoseconds: UInt64) {
        let publisher = Int(marker.publisher)
        // Half of the numbers are never used, so that no sum over them can overflow.
        guard publisher < publishers.count, marker.sequence < 1 << 31,
            marker.channel == publishers[publisher].channel
        else { return bookCorrupt(subscriber) }
        guard marker.channel == subscribers[subscriber].channel else {
            stray += 1
            return
        }
        let stream =
            subscribers[subscriber].firstStream &+ publishers[publisher].rank &+ (marker.isMeasured ? streamCount : 0)
        let kind = streams[stream].take(marker.sequence)
        guard marker.isMeasured else {
            warmUp += 1
            return
        }
        latencies.record(nanoseconds: nanoseconds > marker.nanoseconds ? nanoseconds &- marker.nanoseconds : 0)
        switch kind {
        case .inOrder: break
        case .reordered: reordered += 1
        case .duplicated: duplicated += 1
        }
    }

    @inline(never)
    private mutating func bookCorrupt(_ subscriber: Int) {
        corrupt += 1
        corruptOf[subscriber] += 1
    }
}
