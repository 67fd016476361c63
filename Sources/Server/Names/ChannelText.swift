// What a channel may be called by a client.

enum ChannelText {
    static let bytesMax = 255

    /// The problem with a channel's name in words; nil when it is fine.
    static func problem(_ bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty else { return "The channel's name is empty" }
        guard bytes.count <= bytesMax else {
            return "The channel's name has \(bytes.count) bytes; at most \(bytesMax) are allowed"
        }
        guard VisibleText.decode(bytes) != nil else {
            return "The channel's name must be UTF-8 without control, direction-override or line-separator characters"
        }
        return nil
    }
}
