// How a channel's publications are put on the wire of a door. A publication is encoded once per form that has subscribers; all
// connections of that form share the bytes.

enum WireForm: UInt8, Sendable, CaseIterable {
    /// The plain door: text messages only.
    case text
    /// The relay door: a text message where the payload is UTF-8, else a binary one.
    case bytes
}
