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
    func connection(_ token: Span<UInt8>, now: Int64) throws(TokenFault) -> TokenVerdict<ConnectionClaims> {
        let claims = try verifier.verifyConnection(token, now: now)
        return verdict(claims, user: claims.user, tokenIdentifier: claims.tokenIdentifier, now)
    }

    func subscription(_ token: Span<UInt8>, now: Int64) throws(TokenFault) -> TokenVerdict<SubscriptionClaims> {
        let claims = try verifier.verifySubscription(token, now: now)
        return verdict(claims, user: claims.user, tokenIdentifier: claims.tokenIdentifier, now)
    }

    private func verdict<Claims>(
        _ claims: Claims, user: String, tokenIdentifier: String?, _ now: Int64
    ) -> TokenVerdict<Claims> {
        guard let denied else { return .busy }
        return denied.holds(user: user, tokenIdentifier: tokenIdentifier, now: now) ? .revoked : .accepted(claims)
    }
}

extension TokenVerdict {
    init(_ fault: TokenFault) { self = fault.isExpired ? .expired : .invalid("\(fault)") }
}
