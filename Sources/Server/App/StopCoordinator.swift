// The order of a stop, kept on the first loop: not ready any more, for a while if wished → stop listening → all loops close their connections → all brokers publish what waits
// (every "left the chat" is confirmed) → all loops end. A deadline cuts off what does not come to an end (row E12).

import EventLoop

final class StopCoordinator: EventSource {
    private unowned let worker: Worker
    private let node: Node
    private let milliseconds: Int
    private let delayMilliseconds: Int
    private var source: UInt16 = 0
    private var awaited: Set<UInt16> = []
    private var isStopping = false
    /// Closes the listeners.
    var onBegin: () -> Void = {}
    /// Publications that were not confirmed by the broker when the node ended.
    private(set) var unconfirmed = 0
    /// What the log says of the end.
    private(set) var outcome = "every connection closed, every leave confirmed"
    private var isHurried = false
    /// Publications lost before the stop began.
    private var lostBefore = 0

    /// After `told to stop again`: the closing handshakes, and a little for the broker.
    private static let hurriedMilliseconds = 4_000

    init(worker: Worker, node: Node) {
        self.worker = worker
        self.node = node
        milliseconds = node.configuration.stopMilliseconds
        delayMilliseconds = node.configuration.stopDelayMilliseconds
        source = worker.loop.add(source: self)
    }

    /// A second call closes at once what is left, a third one ends without it.
    func begin(_ why: String) {
        guard !isStopping else { return hurry() }
        isStopping = true
        lostBefore = node.broker.lostTotal
        node.isLeaving = true
        node.log.write(
            .info, "stopping",
            "\(why); \(node.admission.count) connections are closed within \(delayMilliseconds + milliseconds) ms")
        if delayMilliseconds > 0 {
            worker.loop.schedule(token(.delay), at: worker.loop.now.adding(milliseconds: delayMilliseconds))
        } else {
            closeAll()
        }
    }

    private func hurry() {
        guard !isHurried else { return cutOff("told to stop a third time") }
        isHurried = true
        node.log.write(.info, "stopping", "told to stop again: closing \(node.admission.count) connections at once")
        worker.loop.schedule(
            token(.deadline), at: worker.loop.now.adding(milliseconds: StopCoordinator.hurriedMilliseconds))
        closeAll()
        worker.tellAll(.hurry)
    }

    private func closeAll() {
        guard !node.isStopping else { return }
        node.isStopping = true
        onBegin()
        awaited = Set(0..<UInt16(node.workers))
        worker.loop.schedule(token(.deadline), at: worker.loop.now.adding(milliseconds: milliseconds))
        worker.tellAll(.stop)
    }

    private enum Timer: UInt32 { case delay, deadline }

    private func token(_ timer: Timer) -> Token { Token(slot: timer.rawValue, generation: 0, source: source) }

    func emptied(_ index: UInt16) {
        awaited.remove(index)
        guard awaited.isEmpty else { return }
        awaited = Set(0..<UInt16(node.workers))
        worker.tellAll(.drain)
    }

    func drained(_ index: UInt16) {
        awaited.remove(index)
        guard awaited.isEmpty else { return }
        unconfirmed = node.broker.lostTotal - lostBefore
        if unconfirmed > 0 {
            outcome = "every connection closed, but \(unconfirmed) messages were not confirmed by the broker"
        }
        worker.tellAll(.finish)
    }

    func ready(_ token: Token, _ readiness: Readiness) {}

    func timerFired(_ token: Token) {
        switch Timer(rawValue: token.slot) {
        case .delay: closeAll()
        case .deadline, nil: cutOff("the time for stopping is over")
        }
    }

    private func cutOff(_ why: String) {
        // Whoever is still here has not left the chat for the others.
        let open = node.metrics.reduce(0) { $0 + $1.webSockets.value }
        unconfirmed = node.broker.lostTotal - lostBefore + node.broker.unconfirmedMessages + open
        outcome =
            "cut off: \(node.admission.count) connections open, \(unconfirmed) messages not confirmed by the broker"
        node.log.write(.warning, "stop cut off", why)
        worker.tellAll(.finish)
    }
}
