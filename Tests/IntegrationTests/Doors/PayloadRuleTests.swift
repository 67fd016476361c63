// What a namespace asks of data holds at the plain door and at the relay as it does at the protocol door: nobody hears what breaks a rule.
import Foundation
import TestSupport
import Testing

@Suite("Rules for what is published, at the plain door and the relay", .needs(.rookery), .ownsWhatItStarts)
struct PayloadRuleTests {
    @Test("P15 a message that breaks a rule of its namespace closes with 1008 and the rule's name, and nobody hears it")
    func rules() throws {
        let folder = try TemporaryFolder("payload-rules")
        let path = folder.file("rookery.json")
        try #"""
        {"open": true, "relay": ["posts:", "free"], "without_namespace": {"publication_max_bytes": 5},
         "namespaces": [{"name": "posts", "publication_data_format": "json"}]}
        """#.write(toFile: path, atomically: true, encoding: .utf8)
        let node = try RookeryServer(["--config", path])
        let listener = try TestWebSocket(node.webSocketURL("/ws/listener"))
        let speaker = try TestWebSocket(node.webSocketURL("/ws/speaker"))
        try speaker.sendText("12345")
        #expect(try listener.receiveText() == "Client #speaker says: 12345")
        #expect(try speaker.receiveText() == "Client #speaker says: 12345")
        try speaker.sendText("123456")
        guard case .close(1_008, let reason) = try speaker.receive() else { throw KitError("not closed with 1008") }
        #expect(reason.hasPrefix("publish: publication_max_bytes: the data has 6 bytes"))
        #expect(try listener.receiveText() == "Client #speaker left the chat")

        let reader = try TestWebSocket(node.webSocketURL("/relay/posts:1"))
        let writer = try TestWebSocket(node.webSocketURL("/relay/posts:1"))
        try writer.sendText("{\"a\":1}")
        #expect(try reader.receiveText() == "{\"a\":1}")
        #expect(try writer.receiveText() == "{\"a\":1}")
        try writer.sendText("{\"a\":")
        guard case .close(1_008, let words) = try writer.receive() else { throw KitError("not closed with 1008") }
        #expect(words.hasPrefix("publish: publication_data_format"))
        #expect(try reader.receiveIfAny(seconds: 0.5) == nil)
    }
}
