// What all loops of a node share: settings, the log, the numbers. Everything here is immutable or made for several
// threads; no loop waits for another.

import EventLoop
import Synchronization

final class Node: Sendable {
    let configuration: Configuration
    let access: AccessPolicy
    let log: Log
    let broker: BrokerStatus
    let admission: Admission
    let metrics: [WorkerMetrics]
    let startedAt: Instant
    let crossing = Crossing()
    private let stopping = Atomic<Bool>(false)
    private let leaving = Atomic<Bool>(false)

    init(
        configuration: Configuration, access: AccessPolicy, log: Log, broker: BrokerStatus, workers: Int,
        startedAt: Instant
    ) {
        self.configuration = configuration
        self.access = access
        self.log = log
        self.broker = broker
        self.startedAt = startedAt
        admission = Admission(connections: configuration.connections, perAddress: configuration.connectionsPerAddress)
        metrics = (0..<workers).map { _ in WorkerMetrics() }
    }

    var workers: Int { metrics.count }

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
