// The receiving half of `rookery-bench fanout`: what the load generator itself needs for each message of a busy subscriber. It must
// stay far below what a server needs, or the generator is what gets measured.

enum FanoutBench {
    private static let messageCount = 450

    static func rows() -> [CodecBench] {
        // Messages of 128 bytes as the plain door sends them, about 64 KiB: what one receive brings.
        let bytes = frames()
        let audience = Audience(subscribers: 1, publishers: 1, channels: 1, urls: 1, threads: 1)
        let empty = Receiver(audience, subscribers: [0])
        return [
            CodecBench(
                name: "fanout-receive", summary: "messages of the load, 128 bytes, checked and booked",
                hotFile: "Bench/Fanout/Receiver.swift", itemCount: messageCount, byteCount: bytes.count,
                pass: {
                    // The copy of its accounts is in the figure: some 20 KiB for all of the messages.
                    var receiver = empty
                    let taken = receiver.takeFrames(bytes.span, subscriber: 0, nanoseconds: 5_000_000)
                    return taken == bytes.count ? receiver.received : 0
                },
                yardsticks: [Memcpy.yardstick(bytes, times: 1, itemCount: messageCount)],
                target: .itemsPerSecond(33e6))
        ]
    }

    private static func frames() -> [UInt8] {
        let composer = MessageComposer(sizes: SizeDistribution(bytes: 128), template: nil)
        let decoration = Array("Client #0 says: ".utf8)
        var bytes: [UInt8] = []
        for sequence in 0..<UInt32(messageCount) {
            let marker = MessageMarker(
                publisher: 0, channel: 0, sequence: sequence, nanoseconds: 4_000_000, isMeasured: true)
            composer.compose(marker, number: 0) { body in
                bytes += [0x81, 126, 0, UInt8(truncatingIfNeeded: decoration.count + body.count)] + decoration
                for index in body.indices { bytes.append(body[index]) }
            }
        }
        return bytes
    }
}
