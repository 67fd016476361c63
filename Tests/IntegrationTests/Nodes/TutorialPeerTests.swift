// A server of another make, written to the tutorial with FastAPI, is the second node on one Redis.
import TestSupport
import Testing

@Suite(
    "A FastAPI server of the tutorial is a second node", .needs(.rookery), .needs(.redis), .needs(.pythonPackages),
    .ownsWhatItStarts)
struct TutorialPeerTests {
    @Test("messages and leaves cross in both directions, to the letter")
    func bothDirections() throws {
        let redis = try RedisServer()
        let tutorial = try PythonPeer("tutorial_server.py", [redis.url])
        let node = try RookeryServer(["--redis", redis.url])
        try node.waitUntilReady()
        let here = try TestWebSocket(node.webSocketURL("/ws/here"))
        let there = try TestWebSocket("ws://127.0.0.1:\(tutorial.port)/ws/there")

        try here.sendText("from Rookery: <b>&amp; Grüße</b>")
        for client in [here, there] {
            #expect(try client.receiveText() == "Client #here says: from Rookery: <b>&amp; Grüße</b>")
        }
        try there.sendText("from FastAPI 🐦")
        for client in [here, there] { #expect(try client.receiveText() == "Client #there says: from FastAPI 🐦") }

        let guest = try TestWebSocket("ws://127.0.0.1:\(tutorial.port)/ws/7")
        try guest.close()
        for client in [here, there] { #expect(try client.receiveText() == "Client #7 left the chat") }
        try here.close()
        #expect(try there.receiveText() == "Client #here left the chat")
    }
}
