// Tokens in conversations: claims as the fixture has them, signed when they are sent.
import Foundation
import JWT

enum ConversationToken {
    /// The secret of the fixtures' nodes; the protocol's description has its test vectors with it.
    static let secret = "secret"

    /// The date that `{"$in": seconds}` means; nil: it is something else.
    static func date(_ value: Any) -> Int? {
        ((value as? [String: Any])?["$in"] as? Int).map { Int(Date().timeIntervalSince1970) + $0 }
    }

    /// Dates as `{"$in": seconds}` count from now. `"$secret"`: signed with another one.
    static func sign(_ claims: [String: Any]) throws -> String {
        var claims = claims
        let secret = claims.removeValue(forKey: "$secret") as? String ?? ConversationToken.secret
        for (name, value) in claims {
            if let date = date(value) { claims[name] = date }
        }
        let signer = try TokenSigner(secret: Array(secret.utf8).span, allowsWeak: true)
        let json = Array(try JSONSerialization.data(withJSONObject: claims))
        return String(decoding: signer.token(claims: json.span), as: UTF8.self)
    }
}
