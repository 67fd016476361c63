// How far a call of Inflater.inflate came. A message of permessage-deflate has no end of its own (RFC 7692 §7.2.2):
// `needsInput` is what it comes to there.

/// What an inflater wants next.
package enum InflateProgress: Equatable, Sendable {
    /// All input was used and the stream goes on.
    case needsInput
    /// A block with BFINAL has ended (RFC 1951 §3.2.3); the input from `offset` on does not belong to it.
    case endOfStream
}
