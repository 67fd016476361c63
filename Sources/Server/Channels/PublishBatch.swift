// What the connections of one loop published to one channel in one turn, on its way to the channel's home loop: one crossing a
// turn, however many messages.

struct PublishBatch: Sendable {
    let channel: ChannelName
    private var payloads: [UInt8] = []
    private var entries: [(end: Int, sender: Sender?)] = []

    init(channel: ChannelName) { self.channel = channel }

    var isEmpty: Bool { entries.isEmpty }
    /// Bytes of all payloads.
    var byteCount: Int { payloads.count }

    mutating func append(_ payload: Span<UInt8>, from sender: Sender?) {
        payloads.append(copying: payload)
        entries.append((payloads.count, sender))
    }

    func forEach(_ body: (Span<UInt8>, Sender?) -> Void) {
        var start = 0
        for entry in entries {
            body(payloads.span.extracting(start..<entry.end), entry.sender)
            start = entry.end
        }
    }
}
