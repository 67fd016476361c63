// permessage-deflate with real peers: what another implementation and a browser negotiate, send and read.
import Foundation
import TestSupport
import Testing
import WSProtocol

@Suite("RFC 7692 with other implementations", .needs(.rookery), .ownsWhatItStarts, .serialized)
struct DeflateTests {
    /// Compresses well.
    static let line = String(
        repeating: "{\"type\":\"message\",\"from\":\"ada\",\"text\":\"the quick brown fox\"} ", count: 30)

    @Test("messages of every kind go both ways to websockets with every parameter and window", .needs(.pythonPackages))
    func websockets() throws {
        let node = try RookeryServer(["--echo", "--threads", "2"])
        let lines = try Self.talk(to: node.port)
        #expect(lines.count == 22 && lines.last == "done", "\(lines)")
        for line in lines.dropLast() {
            #expect(line.contains("-> permessage-deflate; server_no_context_takeover; client_no_context_takeover"))
            // What is asked of us stands in the answer; what the client limits itself to does not.
            let asked = line.prefix { $0 != ">" }
            #expect(asked.contains("server_max_window_bits") == line.hasSuffix(Self.asked(asked)), "\(line)")
        }
        #expect(try node.metric("rookery_deflated_messages_total") > 1_000)
        #expect(try node.metric("rookery_deflated_websockets") == 0)
        #expect(try node.metric("rookery_closed_total", ["reason": "normal"]) == 21)
    }

    /// What `deflate_client.py` prints, line by line, for every `step`-th set of parameters.
    static func talk(to port: Int, step: Int = 1) throws -> [String] {
        let python = try #require(PythonEnvironment.interpreter)
        let script = PackageFolder.path("Tests/IntegrationTests/Peers/deflate_client.py")
        let process = try ChildProcess(python, [script, String(port), String(step)])
        #expect(process.waitForExit(seconds: 120) == .exited(0), "\(process.output.suffix(500))")
        return process.output.split(separator: "\n").map(String.init)
    }

    /// `; server_max_window_bits=10` for an offer of that; else something no answer ends with.
    private static func asked(_ offer: Substring) -> String {
        for bits in 8...15 where offer.contains("'server_max_window_bits': \(bits)") {
            return "; server_max_window_bits=\(bits)"
        }
        return "nothing asked"
    }

    @Test(
        "through nginx and haproxy the extension and its messages pass", .needs(.pythonPackages), .needs(.nginx),
        .needs(.haproxy))
    func proxies() throws {
        let node = try RookeryServer(["--open", "--echo"])
        let proxies: [any ReverseProxy] = [try NginxServer(to: node.port), try HAProxyServer(to: node.port)]
        for proxy in proxies {
            let before = try node.metric("rookery_deflated_messages_total")
            // No parameters, one, and three at once: a proxy does not know what they mean.
            let lines = try Self.talk(to: proxy.port, step: 10)
            #expect(lines.count == 4 && lines.last == "done" && !lines.contains { $0.contains("failed") }, "\(lines)")
            #expect(lines.dropLast().allSatisfy { $0.contains("-> permessage-deflate; ") }, "\(lines)")
            #expect(try node.metric("rookery_deflated_messages_total") > before + 150)
        }
    }

    @Test("a browser negotiates it: what the page says and hears crosses compressed", .needs(.chromium))
    func browser() throws {
        let node = try RookeryServer()
        let browser = try Chromium()
        let tab = try ChatTab(browser.open(node.pageURL()))
        try tab.waitUntilConnected()
        #expect(try node.metric("rookery_deflated_websockets") == 1)
        let received = try node.metric("rookery_received_bytes_total")
        let said = String(repeating: "again ", count: 500)
        try tab.say(said + "end")
        try tab.waitUntilSent("again end")
        #expect(try node.metric("rookery_deflated_messages_total") == 1, "the echo of 3 KB")
        #expect(try node.metric("rookery_deflated_bytes_total", ["stage": "before"]) > 3_000)
        #expect(try node.metric("rookery_deflated_bytes_total", ["stage": "after"]) < 200)
        // Asking for metrics is received, too.
        #expect(
            try node.metric("rookery_received_bytes_total") - received < 2_000, "the browser compressed what it said")
        #expect(try tab.tab.problems().isEmpty)
    }

    @Test("--deflate off declines every offer; level and threshold do what they say")
    func settings() throws {
        let off = try RookeryServer(["--echo", "--deflate", "off"])
        let plain = try TestWebSocket(off.webSocketURL("/echo"), deflate: [DeflateOffer()])
        #expect(!plain.responseHead.contains("permessage-deflate"))
        try plain.sendText(Self.line)
        #expect(try plain.receiveText() == Self.line)
        // RSV1 means nothing here.
        try plain.sendRaw(WireFrame(opcode: 1, DeflateFaults.hello).with { $0.reserved = 4 }.bytes)
        #expect(try plain.receiveCloseCode() == 1002)
        #expect(try off.metric("rookery_deflated_messages_total") == 0)

        var sizes: [Int] = []
        for level in ["1", "9"] {
            let node = try RookeryServer(["--echo", "--deflate-level", level, "--deflate-threshold", "100"])
            let client = try TestWebSocket(node.webSocketURL("/echo"), deflate: [DeflateOffer()])
            #expect(client.responseHead.contains("permessage-deflate"))
            try client.sendText(String(Self.line.prefix(99)))
            _ = try client.receiveText()
            #expect(try node.metric("rookery_deflated_messages_total") == 0)
            let text = (0..<400).map { "\($0 * 7_919 % 1_000) the quick brown fox \($0 * 31 % 97) " }.joined()
            try client.sendText(text)
            #expect(try client.receiveText() == text)
            sizes.append(try node.metric("rookery_deflated_bytes_total", ["stage": "after"]))
        }
        #expect(sizes[1] < sizes[0], "\(sizes)")
        for flags in [["--deflate", "yes"], ["--deflate-level", "0"], ["--deflate-level", "10"]] {
            #expect(try RookeryServer.run(flags).exit != .exited(0))
        }
    }

    @Test("a malformed Sec-WebSocket-Extensions is 400, an offer that cannot be accepted is none")
    func offers() throws {
        let node = try RookeryServer(["--echo"])
        let offer = { (value: String) in
            try TestWebSocket(node.webSocketURL("/echo"), headers: ["Sec-WebSocket-Extensions: \(value)"])
        }
        for value in ["permessage-deflate;", "permessage deflate", "; x"] {
            #expect { _ = try offer(value) } throws: { ($0 as? TestWebSocket.Refused)?.response.status == 400 }
        }
        for value in ["permessage-deflate; server_max_window_bits=7", "permessage-deflate; foo", "x-foo"] {
            let client = try offer(value)
            #expect(!client.responseHead.lowercased().contains("sec-websocket-extensions"))
            try client.sendText(Self.line)
            #expect(try client.receiveText() == Self.line)
        }
    }
}
