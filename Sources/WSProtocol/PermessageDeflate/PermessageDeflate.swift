// The compression extension of RFC 7692: what two ends have agreed on. `DeflateOffer` is what a client proposes,
// `DeflatePolicy` how a server answers; `MessageInflater` and `MessageDeflater` do what was agreed.

/// The parameters in force on one connection (RFC 7692 §7.1). Four bytes.
package struct PermessageDeflate: Hashable, Sendable {
    /// §7.1.1.1 — the server begins each message with an empty window.
    package var serverNoContextTakeover: Bool
    /// §7.1.1.2 — so does the client.
    package var clientNoContextTakeover: Bool
    /// §7.1.2.1 — the server's window is at most 2 to the power of this, 8–15.
    package var serverMaxWindowBits: UInt8
    /// §7.1.2.2 — and the client's.
    package var clientMaxWindowBits: UInt8

    /// §7.1 — what is in force when no parameter is agreed on.
    package init(
        serverNoContextTakeover: Bool = false, clientNoContextTakeover: Bool = false,
        serverMaxWindowBits: UInt8 = PermessageDeflate.windowBitsMax,
        clientMaxWindowBits: UInt8 = PermessageDeflate.windowBitsMax
    ) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        self.serverMaxWindowBits = serverMaxWindowBits
        self.clientMaxWindowBits = clientMaxWindowBits
    }

    /// §8 — the registered name.
    package static let name = "permessage-deflate"
    /// RFC 1951 §2 — the largest window of DEFLATE.
    package static let windowBitsMax: UInt8 = 15

    /// Whether the messages an end receives refer to earlier ones, and how far back.
    func receiving(as role: Role) -> (takesOver: Bool, windowBits: UInt8) {
        switch role {
        case .server: (!clientNoContextTakeover, clientMaxWindowBits)
        case .client: (!serverNoContextTakeover, serverMaxWindowBits)
        }
    }
}
