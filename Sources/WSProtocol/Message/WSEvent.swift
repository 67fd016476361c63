/// What the next bytes of a connection meant.
package enum WSEvent: Hashable, Sendable {
    /// All input is consumed; nothing of it has to be kept.
    case needsMoreBytes
    /// A whole text message; its payload is valid UTF-8.
    case text(PayloadLocation)
    /// A whole binary message.
    case binary(PayloadLocation)
    /// Answer with a pong of the same payload (RFC 6455 §5.5.3).
    case ping(PayloadLocation)
    case pong(PayloadLocation)
    /// The peer's Close. Unless ours was sent before, answer it with the same code; see `WSConnection.closing`.
    case close(CloseFrame)
    /// The peer broke a rule. Unless our Close was sent before, send one with the failure's code; read nothing more.
    case failed(WSFailure)
}
