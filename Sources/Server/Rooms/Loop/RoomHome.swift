// The home of the protocol door's channels on one loop: their streams, who is there, and the order in which all of it happens. With the memory
// broker everything is here. Over Redis publications, joins and leaves go through it and come back; streams and presence are not there yet.

import ChatProtocol
import EventLoop

final class RoomHome {
    private let home: ChannelHome
    private let loop: EventLoop
    private let metrics: WorkerMetrics
    /// False: other nodes have the channels, too.
    private let isAlone: Bool
    private var streams: StreamStore
    private var presences: [ChannelName: Presence] = [:]
    /// Publications whose fate somebody waits for.
    private var receipts: [UInt32: (RoomAnswer) -> Void] = [:]
    private var lastReceipt: UInt32 = 0
    private var random = SeededGenerator(seed: Random.word())

    init(_ home: ChannelHome, loop: EventLoop, isAlone: Bool, limits: StreamLimits, metrics: WorkerMetrics) {
        self.home = home
        self.loop = loop
        self.metrics = metrics
        self.isAlone = isAlone
        streams = StreamStore(limits)
        home.onReceipt = { [unowned self] in received($0, $1) }
    }

    /// Answers once, at once or in a later turn.
    func answer(_ question: RoomQuestion, of name: ChannelName, _ done: @escaping (RoomAnswer) -> Void) {
        switch question {
        case .publish(let publication, let stream): publish(publication, stream, on: name, done)
        case .enter(let entry):
            home.whenConfirmed(name) { [unowned self] isConfirmed in
                done(isConfirmed ? enter(entry, name) : .failed(.internalServerError))
            }
        case .announce(let info, let perSecond):
            announce(.join(info), on: name, perSecond: perSecond)
            done(.done)
        case .leave(let info, let hadPresence, let isAnnounced, let perSecond):
            if hadPresence { removePresence(of: info.client, in: name) }
            if isAnnounced { announce(.leave(info), on: name, perSecond: perSecond) }
            done(.done)
        case .presence, .presenceStatistics, .history, .removeHistory, .position:
            done(isAlone ? read(question, of: name) : .failed(.notAvailable))
        }
    }

    /// Called once a second: drops what is too old.
    func sweep() {
        streams.sweep(RoomHome.streamsPerSweep, now: now)
        metrics.streams.set(streams.channels)
        metrics.streamBytes.set(streams.bytes)
        metrics.evictedStreams.set(streams.evicted)
    }
    private static let streamsPerSweep = 4_096

    private var now: UInt64 { loop.now.nanoseconds / 1_000_000 }

    // MARK: Publishing

    private func publish(
        _ publication: RoomPublication, _ settings: StreamSettings?, on name: ChannelName,
        _ done: @escaping (RoomAnswer) -> Void
    ) {
        var message = Publication(data: publication.data, info: publication.info, tags: publication.tags)
        // In an envelope it says that differences are wanted.
        message.isDelta = publication.wantsDelta
        message.isJSON = publication.isJSON
        let envelope = Envelope.publication(message)
        guard isAlone else { return publish(envelope.bytes, named: name, done) }
        let key = publication.idempotencyKey.isEmpty ? nil : publication.idempotencyKey
        guard let settings, !publication.skipsHistory else {
            publishUnkept(envelope, key, on: name)
            return done(.position(nil))
        }
        let published = streams.publish(on: name, settings, key: key, now: now, random: &random) { _ in envelope.bytes }
        switch published {
        case .repeated(let position): done(.position(position))
        case .published(let position):
            home.handOut(envelope, on: name, at: position)
            done(.position(position))
        }
    }

    private func publishUnkept(_ envelope: Envelope, _ key: [UInt8]?, on name: ChannelName) {
        if let key, !streams.isFirst(key, of: name, now: now) { return }
        home.handOut(envelope, on: name, at: nil)
    }

    // MARK: Over Redis

