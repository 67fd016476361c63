// The limits and times of the protocol door.

struct ChatSettings: Equatable, Sendable {
    /// Between the handshake and the connect command.
    var staleMilliseconds = 10_000
    /// Between a ping and its answer.
    var pongMilliseconds = 8_000
    /// Connections of one user on this node; 0: no limit. Those without a user do not count.
    var connectionsPerUser = 0
    /// Channels of one connection.
    var subscriptionsMax = 128
    /// Publications of one answer: history, and what is recovered.
    var historyMax = 300
    /// The same in bytes of payload.
    var historyBytesMax = 1 << 20
    /// A client may connect without a token, as nobody.
    var allowsAnonymous = false
    /// A token without a user is refused.
    var refusesAnonymousTokens = false
    /// Each user is subscribed to a channel of its own: `#user`, in this namespace (empty: in none). Nil: no such channel.
    var personalNamespace: String?
    /// For all streams of the node.
    var streamBytes = 256 << 20
    var streamChannels = 1_000_000
    var idempotencyKeys = 100_000

    /// What a client gets to bring a new token when the old one has run out.
    var graceSeconds: Int64 = 25

    func personalChannel(of user: String) -> String? {
        guard let personalNamespace, !user.isEmpty else { return nil }
        return personalNamespace.isEmpty ? "#\(user)" : "\(personalNamespace):#\(user)"
    }
}
