// Everything a node can be told, with its defaults. Plain values: where they come from is `ConfigurationReader`'s business, what
// they mean is said once, in `Settings`.

import EventLoop
import RedisLink

package struct Configuration: Sendable {
    /// Where to listen; empty means `127.0.0.1:8000`.
    package var listen: [ListenAddress] = []
    /// Serve anyone who reaches the port, also from other machines and through proxies.
    package var isOpen = false
    /// Event loops; 0 means one for each processor this process may use.
    package var threads = 0

    package var redis: RedisSettings?
    /// Channels whose names begin with this belong to the nodes.
    package var redisPrefix = "rookery"
    package var redisPasswordFile: String?
    package var brokerInFlightBytes = 1 << 20
    package var brokerQueueBytes = 1 << 20
    package var brokerQueueMilliseconds = 5_000
    package var brokerPayloadBytes = 1 << 20
    package var redisTimeoutMilliseconds = 5_000
    package var redisPingMilliseconds = 5_000

    /// Plain channels beside `chat_channel` that `?channel=` may name: prefixes.
    package var plainChannels: [String] = []
    /// Channels the relay door reaches: prefixes; none closes the door.
    package var relay: [String] = []
    package var servesEcho = false

    package var allowedOrigins: [String] = []
    package var hosts: [String] = []
    package var trustedProxies: [CIDR] = []

    package var messageBytes = 64 << 10
    package var connections = 100_000
    package var connectionsPerAddress = 0
    package var handshakeMilliseconds = 10_000
    package var idleMilliseconds = 75_000
    package var pingMilliseconds = 25_000
    package var pongMilliseconds = 10_000
    package var queueBytes = 1 << 20
    package var queueMilliseconds = 10_000
    package var queueTotalBytes = 256 << 20
    package var socketSendBufferBytes = 256 << 10
    package var stopMilliseconds = 8_000
    package var stopSpreadMilliseconds = 1_000

    package init() {}

    /// The queue limit in force: it is never below twice the message limit, so that one large message alone closes nobody.
    package var effectiveQueueBytes: Int { max(queueBytes, 2 * messageBytes) }
}
