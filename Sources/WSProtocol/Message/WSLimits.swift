/// What one message may make us keep.
package struct WSLimits: Sendable {
    /// A message's payload, in bytes, however it is fragmented. Over it: 1009.
    package var messageBytesMax = 65_536
    /// The fragments of one message. Over it: 1009.
    package var fragmentCountMax = 65_536
    /// How long a message may be on its way, from its first byte. Over it: 1008.
    package var messageMilliseconds: UInt32 = 30_000

    package init() {}
}
