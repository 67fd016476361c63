// What a token opens at the plain door and at the relay: one channel, by the rights that hold at every door. Decided when the door opens, and for
// speaking once more whenever the settings were exchanged; never for a message.

import JWT
import WSProtocol

final class DoorAccess {
    let tokenIdentifier: String?
    /// Seconds since 1970; nil: never.
    let expiresAt: Int64?
    let user: String
    private let requester: Requester
    /// Nil at the echo, which has no channel.
    private let channel: String?
    /// With which settings `refusal` was decided.
    private var decidedWith: LiveSettings
    private var refusal: String?

    /// Fails with the answer to the handshake: 401 for a token that may not be used so, 403 for one without the right, with the rule.
    init(
        _ claims: ConnectionClaims, _ token: BearerToken, _ request: DoorRequest, _ live: LiveSettings, now: Int64
    ) throws(HTTPRefusal) {
        if token.isInQuery { try DoorAccess.checkQuery(claims, live, now) }
        // A connection may end before its token does (expire_at), or has ended already.
        if let end = claims.expiresAt, end <= now { throw DoorAccess.over }
        if request.door == .plain, !request.clientID.utf8.elementsEqual(claims.user.utf8) {
            throw HTTPRefusal(
                .forbidden, "The client id in the path is not the user of the token (its sub); make them the same.")
        }
        user = claims.user
        tokenIdentifier = claims.tokenIdentifier
        expiresAt = claims.expiresAt
        requester = Requester(user: claims.user, rooms: claims.rooms ?? [])
        channel = request.channel.map { "\($0)" }
        decidedWith = live
        guard let channel else { return }
        // A channel that the token subscribes to is one that its issuer means.
        let isGranted = claims.subscriptions.contains { $0.channel.utf8.elementsEqual(channel.utf8) }
        let address = ChannelAddress(channel, live.rights.naming)
        let decision = live.rights.decide(.subscribe, address, for: requester, hasToken: isGranted)
        guard decision.isAllowed else {
            throw HTTPRefusal(
                .forbidden, "You may not subscribe to this channel: \(Printable.text(decision.rule, atMost: 300)).")
        }
        refusal = publishRefusal(of: channel, live)
    }

    static let over = BearerToken.refusal("The token has expired; get a new one.")

    private static func checkQuery(_ claims: ConnectionClaims, _ live: LiveSettings, _ now: Int64) throws(HTTPRefusal) {
        guard live.tokenQuerySeconds > 0 else {
            throw BearerToken.refusal("A token in the query is not taken here; send Authorization: Bearer.")
        }
        guard let end = claims.tokenExpiresAt, end - now <= live.tokenQuerySeconds else {
            throw BearerToken.refusal(
                "A token in the query may be read by others, so it must expire within \(live.tokenQuerySeconds) s; get a shorter one, or send Authorization: Bearer."
            )
        }
    }

    /// Why it may not publish, for the Close frame; nil: it may.
    func publishRefusal(_ live: LiveSettings) -> String? {
        if live !== decidedWith {
            decidedWith = live
            refusal = channel.flatMap { publishRefusal(of: $0, live) }
        }
        return refusal
    }

    private func publishRefusal(of channel: String, _ live: LiveSettings) -> String? {
        let decision = live.rights.decide(
            .publish, ChannelAddress(channel, live.rights.naming), for: requester, isSubscribed: true)
        return decision.isAllowed ? nil : "publish: " + Printable.text(decision.rule, atMost: 200)
    }
}
