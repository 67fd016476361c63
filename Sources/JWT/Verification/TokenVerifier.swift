// From a token to claims that can be believed. The order is that of RFC 7519 §7.2 and RFC 8725: form, key, signature, and only then what the
// claims say. The clock is an argument, in seconds since 1970.

/// Verifies tokens with a set of keys and rules. A value: another set of keys is another verifier, and threads may share one.
package struct TokenVerifier: Sendable {
    /// Whose signatures count.
    package let keys: KeySet
    /// What the registered claims must be.
    package let rules: ClaimRules

    /// An empty set refuses every token.
    package init(keys: KeySet, rules: ClaimRules) {
        self.keys = keys
        self.rules = rules
    }

    /// The claims of `token`, when it is signed by one of the keys and all rules hold at `now`.
    package func verify(_ token: Span<UInt8>, now: Int64) throws(TokenFault) -> ClaimSet {
        let compact = try CompactToken(token)
        try checkSignature(compact, token)
        let claims = try ClaimSet(compact.claims)
        try rules.check(claims, now: now)
        return claims
    }

    /// The same for who connects.
    package func verifyConnection(_ token: Span<UInt8>, now: Int64) throws(TokenFault) -> ConnectionClaims {
        try ConnectionClaims(verify(token, now: now))
    }

    /// The same for who subscribes. To what and as whom the token must say, too: `SubscriptionClaims.mismatch`.
    package func verifySubscription(_ token: Span<UInt8>, now: Int64) throws(TokenFault) -> SubscriptionClaims {
        try SubscriptionClaims(verify(token, now: now))
    }

    func checkSignature(_ compact: CompactToken, _ token: Span<UInt8>) throws(TokenFault) {
        let signed = token.extracting(0..<compact.signedByteCount)
        for key in try keys.candidates(for: compact.header)
        where key.isValid(compact.signature.span, signed) { return }
        throw .wrongSignature(compact.header.algorithm)
    }
}
