// The streams of all channels of a node, within bounds: over them the streams that were not used for the longest time go, whole. Who comes back
// to such a channel finds a new epoch, and is told that it was not recovered: nothing is missing without a word.

import ChatProtocol

struct StreamLimits: Equatable, Sendable {
    /// Payloads of all streams, with `entryBytes` for each.
    var bytesMax = 256 << 20
    /// Channels with a stream.
    var channelsMax = 1_000_000
    /// Idempotency keys that are remembered.
    var keysMax = 100_000
    /// How long.
    var keyMilliseconds: UInt64 = 300_000

    /// What a publication takes beside its payload.
    static let entryBytes = 64
}

struct StreamStore {
    enum Published: Equatable, Sendable {
        case published(StreamPosition)
        /// The idempotency key was used before: this is what came of it then.
        case repeated(StreamPosition)
    }

    private struct Place {
        var name: ChannelName
        var stream: Stream?
        /// Neighbours in the order of use.
        var older: Int?
        var newer: Int?
    }

    private let limits: StreamLimits
    private var places: [Place] = []
    private var free: [Int] = []
    private var numbers: [ChannelName: Int] = [:]
    private var oldest: Int?
    private var newest: Int?
    /// Where the next sweep goes on.
    private var swept = 0
    private var keys = IdempotencyKeys()
    private(set) var bytes = 0
    /// Streams that went because of the limits.
    private(set) var evicted = 0

    init(_ limits: StreamLimits = StreamLimits()) { self.limits = limits }

    var channels: Int { numbers.count }

    /// `make` encodes the publication with its place. `key`: a repeat within `keyMilliseconds` publishes nothing.
    mutating func publish(
        on name: ChannelName, _ settings: StreamSettings, key: [UInt8]? = nil, now: UInt64,
        random: inout some RandomNumberGenerator, _ make: (StreamPosition) -> [UInt8]
    ) -> Published {
        if let key, let before = keys.find(key, of: name, now: now) { return .repeated(before) }
        let number = use(name, settings, now: now, &random)
        let position = change(number) { stream in
            stream.append(settings, now: now, make)
            return stream.position
        }
        if let key { keys.add(key, of: name, position, until: now + limits.keyMilliseconds, limits.keysMax, now: now) }
        evict(but: number)
        return .published(position)
    }

    /// Of a publication that is not kept: false when its idempotency key was used before.
    mutating func isFirst(_ key: [UInt8], of name: ChannelName, now: UInt64) -> Bool {
        guard keys.find(key, of: name, now: now) == nil else { return false }
        let nowhere = StreamPosition(offset: 0, epoch: "")
        keys.add(key, of: name, nowhere, until: now + limits.keyMilliseconds, limits.keysMax, now: now)
        return true
    }

    /// Reads the stream and where it stands, together. Makes it when there is none: from then on its position means something.
    mutating func read(
        _ name: ChannelName, _ range: StreamRange, _ settings: StreamSettings, now: UInt64,
        random: inout some RandomNumberGenerator
    ) -> (entries: [Stream.Entry], top: StreamPosition) {
        let number = use(name, settings, now: now, &random)
        defer { evict(but: number) }
        return change(number) { stream in
            stream.touch(settings, now: now)
            return (stream.read(range), stream.position)
        }
    }

    /// The window goes; epoch and offset stay.
    mutating func removeHistory(of name: ChannelName) {
        guard let number = numbers[name] else { return }
        change(number) { $0.removeWindow() }
    }

    /// Looks at up to `count` streams and drops what is too old. Call it now and then: what nobody uses gives its memory back.
    mutating func sweep(_ count: Int, now: UInt64) {
        keys.expire(now: now)
        for _ in 0..<min(count, places.count) {
            if swept >= places.count { swept = 0 }
            if let stream = places[swept].stream {
                if now >= stream.end { remove(swept) } else { change(swept) { $0.expire(now: now) } }
            }
            swept += 1
        }
    }

