// The kit's WebSocket client, on somebody else's server.
import TestSupport
import Testing

@Suite("The kit's WebSocket client talks to Python's websockets", .needs(.pythonPackages), .ownsWhatItStarts)
struct TestWebSocketTests {
    @Test("text, binary and long messages come back; closing is answered")
    func echo() throws {
        let peer = try PythonPeer("echo_server.py")
        let socket = try TestWebSocket(
            "ws://127.0.0.1:\(peer.port)/any?thing=1", followedBy: WireFrame.text("early").bytes)
        #expect(try socket.receiveText() == "early")
        try socket.sendText("Grüße 🐦")
        #expect(try socket.receiveText() == "Grüße 🐦")
        let long = [UInt8](repeating: 7, count: 200_000)
        try socket.sendBinary(long)
        #expect(try socket.receive() == .binary(long))
        try socket.sendPing([1, 2, 3])
        #expect(try socket.receive() == .pong([1, 2, 3]))
        try socket.send(.text("in ").with { $0.fin = false })
        try socket.send(.continuation(Array("pieces".utf8)))
        #expect(try socket.receiveText() == "in pieces")
        try socket.sendText("say 3")
        #expect(try socket.receiveTexts(3) == ["message 0", "message 1", "message 2"])
        try socket.close(4001)
    }

    @Test("the server's Close is shown with code and reason, then the end")
    func close() throws {
        let peer = try PythonPeer("echo_server.py")
        let socket = try TestWebSocket("ws://127.0.0.1:\(peer.port)/")
        try socket.sendText("close 3005")
        #expect(try socket.receive() == .close(3005, "as you wish"))
        try socket.sendClose(3005)
        #expect(try socket.receive() == .end)
    }

    @Test("a hostile frame is answered with its close code")
    func hostile() throws {
        let peer = try PythonPeer("echo_server.py")
        let socket = try TestWebSocket("ws://127.0.0.1:\(peer.port)/")
        try socket.send(.text("x").with { $0.reserved = 4 })
        #expect(try socket.receiveCloseCode() == 1002)
    }

    @Test("a refusal carries status and body")
    func refused() throws {
        let peer = try ScriptedPeer { connection in
            _ = try connection.socket.receive()
            try connection.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        }
        let error = try #require(throws: TestWebSocket.Refused.self) {
            try TestWebSocket("ws://127.0.0.1:\(peer.port)/")
        }
        #expect(error.response.status == 403)
        #expect(error.response.text == "no")
    }
}
