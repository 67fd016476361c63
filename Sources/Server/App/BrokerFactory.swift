// Which broker a node has. One line per kind.

import EventLoop
import RedisLink

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
    /// The deny list that nodes of a Redis share.
    static func sharing(_ configuration: Configuration) -> TokenOffice.Sharing? {
        guard let address = configuration.redis else { return nil }
        var connection = RedisConnectionConfiguration(address: address)
        connection.dialMilliseconds = configuration.redisTimeoutMilliseconds
        connection.answerMilliseconds = configuration.redisTimeoutMilliseconds
        connection.pingIntervalMilliseconds = configuration.redisPingMilliseconds
        return TokenOffice.Sharing(connection: connection, key: "\(configuration.redisPrefix).deny")
    }

    private static func makeRedisBroker(on loop: EventLoop, _ node: Node) -> (any Broker)? {
        guard let address = node.configuration.redis else { return nil }
        var configuration = RedisBrokerConfiguration(address: address)
        configuration.inFlightBytesMax = node.configuration.brokerInFlightBytes
        configuration.queueBytesMax = node.configuration.brokerQueueBytes
        configuration.queueMilliseconds = node.configuration.brokerQueueMilliseconds
        configuration.payloadBytesMax = node.configuration.brokerPayloadBytes
        configuration.dialMilliseconds = node.configuration.redisTimeoutMilliseconds
        configuration.answerMilliseconds = node.configuration.redisTimeoutMilliseconds
        configuration.pingIntervalMilliseconds = node.configuration.redisPingMilliseconds
        let log = node.log
        return RedisBroker(loop: loop, resolver: Resolver(loop: loop), status: node.broker, configuration) {
            log.write($0, $0 == .info ? "redis ready" : "redis", Printable.text($1, atMost: 300))
        }
    }
}
