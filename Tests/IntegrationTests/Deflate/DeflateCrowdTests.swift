// Compression and many connections: compressed once for all, and nothing per connection that is idle.
import TestSupport
import Testing
import WSProtocol

@Suite("A crowd with and without compression", .needs(.rookery), .ownsWhatItStarts, .serialized)
struct DeflateCrowdTests {
    private let line = DeflateTests.line

    @Test("a broadcast to 500 subscribers, half of them compressed, on two loops, is compressed once")
    func compressedOnce() throws {
        let node = try RookeryServer(["--threads", "2"])
        let plain = try ManyClients(250, port: node.port, path: { "/ws/p\($0)" })
        let deflated = try (0..<250).map {
            try TestWebSocket(node.webSocketURL("/ws/d\($0)"), deflate: [DeflateOffer()])
        }
        #expect(try node.metric("rookery_deflated_websockets") == 250)
        #expect(try node.metric("rookery_websockets") == 500)
        for (count, sender) in deflated.prefix(3).enumerated() {
            try sender.sendText(line)
            for client in deflated { #expect(try client.receiveText() == "Client #d\(count) says: \(line)") }
            try wait(until: "the others have it") { (0..<250).allSatisfy { plain.received(by: $0) == count + 1 } }
            #expect(try node.metric("rookery_deflated_messages_total") == count + 1)
        }
        // Who asks for a smaller window is compressed for apart.
        var narrow = DeflateOffer()
        narrow.serverMaxWindowBits = 9
        let others = try (0..<10).map { try TestWebSocket(node.webSocketURL("/ws/n\($0)"), deflate: [narrow]) }
        try others[0].sendText(line)
        for client in others + deflated { #expect(try client.receiveText() == "Client #n0 says: \(line)") }
        #expect(try node.metric("rookery_deflated_messages_total") == 3 + 2)
        #expect(plain.statistics.problems.isEmpty)
    }

    @Test("W5 3,000 idle connections with compression cost what 3,000 without it do", .unsanitized())
    func idle() throws {
        let offer = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
        var grown: [Int] = []
        for headers in [[], offer] {
            let node = try RookeryServer(["--threads", "1"])
            let first = try TestWebSocket(
                node.webSocketURL("/ws/first"), deflate: headers.isEmpty ? [] : [DeflateOffer()])
            try first.sendText("warm")
            _ = try first.receiveText()
            let before = node.process.residentBytes
            let clients = try ManyClients(3_000, port: node.port, path: { "/ws/\($0)" }, headers: headers)
            #expect(try node.metric("rookery_deflated_websockets") == (headers.isEmpty ? 0 : 3_001))
            grown.append(node.process.residentBytes - before)
            withExtendedLifetime(clients) {}
        }
        print("3,000 idle: +\(grown[0] / 3_000) bytes each without, +\(grown[1] / 3_000) with compression")
        #expect(abs(grown[1] - grown[0]) < 3_000 * 64, "\(grown)")
    }
}
