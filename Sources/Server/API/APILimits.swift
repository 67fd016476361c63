// What one call of the HTTP API may ask for. Who calls has a key and is trusted with every channel; the limits keep a slip of such a program from
// stopping a loop, or the node.

enum APILimits {
    /// Levels of one body: what clients may send in a payload, and the envelope around it.
    static let depthMax = 40
    /// Values of one body.
    static let valuesMax = 1 << 20
    /// Commands of one batch, and channels of one broadcast.
    static let entriesMax = 10_000
    /// Bytes of data times channels of one broadcast.
    static let broadcastBytesMax = 64 << 20
    /// Keys are kept for five minutes, 100,000 of them.
    static let idempotencyKeyBytesMax = 256
    /// Characters of a pattern of `channels`.
    static let patternCharactersMax = 256
    /// RFC 6455 §5.5 — the payload of a Close frame is 125 bytes, two of them the code.
    static let reasonBytesMax = 123
}
