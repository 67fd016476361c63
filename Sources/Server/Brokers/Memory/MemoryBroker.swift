// The embedded broker: a node that stands alone needs no Redis. A publication comes back in the same call, so the order of calls is the
// order of the channel, and nothing can be lost between the two.

final class MemoryBroker: Broker {
    /// Home and broker live as long as their loop; a weak reference would cost more than the rest of a publish.
    var events: (any BrokerEvents)?
    let status: BrokerStatus

    init(status: BrokerStatus) {
        self.status = status
    }

    static func makeStatus() -> BrokerStatus {
        BrokerStatus(kind: "memory", isReady: true, text: "in this process")
    }

    func start() {}

    func subscribe(_ channel: ChannelNumber, named name: ChannelName) {
        events?.subscriptionConfirmed(channel)
    }

    func unsubscribe(_ channel: ChannelNumber, named name: ChannelName) {}

    func publish(_ payload: Span<UInt8>, on channel: ChannelNumber, named name: ChannelName, from sender: Sender?) {
        events?.received(payload, on: channel)
    }

    func forget(_ sender: Sender) {}
    func endOfTurn() {}
    func drain() {}
    var isDrained: Bool { true }
}
