// The closing handshake (RFC 6455 §5.5.1, §7.1): each side sends one Close frame; when both are through, the server ends TCP.
//
//            our Close sent            peer's Close received
//   open ───────────────▶ closeSent ───────────────▶ closed
//     └─ peer's Close ──▶ closeReceived ─ our Close ─▶ closed
//     └─ a rule broken ─▶ failed ─ our Close ─▶ closed          (failed is also what follows closeSent: then straight to closed)
//
// After the peer's Close, or a broken rule, nothing more is read as data.

/// Where a connection stands in its closing handshake.
package enum Closing: UInt8, Sendable {
    /// Messages go both ways.
    case open
    /// Our Close is out; the peer's is awaited. Messages that still come are dropped.
    case closeSent
    /// The peer's Close is here; ours has to be sent.
    case closeReceived
    /// The peer broke a rule; a Close with the failure's code has to be sent.
    case failed
    /// Nothing is left to send or to read: TCP may end.
    case closed

    /// Whether a Close of ours has to be sent now: the answer to the peer's, or the one that tells why the connection fails.
    package var awaitsOurClose: Bool { self == .closeReceived || self == .failed }

    mutating func sendClose() {
        switch self {
        case .open: self = .closeSent
        case .closeReceived, .failed: self = .closed
        case .closeSent, .closed: break
        }
    }

    mutating func receiveClose() {
        if self == .open { self = .closeReceived } else if self == .closeSent { self = .closed }
    }

    mutating func fail() {
        if self == .open { self = .failed } else if self == .closeSent { self = .closed }
    }
}
