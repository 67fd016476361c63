// A token on its way to a thread that verifies it, and what comes back.

import EventLoop
import JWT

struct TokenJob: Sendable {
    enum Use: Sendable { case connection, subscription }

    /// Whom the answer is for, on its loop.
    let number: UInt64
    let token: [UInt8]
    let use: Use
    let address: IPAddress
    let answers: Mailbox<TokenAnswer>
    /// It waited for the issuer's keys once already.
    var isSecondTry = false

    /// Whose tokens are counted together: an address, or the network of one customer, which has 2^64 of them (RFC 6177).
    static func origin(_ address: IPAddress) -> IPAddress {
        address.isIPv4 ? address : IPAddress(high: address.high, low: 0)
    }
}

enum TokenAnswer: Sendable {
    case connection(UInt64, TokenVerdict<ConnectionClaims>)
    case subscription(UInt64, TokenVerdict<SubscriptionClaims>)
    /// Somebody was denied: look who is connected.
    case deniedChanged
}
