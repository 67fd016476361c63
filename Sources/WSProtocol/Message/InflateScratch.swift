// Compressed messages that lie whole in the input, without context takeover, need no state of their connection. They
// are inflated in one place that a loop keeps for all its connections: no allocation per message, and none per idle
// connection.

/// Where one loop inflates whole messages. Not to be shared between threads.
package final class InflateScratch {
    /// Bytes of memory that a loop keeps from one whole message to the next: for inflating, and for deflating as much.
    package static let keptBytesMax = 256 << 10

    let assembler: MessageAssembler

    /// Tables and buffers come with the first message.
    package init() { assembler = MessageAssembler(role: .server, deflate: nil) }
}