    // MARK: Streams

    /// The channel's stream, made when there is none or it is too old, as the one that was used last.
    private mutating func use(
        _ name: ChannelName, _ settings: StreamSettings, now: UInt64, _ random: inout some RandomNumberGenerator
    ) -> Int {
        if let number = numbers[name], let stream = places[number].stream {
            if now < stream.end {
                change(number) { $0.expire(now: now) }
                unlink(number)
                link(number)
                return number
            }
            remove(number)
        }
        let stream = Stream(epoch: StreamStore.epoch(&random), end: now + settings.metaMilliseconds)
        let number: Int
        if let reused = free.popLast() {
            number = reused
            places[number] = Place(name: name, stream: stream)
        } else {
            number = places.count
            places.append(Place(name: name, stream: stream))
        }
        numbers[name] = number
        link(number)
        return number
    }

    /// All changes go through here: the bytes are counted.
    private mutating func change<Result>(_ number: Int, _ body: (inout Stream) -> Result) -> Result {
        // Taken out and put back: in place it would be copied.
        guard var stream = places[number].stream.take() else { preconditionFailure("a place in use has a stream") }
        bytes -= StreamStore.bytes(of: stream)
        let result = body(&stream)
        bytes += StreamStore.bytes(of: stream)
        places[number].stream = stream
        return result
    }

    private mutating func remove(_ number: Int) {
        if let stream = places[number].stream { bytes -= StreamStore.bytes(of: stream) }
        unlink(number)
        numbers[places[number].name] = nil
        places[number] = Place(name: ChannelName([]))
        free.append(number)
    }

    /// The one in use stays, even when it alone is too large.
    private mutating func evict(but number: Int) {
        while bytes > limits.bytesMax || numbers.count > limits.channelsMax {
            guard let victim = oldest, victim != number else { return }
            remove(victim)
            evicted += 1
        }
    }

    private static func bytes(of stream: Stream) -> Int { stream.payloadBytes + stream.count * StreamLimits.entryBytes }

    private static func epoch(_ random: inout some RandomNumberGenerator) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        return String(
            decoding: (0..<8).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] }, as: UTF8.self)
    }

    // MARK: The order of use

    private mutating func link(_ number: Int) {
        places[number].older = newest
        places[number].newer = nil
        if let newest { places[newest].newer = number }
        newest = number
        if oldest == nil { oldest = number }
    }

    private mutating func unlink(_ number: Int) {
        let (older, newer) = (places[number].older, places[number].newer)
        if let older { places[older].newer = newer } else { oldest = newer }
        if let newer { places[newer].older = older } else { newest = older }
    }
}

/// What came of publications with a key, for a while. All live equally long, so they end in the order they came in.
private struct IdempotencyKeys {
    private struct Key: Hashable {
        let channel: ChannelName
        let key: [UInt8]
    }

    private var positions: [Key: StreamPosition] = [:]
    private var order: [(key: Key, end: UInt64)] = []
    private var gone = 0

    mutating func find(_ key: [UInt8], of channel: ChannelName, now: UInt64) -> StreamPosition? {
        expire(now: now)
        return positions[Key(channel: channel, key: key)]
    }

    mutating func add(
        _ key: [UInt8], of channel: ChannelName, _ position: StreamPosition, until end: UInt64, _ most: Int, now: UInt64
    ) {
        guard most > 0 else { return }
        while positions.count >= most { removeFirst() }
        let key = Key(channel: channel, key: key)
        positions[key] = position
        order.append((key, end))
    }

    mutating func expire(now: UInt64) {
        while gone < order.count, order[gone].end <= now { removeFirst() }
    }

    private mutating func removeFirst() {
        positions[order[gone].key] = nil
        gone += 1
        guard gone > 1_024, gone * 2 > order.count else { return }
        order.removeFirst(gone)
        gone = 0
    }
}
