// The client protocol, said and heard: each conversation of the fixtures with a node of its own settings, on one loop and on three, where the
// home of a channel is mostly another loop than its subscribers'.
import Foundation
import TestSupport
import Testing

@Suite("The client protocol", .needs(.rookery), .ownsWhatItStarts)
struct ConversationTests {
    @Test("a conversation goes as the protocol says", arguments: Fixture.load("chat/conversations.jsonl"), [1, 3])
    func conversation(_ fixture: Fixture, threads: Int) throws {
        let folder = try TemporaryFolder("conversation")
        let path = folder.file("rookery.json")
        var configuration = fixture.json["settings"] as? [String: Any] ?? [:]
        // Without tokens the node is open.
        let hasKey = configuration["allow_weak_hmac_key"] != nil
        if !hasKey { configuration["open"] = true }
        configuration["namespaces"] = fixture.json["namespaces"] ?? []
        try JSONSerialization.data(withJSONObject: configuration).write(to: URL(filePath: path))
        var environment = ["ROOKERY_API_KEY": "key-of-the-tests"]
        if hasKey { environment["ROOKERY_TOKEN_SECRET"] = ConversationToken.secret }
        let node = try RookeryServer(["--config", path, "--threads", "\(threads)"], environment: environment)
        let steps = try #require(fixture.json["steps"] as? [[Any]])
        try Conversation(node).hold(steps)
    }
}
