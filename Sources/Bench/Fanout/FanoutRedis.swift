// Publishes through Redis: one connection of a load thread, commands in a row without waiting for answers.

import EventLoop
import RESP
import RedisLink

final class FanoutRedis: RedisConnectionDelegate {
    /// Unsent commands beyond this: Redis does not keep up.
    private static let unsentBytesMax = 4 << 20

    private let connection: RedisConnection
    private let channel: Template
    private var names: [Int: [UInt8]] = [:]
    /// Why the link was lost, how often; a run with any is no measurement.
    private(set) var losses: [String: Int] = [:]

    init(loop: EventLoop, address: RedisAddress, channel: Template) {
        self.channel = channel
        connection = RedisConnection(
            loop: loop, role: .commands,
            RedisConnectionConfiguration(address: address, clientName: "rookery-bench"),
            resolver: Resolver(loop: loop), random: { Random.word() })
        connection.delegate = self
    }

    func start() { connection.start() }
    func stop() { connection.stop() }
    func flush() { connection.flush() }
    var isReady: Bool { connection.isReady }
    var isFull: Bool { connection.unsentBytes > FanoutRedis.unsentBytesMax }

    /// Queues a publication for `flush`.
    func publish(_ text: Span<UInt8>, channel number: Int) {
        if names[number] == nil { names[number] = Array(channel.text(number: 0, channel: number).utf8) }
        connection.publish(text, on: names[number] ?? [])
    }

    func lost(_ connection: RedisConnection, _ reason: String, nextDialInMilliseconds pause: Int) {
        losses["Redis: \(reason)", default: 0] += 1
    }

    func ready(_ connection: RedisConnection, _ welcome: Welcome) {}
    func replied(_ connection: RedisConnection, to number: UInt64, _ value: RESPValue) {}
    func received(_ connection: RedisConnection, _ payload: Span<UInt8>, on channel: Span<UInt8>) {}
    func skipped(_ connection: RedisConnection, byteCount: Int, on channel: [UInt8]) {}
    func subscription(_ connection: RedisConnection, _ event: Subscriptions.Event) {}
    func probed(_ connection: RedisConnection) {}
}
