// The deny list that all nodes of a Redis share: the sorted set `PREFIX.deny` of `token:ID` and `user:ID`, scored by the second since 1970 until which
// each holds. It is read whole once the channel of the same name is subscribed, so also after every reconnect, and whenever something is published
// there. Until the first reading nobody is let in: who was denied before the node started must not come in because Redis is away.
//
// Two connections of its own, on the loop of the keeper: the broker's answers belong to publications, and a long list must not hold those up.

import EventLoop
import RESP
import RedisLink

final class DenyLink {
    /// The key, and the channel.
    private let name: [UInt8]
    private unowned let office: TokenOffice
    private let commands: RedisConnection
    private let changes: RedisConnection
    private var isSubscribed = false
    /// Something may have changed since the last question.
    private var mustRead = true
    private var isReading = false

    init(_ office: TokenOffice, on loop: EventLoop, _ configuration: RedisConnectionConfiguration, key: String) {
        self.office = office
        name = Array(key.utf8)
        var configuration = configuration
        configuration.limits = RESPLimits(
            bulkBytesMax: 64 << 10, valueBytesMax: 16 << 20, elementsMax: 4 * DenyList.entriesMax)
        let resolver = Resolver(loop: loop)
        commands = RedisConnection(
            loop: loop, role: .commands, configuration, resolver: resolver, random: { Random.word() })
        changes = RedisConnection(
            loop: loop, role: .publications, configuration, resolver: resolver, random: { Random.word() })
        commands.delegate = self
        changes.delegate = self
    }

    func start() {
        changes.subscribe(name)
        commands.start()
        changes.start()
    }

    /// Asks once more for what was refused.
    func retry() {
        guard office.isDenyListMissing else { return }
        mustRead = true
        changes.retryRefusedSubscriptions()
        flush()
    }

    private func flush() {
        if mustRead, !isReading, isSubscribed, commands.isReady { read() }
        commands.flush()
        changes.flush()
    }

    private func read() {
        let now = "(\(WallClock.milliseconds() / 1_000)"
        let words = [now, "+inf", "WITHSCORES", "LIMIT", "0", "\(DenyList.entriesMax + 1)"]
        // Fails for arguments over the limits only, and these are short.
        guard (try? commands.send([Array("ZRANGEBYSCORE".utf8), name] + words.map { Array($0.utf8) })) != nil else {
            return
        }
        mustRead = false
        isReading = true
    }
}

extension DenyLink: TurnEnd {
    func endOfTurn() -> Bool {
        flush()
        return false
    }
}

extension DenyLink: RedisConnectionDelegate {
    func ready(_ connection: RedisConnection, _ welcome: Welcome) { mustRead = true }

    func lost(_ connection: RedisConnection, _ reason: String, nextDialInMilliseconds pause: Int) {
        if connection === commands { isReading = false } else { isSubscribed = false }
        mustRead = true
        office.sharedDenialsFailed("Redis: \(reason)")
    }

    func replied(_ connection: RedisConnection, to number: UInt64, _ value: RESPValue) {
        isReading = false
        if let error = value.errorBytes {
            return office.sharedDenialsFailed(
                "Redis says: \(Printable.text(String(decoding: error, as: UTF8.self), atMost: 200))")
        }
        guard let entries = DenyLink.entries(value.withoutAttributes) else {
            return office.sharedDenialsFailed("Redis has something else at the key than a sorted set")
        }
        guard entries.count <= DenyList.entriesMax else {
            return office.sharedDenialsFailed("more than \(DenyList.entriesMax) entries; take out what is over")
        }
        office.takeShared(DenyList(entries))
    }

    /// RESP2 has members and scores in turn, RESP3 pairs of them.
    private static func entries(_ value: RESPValue) -> [(member: [UInt8], score: Double)]? {
        guard case .array(let elements) = value else { return nil }
        var flat: [RESPValue] = []
        for element in elements {
            if case .array(let pair) = element { flat.append(contentsOf: pair) } else { flat.append(element) }
        }
        guard flat.count % 2 == 0 else { return nil }
        var entries: [(member: [UInt8], score: Double)] = []
        for index in stride(from: 0, to: flat.count, by: 2) {
            guard let member = flat[index].bytes, let score = score(flat[index + 1]) else { return nil }
            entries.append((member, score))
        }
        return entries
    }

    private static func score(_ value: RESPValue) -> Double? {
        if case .double(let score) = value { return score }
        return value.bytes.flatMap { Double(String(decoding: $0, as: UTF8.self)) }
    }

    func received(_ connection: RedisConnection, _ payload: Span<UInt8>, on channel: Span<UInt8>) { mustRead = true }
    func skipped(_ connection: RedisConnection, byteCount: Int, on channel: [UInt8]) { mustRead = true }

    func subscription(_ connection: RedisConnection, _ event: Subscriptions.Event) {
        switch event {
        case .confirmed, .withdrawn: break
        case .refused(_, let error):
            office.sharedDenialsFailed("Redis refuses the channel: \(Printable.text(error.text, atMost: 200))")
        case .settled:
            isSubscribed = changes.refusedSubscriptions == 0
            mustRead = true
        }
    }

    func probed(_ connection: RedisConnection) {}
}
