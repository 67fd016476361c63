// The embedded broker: a node that stands alone needs no Redis. The order of calls is the order of the channel, so a publication is in
// order as soon as it is made, and nothing can be lost between the two.

final class MemoryBroker: Broker {
    unowned var events: (any BrokerEvents)?
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

    func publish(
        _ publications: borrowing Publications, on channel: ChannelNumber, from sender: Sender?
    ) -> PublishOutcome { .inOrder }

    /// Nobody follows it on this node, and there is no other.
    func publish(_ payload: Span<UInt8>, named name: ChannelName, from sender: Sender?) {}

    func forget(_ sender: Sender) {}
    func endOfTurn() {}
    func drain() {}
    var isDrained: Bool { true }
}
