// Everything a node can be told, with its defaults. Plain values: where they come from is `ConfigurationReader`'s business, what
// they mean is said once, in `Settings`.

import EventLoop
import RedisLink

struct Configuration: Equatable, Sendable {
    /// The configuration file's path.
    var file: String?
    /// Where to listen; empty means `127.0.0.1:8000`.
    var listen: [ListenAddress] = []
    /// Serve anyone who reaches the port, also from other machines and through proxies.
    var isOpen = false
    /// Event loops; 0 means one for each processor this process may use.
    var threads = 0

    var redis: RedisAddress?
    /// Channels whose names begin with this belong to the nodes.
    var redisPrefix = "rookery"
    var redisPasswordFile: String?
    var brokerInFlightBytes = 1 << 20
    var brokerQueueBytes = 1 << 20
    var brokerQueueMilliseconds = 5_000
    var brokerPayloadBytes = 1 << 20
    var redisTimeoutMilliseconds = 5_000
    var redisPingMilliseconds = 5_000

    /// Plain channels beside `chat_channel` that `?channel=` may name: prefixes.
    var plainChannels: [String] = []
    /// Channels the relay door reaches: prefixes; none closes the door.
    var relay: [String] = []
    var servesEcho = false

    /// Nil: compression is refused to everyone.
    var deflate: DeflateSettings? { isDeflateOn ? deflateSettings : nil }
    var isDeflateOn = true
    var deflateSettings = DeflateSettings()

    /// Who may log in with a password; nil: nobody.
    var usersFile: String?
    /// How long the token of a login holds.
    var loginSeconds = 12 * 3_600

    var allowedOrigins: [String] = []
    var hosts: [String] = []
    var trustedProxies: [CIDR] = []

    var messageBytes = 64 << 10
    /// 0: no limit.
    var messagesPerSecond = 0
    /// Above it `MessagePace` could not keep it exactly.
    static let messagesPerSecondMax = 10_000
    var connections = 100_000
    var connectionsPerAddress = 0
    /// The name of a set of limits; nil: none.
    var limitPreset: String?
    var rateLimits = RateLimits()
    var api = APISettings()
    var handshakeMilliseconds = 10_000
    var idleMilliseconds = 75_000
    var pingMilliseconds = 25_000
    var pongMilliseconds = 10_000
    var queueBytes = 1 << 20
    var queueMilliseconds = 10_000
    var queueTotalBytes = 256 << 20
    var socketSendBufferBytes = 256 << 10
    var stopMilliseconds = 8_000
    var stopDelayMilliseconds = 0
    var stopSpreadMilliseconds = 1_000

    var chat = ChatSettings()
    var tokens = TokenSettings()

    /// From the file only.
    var channels = ChannelSettings()

    init() {}

    /// The queue limit in force: it is never below twice the message limit, so that one large message alone closes nobody.
    var effectiveQueueBytes: Int { max(queueBytes, 2 * messageBytes) }
}
