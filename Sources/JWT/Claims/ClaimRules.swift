// What the registered claims must be (RFC 7519 §4.1), by the settings of the server. All that stand in a token are checked, required or not;
// a malformed one is never taken for a missing one (faults J9, J10).

/// The rules for every token of one kind.
package struct ClaimRules: Equatable, Sendable {
    /// What `iss` must be; nil: anybody's.
    package var issuer: String?
    /// What `aud` must be or contain; nil: anything.
    package var audience: String?
    /// Names that must be there, for example `exp`, `sub` or `jti`.
    package var required: [String]
    /// By how much clocks may differ: 0 to `DateLimits.leewaySecondsMax`.
    package let leewaySeconds: Int64
    /// How far ahead `exp` may be; then it must be there. nil: any time.
    package var lifetimeSecondsMax: Int64?

    /// A leeway beyond its bounds counts as the nearest of them.
    package init(
        issuer: String? = nil, audience: String? = nil, required: [String] = [], leewaySeconds: Int64 = 0,
        lifetimeSecondsMax: Int64? = nil
    ) {
        self.issuer = issuer
        self.audience = audience
        self.required = required
        self.leewaySeconds = min(max(leewaySeconds, 0), DateLimits.leewaySecondsMax)
        self.lifetimeSecondsMax = lifetimeSecondsMax
    }

    /// Throws for the first rule that does not hold at `now`, seconds since 1970.
    package func check(_ claims: ClaimSet, now: Int64) throws(TokenFault) {
        for claim in RegisteredClaim.allCases { try check(claim, claims, now) }
        for claim in required { try checkPresence(claim, claims) }
    }

    func checkPresence(_ claim: String, _ claims: ClaimSet) throws(TokenFault) {
        guard claims.has(claim) else { throw .missing(claim: claim) }
    }

    func check(_ claim: RegisteredClaim, _ claims: ClaimSet, _ now: Int64) throws(TokenFault) {
        switch claim {
        case .issuer: try checkIssuer(claims)
        case .audience: try checkAudience(claims)
        case .subject, .tokenIdentifier: _ = try claims.string(claim.rawValue)
        // §4.1.6 — when it was issued is told, not judged.
        case .issuedAt: _ = try claims.date(claim.rawValue)
        case .notBefore: try checkNotBefore(claims, now)
        case .expirationTime: try checkExpirationTime(claims, now)
        }
    }

    private func checkIssuer(_ claims: ClaimSet) throws(TokenFault) {
        let value = try claims.string("iss")
        guard let issuer else { return }
        guard let value else { throw .missing(claim: "iss") }
        guard value.utf8.elementsEqual(issuer.utf8) else { throw .wrongIssuer(ShownValue(value), expected: issuer) }
    }

    /// §4.1.3 — one string or a list of them.
    private func checkAudience(_ claims: ClaimSet) throws(TokenFault) {
        let values: [String]?
        if let single = try? claims.string("aud") {
            values = [single]
        } else {
            values = try claims.strings("aud")
        }
        guard let audience else { return }
        guard let values, let shown = claims.shown("aud") else { throw .missing(claim: "aud") }
        guard values.contains(where: { $0.utf8.elementsEqual(audience.utf8) }) else {
            throw .wrongAudience(shown, expected: audience)
        }
    }

    private func checkNotBefore(_ claims: ClaimSet, _ now: Int64) throws(TokenFault) {
        guard let from = try claims.date("nbf") else { return }
        guard from - leewaySeconds <= now else { throw .notBefore(from, now: now, leeway: leewaySeconds) }
    }

    /// §4.1.4 — on or after that second the token is not taken.
    private func checkExpirationTime(_ claims: ClaimSet, _ now: Int64) throws(TokenFault) {
        guard let until = try claims.date("exp") else {
            if lifetimeSecondsMax != nil { throw .missing(claim: "exp") }
            return
        }
        guard now < until + leewaySeconds else { throw .expired(at: until, now: now, leeway: leewaySeconds) }
        if let limit = lifetimeSecondsMax, until - now > limit {
            throw .livesTooLong(until: until, now: now, limit: limit)
        }
    }
}

/// RFC 7519 §4.1, in the order in which they are looked at: what makes a token worthless before what a newer one would mend.
enum RegisteredClaim: String, CaseIterable {
    case issuer = "iss"
    case audience = "aud"
    case subject = "sub"
    case tokenIdentifier = "jti"
    case issuedAt = "iat"
    case notBefore = "nbf"
    case expirationTime = "exp"
}
