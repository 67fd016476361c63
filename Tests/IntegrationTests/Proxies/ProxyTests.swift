// Behind real reverse proxies: the tunnel works, nothing is smuggled, the client's address is the right one.
import TestSupport
import Testing

@Suite(
    "A node behind nginx and haproxy", .needs(.rookery), .needs(.nginx), .needs(.haproxy), .ownsWhatItStarts,
    .serialized)
struct ProxyTests {
    private func proxies(_ node: RookeryServer) throws -> [any ReverseProxy] {
        [try NginxServer(to: node.port), try HAProxyServer(to: node.port)]
    }

    @Test("messages pass through both")
    func messages() throws {
        let node = try RookeryServer(["--open"])
        for proxy in try proxies(node) {
            let client = try TestWebSocket(
                "ws://127.0.0.1:\(proxy.port)/ws/1", followedBy: WireFrame.text("early").bytes)
            #expect(try client.receiveText() == "Client #1 says: early")
            let long = String(repeating: "ü", count: 20_000)
            try client.sendText(long)
            #expect(try client.receiveText() == "Client #1 says: " + long)
            try client.close()
        }
    }

}
