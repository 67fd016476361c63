// Tokens in conversations: claims as the fixture has them, signed when they are sent.
import Foundation

enum ConversationToken {
    /// The secret that the fixtures' nodes are given; the protocol's description has its vectors with it.
    static let secret = "secret"

    /// `exp` and other dates as `{"$in": seconds}` count from now.
    static func sign(_ claims: [String: Any]) -> String { "" }
}
