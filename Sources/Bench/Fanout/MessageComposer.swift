// Makes the messages that go out: filling like written text (so that compression has something to do), the marker, and what the
// template puts around.

/// A class around a private struct: what changes for each message is then no access to another object's property, which Swift would
/// check each time.
final class MessageComposer {
    private var writer: Writer

    /// `template` stands around each message; nil: nothing does.
    init(sizes: SizeDistribution, template: Template?) {
        writer = Writer(sizes: sizes, template: template)
    }

    /// Calls `use` with the message of `marker`; the bytes are borrowed.
    func compose(_ marker: MessageMarker, number: Int, use: (Span<UInt8>) -> Void) {
        writer.compose(marker, number: number, use: use)
    }
}

private struct Writer {
    private let filling: [UInt8]
    private let sizes: SizeDistribution
    private let template: Template?
    private var body: [UInt8] = []
    private var text: [UInt8] = []

    private static let sentence =
        "we will meet at the station near the river and look whether somebody has found what was lost in the autumn rain; "

    init(sizes: SizeDistribution, template: Template?) {
        self.sizes = sizes
        self.template = template
        let sentence = Array(Writer.sentence.utf8)
        let count = sizes.bytesMax + sentence.count
        var filling: [UInt8] = []
        filling.reserveCapacity(count + sentence.count)
        while filling.count < count { filling += sentence }
        self.filling = filling
    }

    mutating func compose(_ marker: MessageMarker, number: Int, use: (Span<UInt8>) -> Void) {
        let count = sizes.bytes(ofMessage: UInt64(marker.publisher) << 32 | UInt64(marker.sequence))
        // Begins elsewhere for each message: a server that keeps a window finds repetitions as in a chat, not the same again.
        let start = Int(marker.sequence % 64)
        body.removeAll(keepingCapacity: true)
        body.append(contentsOf: filling[start..<start + count])
        var bytes = body.mutableSpan
        marker.write(to: &bytes)
        guard let template else { return use(body.span) }
        text.removeAll(keepingCapacity: true)
        template.append(message: body, number: number, channel: Int(marker.channel), to: &text)
        use(text.span)
    }
}
