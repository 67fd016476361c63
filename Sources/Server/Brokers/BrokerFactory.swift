// Which broker a node has. One line per kind.

import EventLoop

enum BrokerFactory {
    static func makeStatus(_ configuration: Configuration) -> BrokerStatus {
        configuration.redis == nil
            ? MemoryBroker.makeStatus() : BrokerStatus(kind: "redis", isReady: false, text: "not connected yet")
    }

    /// The broker of that worker's home of channels; nil on loops that are no home.
    static func makeBroker(for worker: Int, on loop: EventLoop, _ node: Node) -> (any Broker)? {
        guard node.configuration.redis != nil else { return MemoryBroker(status: node.broker) }
        return worker == 0 ? makeRedisBroker(on: loop, node) : nil
    }
}

extension BrokerFactory {
    private static func makeRedisBroker(on loop: EventLoop, _ node: Node) -> (any Broker)? { nil }
}
