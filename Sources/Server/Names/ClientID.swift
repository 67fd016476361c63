// The name a client of the plain door gives itself: text of a stranger that is shown to others.

enum ClientID {
    static let scalarsMax = 64
    static let bytesMax = 256

    /// The problem with this name in words; nil when it is fine.
    static func problem(_ bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty else { return "The client id is empty; write /ws/NAME" }
        guard bytes.count <= bytesMax else {
            return "The client id has \(bytes.count) bytes; at most \(bytesMax) are allowed"
        }
        guard let text = VisibleText.decode(bytes) else {
            return "The client id must be UTF-8 without control, direction-override or line-separator characters"
        }
        let count = text.unicodeScalars.count
        guard count <= scalarsMax else {
            return "The client id has \(count) characters; at most \(scalarsMax) are allowed"
        }
        return nil
    }
}
