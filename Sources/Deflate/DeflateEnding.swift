// How a call of Deflater.deflate leaves the stream. permessage-deflate ends each message with a flush (RFC 7692 §7.2.1); a
// file, or a test, with a final block.

/// What stands at the end of compressed output; both end on a whole byte.
package enum DeflateEnding: Equatable, Sendable {
    /// An empty stored block, so the output ends with 00 00 FF FF and the stream goes on (RFC 7692 §7.2.1 takes these four off).
    case syncFlush
    /// The last block has BFINAL (RFC 1951 §3.2.3).
    case final
}
