// What the API of one node does to connections of another, over a real Redis.
import Foundation
import TestSupport
import Testing

@Suite("Connections of all nodes", .needs(.rookery), .needs(.redis), .ownsWhatItStarts)
struct ControlTests {
    private let key = "key-of-the-tests"

    private func post(_ method: String, _ body: String, to node: RookeryServer) throws -> String {
        try RawHTTP.get(
            "/api/\(method)", port: node.port, method: "POST", headers: ["X-API-Key: \(key)"], body: body
        ).text
    }

    @Test("subscribe, refresh, unsubscribe and disconnect reach a connection of another node, once")
    func elsewhere() throws {
        let redis = try RedisServer()
        let nodes = try (0..<2).map { _ in
            try RookeryServer(["--redis", redis.url, "--threads", "2"], environment: ["ROOKERY_API_KEY": key])
        }
        for node in nodes { try node.waitUntilReady() }
        let client = try TestWebSocket(nodes[1].webSocketURL("/connection/websocket"))
        try client.sendText(#"{"id":1,"connect":{}}"#)
        #expect(try client.receiveText().hasPrefix(#"{"id":1,"connect":{"#))
        let target = #"{"user":"","channel":"news""#
        #expect(try post("subscribe", target + #","data":{"hi":1}}"#, to: nodes[0]) == #"{"result":{}}"#)
        #expect(try client.receiveText() == #"{"push":{"channel":"news","subscribe":{"data":{"hi":1}}}}"#)
        // Who is subscribed stays so and hears nothing: the next thing heard is the publication.
        #expect(try post("subscribe", target + "}", to: nodes[0]) == #"{"result":{}}"#)
        #expect(try post("publish", #"{"channel":"news","data":{"n":1}}"#, to: nodes[0]) == #"{"result":{}}"#)
        #expect(try client.receiveText() == #"{"push":{"channel":"news","pub":{"data":{"n":1}}}}"#)
        _ = try post("refresh", #"{"user":""}"#, to: nodes[0])
        #expect(try client.receiveText() == #"{"push":{"refresh":{}}}"#)
        _ = try post("unsubscribe", target + "}", to: nodes[0])
        #expect(
            try client.receiveText()
                == #"{"push":{"channel":"news","unsubscribe":{"code":2000,"reason":"server unsubscribe"}}}"#)
        // Another user's connections are none of its business.
        _ = try post("disconnect", #"{"user":"somebody"}"#, to: nodes[0])
        _ = try post("disconnect", #"{"user":"","disconnect":{"code":4001,"reason":"go"}}"#, to: nodes[0])
        #expect(try client.receive() == .close(4_001, "go"))
    }
}
