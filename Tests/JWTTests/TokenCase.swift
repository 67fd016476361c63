// A token with the keys and rules it meets, from a fixture.
import Foundation
import JWT
import TestSupport
import Testing

struct TokenCase {
    let token: [UInt8]
    let verifier: TokenVerifier
    let now: Int64
    let isSubscription: Bool

    init(_ fixture: Fixture) throws {
        token = [UInt8](try #require(fixture.json["token"] as? String).utf8)
        now = try #require(fixture.json["now"] as? Int64)
        isSubscription = fixture.json["use"] as? String == "subscription"
        let rules = try #require(fixture.json["rules"] as? [String: Any])
        let text = [UInt8](try #require(fixture.json["keys"] as? String).utf8)
        let reading = try KeySet.reading(json: text.span)
        verifier = TokenVerifier(
            keys: reading.keys,
            rules: ClaimRules(
                issuer: rules["issuer"] as? String, audience: rules["audience"] as? String,
                required: rules["required"] as? [String] ?? [], leewaySeconds: rules["leeway"] as? Int64 ?? 0,
                lifetimeSecondsMax: rules["lifetime"] as? Int64))
    }

    /// What the token says, with the names of the fixtures; what is not there is left out.
    func said() throws(TokenFault) -> [String: AnyHashable] {
        var said: [String: AnyHashable] = [:]
        if isSubscription {
            let claims = try verifier.verifySubscription(token.span, now: now)
            said["user"] = claims.user
            said["channel"] = claims.channel
            if let client = claims.client { said["client"] = client }
            if let expires = claims.expiresAt { said["expires"] = Int(expires) }
            if let info = claims.options.info { said["info"] = String(decoding: info, as: UTF8.self) }
            if let data = claims.options.data { said["data"] = String(decoding: data, as: UTF8.self) }
            return said
        }
        let claims = try verifier.verifyConnection(token.span, now: now)
        said["user"] = claims.user
        if let expires = claims.expiresAt { said["expires"] = Int(expires) }
        if let info = claims.info { said["info"] = String(decoding: info, as: UTF8.self) }
        if let meta = claims.meta { said["meta"] = String(decoding: meta, as: UTF8.self) }
        if let rooms = claims.rooms { said["rooms"] = rooms }
        if !claims.subscriptions.isEmpty { said["channels"] = claims.subscriptions.map(\.channel) }
        return said
    }

    /// The name of the fault, or nil.
    var fault: TokenFault? {
        do throws(TokenFault) {
            _ = try said()
            return nil
        } catch {
            return error
        }
    }
}
