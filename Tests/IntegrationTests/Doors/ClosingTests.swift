// RFC 6455 §5.5.1, §7.1 on the wire: who says Close, who answers, who ends TCP and when. The other end of it, the client's, is in
// Tests/WebSocketLinkTests.
import TestSupport
import Testing

@Suite("RFC 6455 §5.5.1, §7.1 the end of a WebSocket", .needs(.rookery), .ownsWhatItStarts)
struct ClosingTests {
    /// All that comes until the server ends TCP, and how long that took. Our direction stays open: the server must not wait for it.
    private func rest(_ client: TestWebSocket) throws -> (bytes: [UInt8], seconds: Double) {
        let clock = ContinuousClock()
        let start = clock.now
        let bytes = try client.socket.receiveToEnd(seconds: 10)
        let (seconds, attoseconds) = (clock.now - start).components
        return (bytes, Double(seconds) + Double(attoseconds) / 1e18)
    }

    @Test("the server ends TCP at once when a Close went both ways, whoever began")
    func serverEnds() throws {
        let node = try RookeryServer(["--max-message-bytes", "1000"])
        let begun = try TestWebSocket(node.webSocketURL("/ws/1"))
        try begun.sendClose(3000)
        var end = try rest(begun)
        #expect(end.bytes == [0x88, 0x02, 0x0B, 0xB8])
        #expect(end.seconds < 0.7, "\(end.seconds) s")

        // A message that this door does not take: the server begins, and waits for our Close.
        let answered = try TestWebSocket(node.webSocketURL("/ws/2"))
        try answered.sendBinary([1])
        guard case .close(1003, _) = try answered.receive() else {
            Issue.record("not closed with 1003")
            return
        }
        #expect(try answered.socket.receiveIfAny(seconds: 0.3) == nil, "TCP ended before our Close")
        try answered.sendClose(1003)
        end = try rest(answered)
        #expect(end.bytes.isEmpty)
        #expect(end.seconds < 0.7, "\(end.seconds) s")
    }

    @Test("a peer that never answers the server's Close is left after a bounded time")
    func unanswered() throws {
        let node = try RookeryServer()
        let client = try TestWebSocket(node.webSocketURL("/ws/1"))
        try client.sendBinary([1])
        let end = try rest(client)
        #expect(end.bytes.starts(with: [0x88]))
        #expect(end.seconds > 1 && end.seconds < 4, "\(end.seconds) s")
    }

    @Test(
        "a broken rule is told with a Close and TCP ends at once: no answer is awaited",
        arguments: [[0x81, 0x00], [0x83], [0xC1], [0x88, 0x81], [0x89, 0xFE], [0x80]] as [[UInt8]])
    func broken(_ bytes: [UInt8]) throws {
        let node = try SharedNode.plain()
        let client = try TestWebSocket(node.webSocketURL("/ws/closing"))
        try client.sendRaw(bytes)
        let end = try rest(client)
        #expect(end.bytes.starts(with: [0x88]) && end.bytes.dropFirst(2).starts(with: [0x03, 0xEA]), "\(end.bytes)")
        #expect(end.bytes.count == 2 + Int(end.bytes[1]), "one Close and nothing behind it")
        #expect(end.seconds < 0.7, "\(end.seconds) s")
    }

    @Test("after a Close nothing is delivered to its sender, and nothing it sends is read")
    func nothingAfterClose() throws {
        let node = try RookeryServer()
        let other = try TestWebSocket(node.webSocketURL("/ws/other"))
        for _ in 0..<20 {
            let client = try TestWebSocket(node.webSocketURL("/ws/1"))
            let late = WireFrame.text("late").bytes + WireFrame.ping([1]).bytes + [0xFF, 0xFF]
            // Messages of another client are under way while the closing one leaves.
            try other.sendRaw((0..<50).flatMap { WireFrame.text("\($0)").bytes })
            try client.sendRaw(WireFrame.close(1000).bytes + late)
            let end = try rest(client)
            #expect(end.bytes.suffix(4) == [0x88, 0x02, 0x03, 0xE8])
            var lines: [String] = []
            while lines.last != "Client #1 left the chat" { lines.append(try other.receiveText()) }
            #expect(!lines.contains("Client #1 says: late"))
            while lines.count < 51 { lines.append(try other.receiveText()) }
        }
    }
}
