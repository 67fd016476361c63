// What one connection to Redis needs to know. Times are milliseconds.
package import RESP

package struct RedisConnectionConfiguration: Sendable {
    package var address: RedisAddress
    /// Shown by `CLIENT LIST`.
    package var clientName: String
    package var limits: RESPLimits
    /// From the beginning of a dial, the name included, to the end of the greeting.
    package var dialMilliseconds: Int
    /// So long nothing is heard, then a PING.
    package var pingIntervalMilliseconds: Int
    /// So long after the last sign of life an answer may be missing.
    package var answerMilliseconds: Int
    /// The pause after a failure grows from the first to the most, even over 0 … pause.
    package var firstPauseMilliseconds: Int
    package var mostPauseMilliseconds: Int
    /// A link that was ready for so long is proven: the next pause is a short one again.
    package var provenMilliseconds: Int

    package init(
        address: RedisAddress, clientName: String = "rookery", limits: RESPLimits = RESPLimits(),
        dialMilliseconds: Int = 5_000, pingIntervalMilliseconds: Int = 5_000, answerMilliseconds: Int = 5_000,
        firstPauseMilliseconds: Int = 50, mostPauseMilliseconds: Int = 5_000, provenMilliseconds: Int = 1_000
    ) {
        self.address = address
        self.clientName = clientName
        self.limits = limits
        self.dialMilliseconds = dialMilliseconds
        self.pingIntervalMilliseconds = pingIntervalMilliseconds
        self.answerMilliseconds = answerMilliseconds
        self.firstPauseMilliseconds = firstPauseMilliseconds
        self.mostPauseMilliseconds = mostPauseMilliseconds
        self.provenMilliseconds = provenMilliseconds
    }
}