    /// Answers when the broker has the publication, or will not have it. Nobody is told that something was published before it was.
    private func publish(_ payload: [UInt8], named name: ChannelName, _ done: @escaping (RoomAnswer) -> Void) {
        lastReceipt &+= 1
        receipts[lastReceipt] = done
        home.publish(payload.span, named: name, from: .receipt(lastReceipt))
    }

    private func received(_ receipt: UInt32, _ failure: PublishFailure?) {
        receipts.removeValue(forKey: receipt)?(failure == nil ? .position(nil) : .failed(.internalServerError))
    }

    private func announce(_ envelope: Envelope, on name: ChannelName, perSecond: Int) {
        guard home.mayAnnounce(on: name, perSecond: perSecond, second: now / 1_000) else { return }
        if isAlone {
            home.handOut(envelope, on: name, at: nil)
        } else {
            home.publish(envelope.bytes.span, named: name, from: nil)
        }
    }

    // MARK: Subscribing

    private func enter(_ entry: RoomEntry, _ name: ChannelName) -> RoomAnswer {
        guard isAlone else { return .entered(RoomEntrance()) }
        let entrance = entry.stream.map { self.entrance(entry.recovery, $0, name) } ?? RoomEntrance()
        if let recovery = entrance.recovery, !recovery.isRecovered, entry.recovery?.isRequired ?? false {
            return .failed(.unrecoverablePosition)
        }
        // Who is refused was never there: nobody sees it in between.
        if entry.keepsPresence { presences[name, default: Presence()].add(entry.info) }
        return .entered(entrance)
    }

    private func entrance(_ wish: RecoveryWish?, _ settings: StreamSettings, _ name: ChannelName) -> RoomEntrance {
        guard let wish else {
            let (_, top) = streams.read(name, StreamRange(limit: 0), settings, now: now, random: &random)
            return RoomEntrance(top: top)
        }
        let range =
            wish.isCache
            ? StreamRange(limit: 1, isReverse: true)
            : StreamRange(limit: wish.limit, since: wish.since.offset, bytesMax: wish.bytesMax)
        let (entries, top) = streams.read(name, range, settings, now: now, random: &random)
        let recovery =
            wish.isCache
            ? Recovery.ofCache(from: wish.since, newest: entries.first, top: top)
            : Recovery.ofStream(from: wish.since, missed: entries, top: top)
        let publications = recovery.publications.compactMap(RoomHome.publication)
        return RoomEntrance(top: top, recovery: recovery, publications: publications)
    }

    private func removePresence(of client: String, in name: ChannelName) {
        presences[name]?.remove(client)
        if presences[name]?.isEmpty ?? false { presences[name] = nil }
    }

    // MARK: Reading

    private func read(_ question: RoomQuestion, of name: ChannelName) -> RoomAnswer {
        switch question {
        case .presence:
            return .presence((presences[name]?.clients ?? [:]).map { (key: $0.key, value: $0.value) })
        case .presenceStatistics:
            let presence = presences[name]
            return .presenceStatistics(
                PresenceStatisticsResult(
                    clients: UInt32(clamping: presence?.clients.count ?? 0),
                    users: UInt32(clamping: presence?.userCount ?? 0)))
        case .removeHistory:
            streams.removeHistory(of: name)
            return .done
        case .position(let settings):
            return .position(streams.read(name, StreamRange(limit: 0), settings, now: now, random: &random).top)
        case .history(let range, let since, let settings):
            let (entries, top) = streams.read(name, range, settings, now: now, random: &random)
            if let since, !since.epoch.isEmpty, since.epoch != top.epoch { return .failed(.unrecoverablePosition) }
            return .history(entries.compactMap(RoomHome.publication), top)
        case .publish, .enter, .announce, .leave: return .done
        }
    }

    /// As it stands in a stream, with its place.
    private static func publication(_ entry: Stream.Entry) -> Publication? {
        guard case .publication(var publication) = Envelope(entry.payload) else { return nil }
        publication.offset = entry.offset
        publication.isDelta = false
        return publication
    }
}
