// What a token says about one subscription: a payload, and which options of the channel's namespace it changes. The same members stand in each
// value of the claim `subs` and at the top of a subscription token.

/// Options of one subscription.
package struct SubscriptionOptions: Equatable, Sendable {
    /// What others see of the subscriber: JSON from `info`, or the bytes of `b64info`, which wins.
    package let info: [UInt8]?
    /// What the subscriber is told: `data`, or `b64data`, which wins.
    package let data: [UInt8]?
    /// Options of the namespace; nil: as it says.
    package let presence: Bool?
    package let joinLeave: Bool?
    package let forcePushJoinLeave: Bool?
    package let forcePositioning: Bool?
    package let forceRecovery: Bool?

    init(_ claims: ClaimSet) throws(TokenFault) {
        info = try claims.payload("info")
        data = try claims.payload("data")
        let override = try claims.objects("override") ?? []
        func option(_ name: String) throws(TokenFault) -> Bool? {
            guard let value = override.first(where: { $0.name.utf8.elementsEqual(name.utf8) })?.value else {
                return nil
            }
            return try value.boolean("value")
        }
        presence = try option("presence")
        joinLeave = try option("join_leave")
        forcePushJoinLeave = try option("force_push_join_leave")
        forcePositioning = try option("force_positioning")
        forceRecovery = try option("force_recovery")
    }
}

extension ClaimSet {
    /// The claim as JSON, or the bytes of the claim with `b64` in front, which wins.
    func payload(_ claim: String) throws(TokenFault) -> [UInt8]? { try base64("b64" + claim) ?? raw(claim) }
}
