// What a token says about one subscription.

/// Who subscribes to what.
package struct SubscriptionClaims: Sendable {
    /// `sub`: "" for an anonymous connection.
    package let user: String
    /// `channel`, never empty.
    package let channel: String
    /// `client`: the only connection that may use the token; nil: any of the user.
    package let client: String?
    /// `jti`, by which a token can be revoked.
    package let tokenIdentifier: String?
    /// Seconds since 1970 at which the subscription ends unless refreshed; nil: never. `exp`, or `expire_at` where it is there.
    package let expiresAt: Int64?
    package let options: SubscriptionOptions

    /// From claims that were verified.
    package init(_ claims: ClaimSet) throws(TokenFault) {
        user = try claims.string("sub") ?? ""
        guard let channel = try claims.string("channel") else { throw .missing(claim: "channel") }
        guard !channel.isEmpty else { throw .emptyChannel }
        self.channel = channel
        // Old clients send it empty.
        client = try claims.string("client").flatMap { $0.isEmpty ? nil : $0 }
        tokenIdentifier = try claims.string("jti")
        expiresAt = try claims.expiry()
        options = try SubscriptionOptions(claims)
    }

    /// What of the token is about another user, channel or connection; nil when it fits. Names are compared as bytes.
    package func mismatch(user: String, channel: String, client: String) -> TokenFault? {
        if !self.user.utf8.elementsEqual(user.utf8) {
            return .otherUser(ShownValue(self.user), expected: ShownValue(user))
        }
        if !self.channel.utf8.elementsEqual(channel.utf8) {
            return .otherChannel(ShownValue(self.channel), expected: ShownValue(channel))
        }
        guard let wanted = self.client, !wanted.utf8.elementsEqual(client.utf8) else { return nil }
        return .otherClient(ShownValue(wanted))
    }
}
