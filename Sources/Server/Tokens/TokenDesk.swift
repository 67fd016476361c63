// Where a loop's doors have tokens verified. Signatures cost up to a tenth of a millisecond, so they are verified on threads of their own, and
// nobody can keep these busy alone (row J13).

import EventLoop
import JWT

/// What came of a token.
enum TokenVerdict<Claims: Sendable>: Sendable {
    case accepted(Claims)
    /// `exp` is past or `nbf` to come: the client should get a new one.
    case expired
    /// Its id or user is on the deny list.
    case revoked
    /// In words for a log or an operator; never holds the token.
    case invalid(String)
    /// This address has as many tokens waiting as it may, or there are no keys at the moment: try again.
    case busy
}

/// Each loop has one. Answers come on that loop, once, at once or in a later turn.
protocol TokenDesk: AnyObject {
    /// There is no token key at all: connections are anonymous, a token that is sent is refused.
    var isOpen: Bool { get }
    func verifyConnection(
        _ token: String, from address: IPAddress, _ done: @escaping (TokenVerdict<ConnectionClaims>) -> Void)
    func verifySubscription(
        _ token: String, from address: IPAddress, _ done: @escaping (TokenVerdict<SubscriptionClaims>) -> Void)
    /// Whether what was accepted before is revoked since.
    func isRevoked(user: String, tokenIdentifier: String?) -> Bool
    /// Called on the loop when somebody was denied: ask `isRevoked` for everybody who is connected.
    var onDenied: () -> Void { get set }
}
