// The settings of the Redis broker, with the defaults of the ladder. Times are milliseconds.
import RESP
package import RedisLink

package struct RedisBrokerConfiguration: Sendable {
    package var address: RedisAddress
    /// Shown by `CLIENT LIST`.
    package var clientName = "rookery"
    /// Bytes of PUBLISH commands that are sent and not answered.
    package var inFlightBytesMax = 1 << 20
    /// Bytes in the node's queue.
    package var queueBytesMax = 1 << 20
    /// A client's publication waits at most so long in the node's queue.
    package var queueMilliseconds = 5_000
    /// A pushed payload over this is skipped while it streams in.
    package var payloadBytesMax = 1 << 20
    /// Name, connection and greeting together.
    package var dialMilliseconds = 5_000
    package var pingIntervalMilliseconds = 5_000
    /// So long after the last sign of life an answer may be missing; then the link is dead.
    package var answerMilliseconds = 5_000
    package var firstPauseMilliseconds = 50
    package var mostPauseMilliseconds = 5_000
    /// A subscription the server refused is asked for again after this.
    package var refusedSubscriptionMilliseconds = 2_000

    package init(address: RedisAddress) { self.address = address }

    /// The same for both links.
    var connection: RedisConnectionConfiguration {
        var connection = RedisConnectionConfiguration(address: address, clientName: clientName)
        // A pushed payload and a little: the names around it.
        connection.limits = RESPLimits(bulkBytesMax: payloadBytesMax, valueBytesMax: payloadBytesMax + (1 << 20))
        connection.dialMilliseconds = dialMilliseconds
        connection.pingIntervalMilliseconds = pingIntervalMilliseconds
        connection.answerMilliseconds = answerMilliseconds
        connection.firstPauseMilliseconds = firstPauseMilliseconds
        connection.mostPauseMilliseconds = mostPauseMilliseconds
        return connection
    }
}
