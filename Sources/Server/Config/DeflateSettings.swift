// The settings `--deflate-level` and `--deflate-threshold`, as those who compress take them. Whether connections are
// compressed at all is not said here: without `--deflate` no connection agrees on it, and these values are never looked
// at.

import Deflate

/// How the node compresses the messages that it sends.
struct DeflateSettings: Equatable, Sendable {
    /// Work put into one message: 1 fastest, 9 smallest.
    var level = DeflateLevel.default
    /// Shorter messages, counted by their payload, are sent as they are.
    var thresholdBytes = 256
}
