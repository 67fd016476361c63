// How a channel's publications are put on the wire of a connection. A publication is encoded once per form that has subscribers; all
// connections of that form share the bytes.

struct WireForm: Hashable, Sendable {
    enum Payload: UInt8, Sendable {
        /// The plain door: text messages only.
        case text
        /// The relay door: a text message where the payload is UTF-8, else a binary one.
        case bytes
        /// The protocol door: pushes.
        case chatJSON
        case chatProtobuf
    }

    let payload: Payload
    /// Messages are compressed (RFC 7692) within a window of 2 to the power of this, 8–15; 0: not at all. Compressed once, a
    /// message fits every connection that agreed on this window and takes no context over.
    let windowBits: UInt8
    /// The protocol door: joins and leaves stand between the publications.
    var hearsJoins = false
    /// The protocol door: publications may be differences to the one before.
    var takesDeltas = false

    init(payload: Payload, windowBits: UInt8) {
        self.payload = payload
        self.windowBits = windowBits
    }

    static let text = WireForm(payload: .text, windowBits: 0)
    static let bytes = WireForm(payload: .bytes, windowBits: 0)

    func deflated(windowBits: UInt8) -> WireForm { WireForm(payload: payload, windowBits: windowBits) }
}
