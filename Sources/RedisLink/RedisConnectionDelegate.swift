// What a connection tells its owner, on the loop. The owner may call the connection in any of these. All of them come on the
// loop's thread, one at a time; after `stop` none comes any more.
package import RESP

/// The owner of a connection, which does not keep it alive.
package protocol RedisConnectionDelegate: AnyObject {
    /// Greeted: commands can be sent; subscriptions are being asked for.
    func ready(_ connection: RedisConnection, _ welcome: Welcome)
    /// No longer connected, or a dial failed; the next dial comes by itself after the pause. Commands without an answer are
    /// unknown: nothing is ever sent twice.
    func lost(_ connection: RedisConnection, _ reason: String, nextDialInMilliseconds pause: Int)
    /// The answer to the command with this number of this life of the connection, in the order they were sent.
    func replied(_ connection: RedisConnection, to number: UInt64, _ value: RESPValue)
    /// A publication. The bytes are borrowed.
    func received(_ connection: RedisConnection, _ payload: Span<UInt8>, on channel: Span<UInt8>)
    /// A publication over the limit was skipped while it streamed in.
    func skipped(_ connection: RedisConnection, byteCount: Int, on channel: [UInt8])
    func subscription(_ connection: RedisConnection, _ event: Subscriptions.Event)
    /// The answer to `probe`.
    func probed(_ connection: RedisConnection)
}
