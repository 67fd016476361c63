// The name a client of the plain door gives itself: text of a stranger that is shown to others.

enum ClientID {
    static let scalarsMax = 64
    static let bytesMax = 256

    /// The problem with this name in words, beginning with `name`; nil when it is fine.
    static func problem(_ bytes: [UInt8], of name: String = "The client id") -> String? {
        guard !bytes.isEmpty else { return "\(name) is empty; write 1 to \(scalarsMax) characters" }
        guard bytes.count <= bytesMax else {
            return "\(name) has \(bytes.count) bytes; at most \(bytesMax) are allowed"
        }
        guard let text = VisibleText.decode(bytes) else {
            return "\(name) must be UTF-8 without control, direction-override or line-separator characters"
        }
        let count = text.unicodeScalars.count
        guard count <= scalarsMax else {
            return "\(name) has \(count) characters; at most \(scalarsMax) are allowed"
        }
        return nil
    }
}
