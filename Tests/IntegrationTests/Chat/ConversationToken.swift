// Tokens in conversations: claims as the fixture has them, signed when they are sent.
import Foundation
import JWT

enum ConversationToken {
    /// The secret of the fixtures' nodes; the protocol's description has its test vectors with it.
    static let secret = "secret"

    /// Dates as `{"$in": seconds}` count from now. `"$secret"`: signed with another one.
    static func sign(_ claims: [String: Any]) throws -> String {
        var claims = claims
        let secret = claims.removeValue(forKey: "$secret") as? String ?? ConversationToken.secret
        for (name, value) in claims {
            guard let wait = (value as? [String: Any])?["$in"] as? Int else { continue }
            claims[name] = Int(Date().timeIntervalSince1970) + wait
        }
        let signer = try TokenSigner(secret: Array(secret.utf8).span, allowsWeak: true)
        let json = Array(try JSONSerialization.data(withJSONObject: claims))
        return String(decoding: signer.token(claims: json.span), as: UTF8.self)
    }
}
