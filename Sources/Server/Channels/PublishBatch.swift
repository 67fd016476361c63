// What the connections of one loop published to one channel in one turn, on its way to the channel's home loop: one crossing a
// turn, however many messages.

struct PublishBatch: Sendable {
    let channel: ChannelName
    private var payloads: [UInt8] = []
    private var places: [Range<Int>] = []
    /// Whose they are, up to which place.
    private var parts: [Part] = []

    private struct Part: Sendable {
        var end: Int
        let areUTF8: Bool
        let sender: Sender?
    }

    init(channel: ChannelName) { self.channel = channel }

    /// Bytes of all payloads.
    var byteCount: Int { payloads.count }

    mutating func append(_ publications: borrowing Publications, from sender: Sender?) {
        publications.forEach {
            let start = payloads.count
            payloads.append(copying: $0)
            places.append(start..<payloads.count)
        }
        parts.append(Part(end: places.count, areUTF8: publications.areUTF8, sender: sender))
    }

    func forEach(_ body: (borrowing Publications, Sender?) -> Void) {
        var start = 0
        for part in parts {
            let places = places.span.extracting(start..<part.end)
            body(Publications(bytes: payloads.span, places: places, areUTF8: part.areUTF8), part.sender)
            start = part.end
        }
    }
}
