// What a token, or a file of keys, may cost before anybody knows who sent it (faults J4, J11, J13). Checked before the work that they bound.

/// Bounds of one token.
package enum TokenLimits {
    /// All three parts with their dots.
    package static let tokenBytesMax = 8192
    /// The header's text: some issuers send a certificate chain in it, which nobody reads here.
    package static let headerBytesMax = 4096
    /// The value of `kid`.
    package static let keyIdentifierBytesMax = 256
    /// Nesting of header and claims.
    package static let depthMax = 16
    /// JSON values in a header, or in the claims.
    package static let valueCountMax = 2048
    /// Keys tried for one token when none is named by `kid`.
    package static let keyTriesMax = 4
    /// A value from a token in an error or an explanation; the rest is cut off.
    package static let shownBytesMax = 64
}

/// Bounds of a set of keys.
package enum KeyLimits {
    /// Bytes of a file or an answer with keys.
    package static let textBytesMax = 262_144
    /// Keys of one set.
    package static let keyCountMax = 64
    /// Nesting of a set, where `x5c` and the like are the deepest.
    package static let depthMax = 8
    /// JSON values of a set.
    package static let valueCountMax = 4096
    /// An HMAC secret that signs tokens (fault J8; RFC 7518 §3.2 asks for it with HS256).
    package static let secretBytesMin = 32
}

/// Seconds since 1970 that a token may name.
package enum DateLimits {
    /// The last second of the year 9999. Milliseconds of today are beyond it, and are told so.
    package static let secondsMax: Int64 = 253_402_300_799
    /// How far clocks may differ (fault J10).
    package static let leewaySecondsMax: Int64 = 60
}
