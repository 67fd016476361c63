// How far a call of Inflater.inflate came.

/// What an inflater wants next.
package enum InflateProgress: Equatable, Sendable {
    /// All input was used and the stream goes on.
    case needsInput
    /// A block with BFINAL has ended (RFC 1951 §3.2.3); the input from `offset` on does not belong to it.
    case endOfStream
}
