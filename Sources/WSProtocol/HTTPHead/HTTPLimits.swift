// The limits of one request (fault H5). All are checked while bytes come, before they are kept; none is a promise of the
// RFCs, which only ask for 8,000 bytes of request line (RFC 9112 §3).

/// What one HTTP request may make this server keep. Over a limit the answer is 414 (target), 431 (head) or 413 (body).
package struct HTTPLimits: Sendable {
    /// The request target, in bytes.
    package var targetBytesMax = 8_192
    /// The whole head with its line ends, in bytes; also the trailer section of a chunked body.
    package var headBytesMax = 16_384
    /// Header fields in one head; also fields in one trailer section.
    package var headerCountMax = 100
    /// The body after the chunked coding is removed, in bytes.
    package var bodyBytesMax = 65_536
    /// One line with a chunk size and its extensions, in bytes.
    package var chunkLineBytesMax = 256
    /// All bytes of one body's chunk sizes that carry nothing: leading zeros and extensions.
    package var chunkExtensionBytesMax = 8_192

    /// The defaults, which suit a server of small requests.
    package init() {}
}
