// Of a node without a token key.

import EventLoop
import JWT

final class OpenDesk: TokenDesk {
    var isOpen: Bool { true }
    var onDenied: () -> Void = {}

    func verifyConnection(
        _ token: String, from address: IPAddress, _ done: @escaping (TokenVerdict<ConnectionClaims>) -> Void
    ) { done(.invalid("this server has no token key")) }

    func verifySubscription(
        _ token: String, from address: IPAddress, _ done: @escaping (TokenVerdict<SubscriptionClaims>) -> Void
    ) { done(.invalid("this server has no token key")) }

    func isRevoked(user: String, tokenIdentifier: String?) -> Bool { false }
}
