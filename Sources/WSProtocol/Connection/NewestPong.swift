// A peer that floods us with pings and does not read (faults W7): each ping is answered while the socket takes the answers; while it
// is blocked only the newest pong waits (RFC 6455 §5.5.3 allows answering just the last ping).

/// The one pong that waits for a blocked socket.
package struct NewestPong: Sendable {
    private var payload: [UInt8]?

    package init() {}

    /// Keeps this ping's payload in place of an earlier one.
    package mutating func keep(_ payload: Span<UInt8>) { self.payload = [UInt8](copying: payload) }

    /// Appends the pong that waits, once the socket takes bytes again.
    package mutating func send(to output: inout [UInt8]) {
        guard let payload else { return }
        self.payload = nil
        FrameEncoder.append(.pong, payload: payload.span, to: &output)
    }

    package var isEmpty: Bool { payload == nil }
}
