// What a token says about a connection. The names are those of the client protocol, so that tokens made for it fit.

/// Who connects, and with which rights.
package struct ConnectionClaims: Sendable {
    /// A channel that the server subscribes the connection to.
    package struct ServerSubscription: Equatable, Sendable {
        package let channel: String
        /// nil for a channel of the plain list.
        package let options: SubscriptionOptions?
    }

    /// `sub`: "" for an anonymous connection.
    package let user: String
    /// `jti`, by which a token can be revoked.
    package let tokenIdentifier: String?
    /// Seconds since 1970 at which the connection ends unless refreshed; nil: never. `exp`, or `expire_at` where it is there.
    package let expiresAt: Int64?
    /// `exp`: until when the token opens connections.
    package let tokenExpiresAt: Int64?
    /// What others see of the connection: JSON from `info`, or the bytes of `b64info`, which wins.
    package let info: [UInt8]?
    /// JSON that stays in the server.
    package let meta: [UInt8]?
    /// `subs`, or else `channels`.
    package let subscriptions: [ServerSubscription]
    /// Channels and `prefix*` that the token gives rights in; nil: the claim is not there.
    package let rooms: [String]?

    /// From claims that were verified.
    package init(_ claims: ClaimSet) throws(TokenFault) {
        if claims.has("channel") {
            throw .channelInConnectionToken(claims.shown("channel") ?? ShownValue(""))
        }
        user = try claims.string("sub") ?? ""
        tokenIdentifier = try claims.string("jti")
        tokenExpiresAt = try claims.date("exp")
        expiresAt = try claims.expiry()
        info = try claims.payload("info")
        meta = claims.raw("meta")
        rooms = try claims.strings("rooms")
        subscriptions = try ConnectionClaims.subscriptions(claims)
    }

    private static func subscriptions(_ claims: ClaimSet) throws(TokenFault) -> [ServerSubscription] {
        // Also looked at when `subs` wins: a malformed claim is refused (fault J9).
        let channels = try claims.strings("channels") ?? []
        guard let objects = try claims.objects("subs") else {
            return channels.map { ServerSubscription(channel: $0, options: nil) }
        }
        var subscriptions: [ServerSubscription] = []
        for object in objects {
            subscriptions.append(
                ServerSubscription(channel: object.name, options: try SubscriptionOptions(object.value)))
        }
        return subscriptions
    }
}

extension ClaimSet {
    /// `expire_at` overrides `exp`; 0 or less is never.
    func expiry() throws(TokenFault) -> Int64? {
        guard let override = try integer("expire_at") else { return try date("exp") }
        guard override <= DateLimits.secondsMax else { throw .date(claim: "expire_at", ShownValue("\(override)")) }
        return override > 0 ? override : nil
    }
}
