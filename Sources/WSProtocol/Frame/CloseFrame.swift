/// A Close frame that was received and is valid (RFC 6455 §5.5.1).
package struct CloseFrame: Hashable, Sendable {
    /// Nil when the frame was empty. It is also what the answer carries: the code is echoed, an empty Close is answered with
    /// an empty one.
    package let code: CloseCode?
    /// The reason, valid UTF-8, perhaps empty.
    package let reason: PayloadLocation
}
