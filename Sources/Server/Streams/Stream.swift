// The stream of one channel: the last publications, each at its offset, in one epoch. An offset means something only together with its epoch:
// when the window was lost, the epoch changes, and nobody takes an old position for a new one.

import ChatProtocol

/// How much of a channel is kept.
struct StreamSettings: Equatable, Sendable {
    /// Publications.
    var size: Int
    /// The window goes when nothing was published for so long.
    var milliseconds: UInt64
    /// Epoch and offset go when the channel was neither published to nor read for so long.
    var metaMilliseconds: UInt64
}

/// Which publications somebody wants to read.
struct StreamRange: Equatable, Sendable {
    /// Nil: all.
    var limit: Int?
    /// Exclusive. Forwards: those after it; backwards: those before it.
    var since: UInt64?
    var isReverse = false
    /// Of payloads; the first publication is read in any case.
    var bytesMax = Int.max
}

struct Stream {
    struct Entry: Equatable, Sendable {
        let offset: UInt64
        let payload: [UInt8]
    }

    /// Eight letters.
    let epoch: String
    /// The offset of the last publication ever; 0: there was none.
    private(set) var top: UInt64 = 0
    /// In the order of their offsets, without a gap.
    private var window: [Entry] = []
    /// Entries of `window` in front that are gone.
    private var gone = 0
    private(set) var payloadBytes = 0
    /// When the window goes, and when the rest does.
    private(set) var windowEnd: UInt64 = 0
    private(set) var end: UInt64

    init(epoch: String, end: UInt64) {
        self.epoch = epoch
        self.end = end
    }

    var position: StreamPosition { StreamPosition(offset: top, epoch: epoch) }
    var count: Int { window.count - gone }

    /// The publication gets the next offset; `make` encodes it with its place.
    mutating func append(_ settings: StreamSettings, now: UInt64, _ make: (StreamPosition) -> [UInt8]) {
        top += 1
        let payload = make(position)
        window.append(Entry(offset: top, payload: payload))
        payloadBytes += payload.count
        while count > settings.size { removeFirst() }
        windowEnd = now + settings.milliseconds
        touch(settings, now: now)
    }

    /// Somebody uses it: epoch and offset live on.
    mutating func touch(_ settings: StreamSettings, now: UInt64) { end = max(end, now + settings.metaMilliseconds) }

    mutating func removeWindow() {
        window = []
        gone = 0
        payloadBytes = 0
    }

    /// Drops what is too old by now.
    mutating func expire(now: UInt64) {
        if now >= windowEnd { removeWindow() }
    }

    /// The publications of `range`. From a position older than the window on it begins silently with the oldest one.
    func read(_ range: StreamRange) -> [Entry] {
        let kept = window[gone...]
        guard let oldest = kept.first?.offset else { return [] }
        let most = max(0, range.limit ?? Int.max)
        if range.isReverse {
            let before = range.since.map { $0 > oldest ? Int(clamping: $0 - oldest) : 0 } ?? kept.count
            return Stream.first(range.bytesMax, of: kept.prefix(before).suffix(most).reversed())
        }
        let skipped = range.since.map { $0 >= oldest ? min(Int(clamping: $0 - oldest), kept.count) + 1 : 0 } ?? 0
        return Stream.first(range.bytesMax, of: kept.dropFirst(min(skipped, kept.count)).prefix(most))
    }

    /// Those in front that have no more than so many bytes together, and one at least.
    private static func first(_ bytesMax: Int, of entries: some Collection<Entry>) -> [Entry] {
        var bytes = 0
        var first: [Entry] = []
        for entry in entries {
            bytes += entry.payload.count
            guard bytes <= bytesMax || first.isEmpty else { break }
            first.append(entry)
        }
        return first
    }

    /// Those in front are given back together when they are half: each removal is cheap, and no memory is held for long.
    private mutating func removeFirst() {
        payloadBytes -= window[gone].payload.count
        window[gone] = Entry(offset: 0, payload: [])
        gone += 1
        guard gone > 16, gone * 2 > window.count else { return }
        window.removeFirst(gone)
        gone = 0
    }
}
