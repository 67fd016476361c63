// The name a client of the plain door gives itself, and the names of channels: text of strangers that is shown to others. What could
// change how the text around it looks is refused: controls, direction overrides, line separators (rule: refuse, never repair).

enum ClientID {
    static let scalarsMax = 64
    static let bytesMax = 256

    /// The problem with this name in words; nil when it is fine.
    static func problem(_ bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty else { return "the client id is empty; write /ws/NAME" }
        guard bytes.count <= bytesMax else {
            return "the client id has \(bytes.count) bytes; at most \(bytesMax) are allowed"
        }
        guard let text = VisibleText.decode(bytes) else {
            return "the client id must be UTF-8 without control, direction-override or line-separator characters"
        }
        let count = text.unicodeScalars.count
        guard count <= scalarsMax else {
            return "the client id has \(count) characters; at most \(scalarsMax) are allowed"
        }
        return nil
    }
}

enum ChannelText {
    static let bytesMax = 255

    /// The problem with a channel's name in words; nil when it is fine.
    static func problem(_ bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty else { return "the channel's name is empty" }
        guard bytes.count <= bytesMax else {
            return "the channel's name has \(bytes.count) bytes; at most \(bytesMax) are allowed"
        }
        guard VisibleText.decode(bytes) != nil else {
            return "the channel's name must be UTF-8 without control, direction-override or line-separator characters"
        }
        return nil
    }
}

enum VisibleText {
    /// The text, when it is UTF-8 and has no scalar that controls how other text is shown.
    static func decode(_ bytes: [UInt8]) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return text.unicodeScalars.contains(where: isForbidden) ? nil : text
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00...0x1f, 0x7f...0x9f: true  // controls (C0, DEL, C1)
        case 0x2028, 0x2029: true  // line and paragraph separator
        case 0x061c, 0x200e, 0x200f: true  // direction marks
        case 0x202a...0x202e, 0x2066...0x2069: true  // direction embeddings, overrides, isolates
        default: false
        }
    }
}
