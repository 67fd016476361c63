// What a token is judged by at one moment: keys, rules and who is denied. Immutable and exchanged whole, so that loops and threads judge without a
// lock.

import JWT

struct TokenView: Sendable {
    let verifier: TokenVerifier
    /// Nil: not known yet, so nobody is let in.
    let denied: DenyList?

    /// False: there will be keys, but none has come yet, or they are too old.
    var hasKeys: Bool { !verifier.keys.keys.isEmpty }

    /// A token costs hashing alone, a few microseconds, less than to send it to another thread and back.
    let isCheap: Bool

    init(_ verifier: TokenVerifier, denied: DenyList?, mayGetOthers: Bool) {
        self.verifier = verifier
        self.denied = denied
        isCheap = !mayGetOthers && verifier.keys.keys.allSatisfy { $0.algorithm.keyKind == .secret }
    }

    /// `now`: seconds since 1970.
    func judge<Claims: TokenClaims>(_ token: Span<UInt8>, now: Int64) throws(TokenFault) -> TokenVerdict<Claims> {
        let claims = try Claims(verifier.verify(token, now: now))
        guard let denied else { return .busy }
        return denied.holds(claims, now: now) ? .revoked : .accepted(claims)
    }
}

/// What the tokens of connections and of subscriptions have in common.
protocol TokenClaims: Sendable {
    var user: String { get }
    var tokenIdentifier: String? { get }
    init(_ claims: ClaimSet) throws(TokenFault)
}

extension ConnectionClaims: TokenClaims {}
extension SubscriptionClaims: TokenClaims {}

extension DenyList {
    func holds(_ claims: some TokenClaims, now: Int64) -> Bool {
        holds(user: claims.user, tokenIdentifier: claims.tokenIdentifier, now: now)
    }
}

extension TokenVerdict {
    init(_ fault: TokenFault) { self = fault.isExpired ? .expired : .invalid("\(fault)") }
}
