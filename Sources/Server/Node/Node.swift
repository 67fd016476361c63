// What all loops of a node share: settings, the log, the numbers. Everything here is immutable, exchanged whole, or made for several
// threads; no loop waits for another.

import EventLoop
import Synchronization

final class Node: Sendable {
    /// As it was at the start. What may change while the node runs is read from `live`.
    let configuration: Configuration
    private let latest: Lock<LiveSettings>
    private let exchangeCount = Atomic<Int>(0)
    let log: Log
    let broker: BrokerStatus
    let admission: Admission
    /// One for each loop, as the others below.
    let metrics: [WorkerMetrics]
    let limitCounters: [LimitCounters]
    let apiCounters: [APICounters]
    let startedAt: Instant
    /// Of this process alone; and what people call the node.
    let identifier: String
    let name: String
    let crossing = Crossing()
    let userCounts = UserCounts()
    let limitTables = LimitTables()
    /// Nil: there is no key for tokens, so nobody is asked for one.
    let tokens: TokenOffice?
    /// Nil: nobody logs in here.
    let logins: LoginOffice?
    private let stopping = Atomic<Bool>(false)
    private let leaving = Atomic<Bool>(false)

    init(
        configuration: Configuration, access: AccessPolicy, log: Log, broker: BrokerStatus, workers: Int,
        startedAt: Instant, tokens: TokenOffice? = nil, logins: LoginOffice? = nil
    ) {
        self.configuration = configuration
        latest = Lock(LiveSettings(configuration, access: access))
        self.log = log
        self.broker = broker
        self.startedAt = startedAt
        self.tokens = tokens
        self.logins = logins
        identifier = Node.randomIdentifier()
        name = Node.name(configuration)
        admission = Admission(connections: configuration.connections, perAddress: configuration.connectionsPerAddress)
        metrics = (0..<workers).map { _ in WorkerMetrics() }
        limitCounters = (0..<workers).map { _ in LimitCounters() }
        apiCounters = (0..<workers).map { _ in APICounters() }
    }

    private static func randomIdentifier() -> String {
        let digits = Random.bytes(16).flatMap { [$0 >> 4, $0 & 15] }
        return String(decoding: digits.map { $0 < 10 ? 0x30 + $0 : 0x57 + $0 }, as: UTF8.self)
    }

    /// The machine's name and the first port.
    private static func name(_ configuration: Configuration) -> String {
        let file = SmallFile.read("/proc/sys/kernel/hostname", bytesMax: 256) ?? ""
        let host = String(decoding: file.utf8.prefix { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
        let port = configuration.listen.first?.address.port.map { "_\($0)" } ?? ""
        return (host.isEmpty ? "rookery" : host) + port
    }

    /// The settings of this moment. Loops have a `LiveCopy`.
    var live: LiveSettings { latest.withLock { $0 } }
    /// How often they were exchanged.
    var exchanges: Int { exchangeCount.load(ordering: .acquiring) }

    /// From now on `live` is what these say.
    func apply(_ configuration: Configuration, access: AccessPolicy) {
        let settings = LiveSettings(configuration, access: access)
        latest.withLock { $0 = settings }
        // Behind the exchange: who sees this number fetches these settings, or newer ones.
        exchangeCount.add(1, ordering: .releasing)
        admission.most = configuration.connections
    }

    /// Words for `/health` about what is allowed, or is not as it should be.
    var warnings: [String] { live.warnings + (tokens?.troubles ?? []) + [logins?.trouble].compactMap(\.self) }

    var workers: Int { metrics.count }

    /// For the streams of one home.
    var streamLimits: StreamLimits {
        var limits = StreamLimits()
        limits.bytesMax = configuration.chat.streamBytes / workers
        limits.channelsMax = max(1, configuration.chat.streamChannels / workers)
        limits.keysMax = configuration.chat.idempotencyKeys / workers
        return limits
    }

    /// In-process, each loop is the home of the channels that hash to it; over Redis there is one link, on the first loop.
    var homesEverywhere: Bool { configuration.redis == nil }

    /// True from the first signal on: not ready, so that balancers send nobody here any more.
    var isLeaving: Bool {
        get { leaving.load(ordering: .relaxed) || isStopping }
        set { leaving.store(newValue, ordering: .relaxed) }
    }

    /// True when connections are being closed: nothing new is taken.
    var isStopping: Bool {
        get { stopping.load(ordering: .relaxed) }
        set { stopping.store(newValue, ordering: .relaxed) }
    }
}
