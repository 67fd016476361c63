// Why a DEFLATE stream is refused (RFC 1951). Who receives one over WebSocket closes with 1007, or with 1009 for `tooLarge`.
// The same streams are refused as by zlib. A case names the rule and not the place: nobody can mend a message with it.

/// What is wrong with a compressed stream.
package enum InflateError: Error, Equatable, Sendable {
    /// §3.2.3 — block type 11.
    case reservedBlockType
    /// §3.2.4 — LEN and NLEN of a stored block do not complement each other.
    case storedLengthMismatch
    /// §3.2.7 — a set of code lengths that is no Huffman code, or cannot be used as one.
    case badCodeLengths
    /// §3.2.5 — a literal, length or distance symbol that does not exist.
    case badSymbol
    /// §3.2.3 — a distance that reaches before the first byte of the history or out of the window.
    case distanceTooFar
    /// The output would pass the limit that the caller gave.
    case tooLarge
}
