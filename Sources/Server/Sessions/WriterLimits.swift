// What may wait for a reader, per connection and in all.

struct WriterLimits {
    /// Bytes behind the message being written.
    let queueBytes: Int
    /// The age of the oldest of them.
    let queueMilliseconds: Int
    /// Bytes that may wait on this loop for all its connections.
    let totalBytes: Int
}
