// Many connections at once: opened and dropped, silent, dribbling, loud, more than there are descriptors.
import TestSupport
import Testing

@Suite("A node stands a crowd", .needs(.rookery), .ownsWhatItStarts, .serialized)
struct CrowdTests {
    @Test("5,000 connections opened and dropped leave nothing behind")
    func openedAndDropped() throws {
        let node = try RookeryServer(["--echo"])
        let descriptors = node.process.descriptorCount
        let clients = try ManyClients(5000, port: node.port, path: { _ in "/echo" })
        #expect(try node.metric("rookery_websockets") == 5000)
        clients.end(0..<2000, .reset)
        clients.end(2000..<4000, .vanish)
        clients.end(4000..<5000, .close)
        try wait(until: "all are gone", seconds: 20) { try node.metric("rookery_websockets") == 0 }
        try wait(until: "descriptors are back") { node.process.descriptorCount <= descriptors + 2 }
        let client = try TestWebSocket(node.webSocketURL("/echo"))
        try client.sendText("still here")
        #expect(try client.receiveText() == "still here")
    }

    @Test("500 clients that come and go in the chat each leave it once")
    func comeAndGo() throws {
        let node = try RookeryServer()
        let witness = try TestWebSocket(node.webSocketURL("/ws/witness"))
        let clients = try ManyClients(500, port: node.port, path: { "/ws/\($0)" })
        clients.end(0..<250, .reset)
        clients.end(250..<500, .vanish)
        let lines = try witness.receiveTexts(500, seconds: 20)
        #expect(Set(lines) == Set((0..<500).map { "Client #\($0) left the chat" }))
        #expect(try witness.receiveIfAny(seconds: 0.3) == nil)
    }

    @Test("E10 1,200 connections spread over four loops within 20 %")
    func balance() throws {
        let node = try RookeryServer(["--echo", "--threads", "4"])
        let clients = try ManyClients(1200, port: node.port, path: { _ in "/echo" })
        let counts = try node.metrics().samples.filter { $0.name == "rookery_thread_connections" }.map(\.value)
        #expect(counts.count == 4)
        for count in counts { #expect((240...360).contains(count), "\(counts)") }
        // Also after some have left: newcomers fill the gaps.
        clients.end(0..<600, .reset)
        try wait(until: "half are gone") { try node.metric("rookery_websockets") == 600 }
        let more = try ManyClients(600, port: node.port, path: { _ in "/echo" })
        let later = try node.metrics().samples.filter { $0.name == "rookery_thread_connections" }.map(\.value)
        for count in later { #expect((240...360).contains(count), "\(later)") }
        withExtendedLifetime(more) {}
    }

    @Test("E1 200 sockets with 64 descriptors: no spin, and service again when some close")
    func outOfDescriptors() throws {
        let node = try RookeryServer(["--echo"], descriptorLimit: 64)
        var sockets: [StreamSocket] = []
        for _ in 0..<200 {
            if let socket = try? StreamSocket(port: node.port, seconds: 0.5) { sockets.append(socket) }
        }
        sleep(milliseconds: 300)
        let before = node.process.processorSeconds
        sleep(milliseconds: 2000)
        let used = (node.process.processorSeconds - before) / 2
        #expect(used < 0.1, "\(Int(used * 100)) % of a processor while nothing can be accepted")
        #expect(node.process.isRunning)
        for socket in sockets { socket.close() }
        try wait(until: "it serves again") {
            guard let client = try? TestWebSocket(node.webSocketURL("/echo"), seconds: 1) else { return false }
            try client.sendText("back")
            return try client.receiveText() == "back"
        }
    }

    @Test("E7 one client that never stops sending does not starve 200 quiet ones")
    func loud() throws {
        let node = try RookeryServer(["--echo"])
        let quiet = try ManyClients(200, port: node.port, path: { _ in "/echo" })
        // The loud one reads too, or it would only be a slow reader.
        let loud = try ManyClients(1, port: node.port, path: { _ in "/echo" })
        loud.startSending(from: [0], perSecond: 4000, bytes: 8192)
        sleep(milliseconds: 300)
        quiet.resetLatency()
        quiet.startSending(from: 0..<200, perSecond: 200)
        sleep(milliseconds: 2500)
        quiet.stopSending()
        sleep(milliseconds: 300)
        let statistics = quiet.statistics
        #expect(statistics.received == statistics.sent)
        #expect(statistics.latency.p99 < 500, "p99 \(statistics.latency.p99) ms")
    }

    @Test("W14 2,000 silent sockets end at the handshake's deadline; a person connects meanwhile")
    func silent() throws {
        ManyClients.raiseDescriptorLimit()
        let node = try RookeryServer(["--echo", "--handshake-timeout", "1s"])
        let start = monotonicNanoseconds()
        let sockets = try (0..<2000).map { _ in try StreamSocket(port: node.port) }
        let client = try TestWebSocket(node.webSocketURL("/echo"))
        try client.sendText("hello")
        #expect(try client.receiveText() == "hello")
        for socket in sockets { _ = try socket.receiveToEnd(seconds: 10) }
        let seconds = Double(monotonicNanoseconds() - start) / 1e9
        #expect(seconds < 8)
        try wait(until: "all are gone") { try node.metric("rookery_connections") <= 2 }
    }

    @Test("W14 over --max-connections newcomers get 503, over --max-connections-per-address 429")
    func limits() throws {
        let node = try RookeryServer(["--echo", "--max-connections", "3"])
        let clients = try (0..<3).map { _ in try TestWebSocket(node.webSocketURL("/echo")) }
        #expect(try Handshakes.status(of: "/echo", on: node) == 503)
        try clients[0].close()
        try wait(until: "there is room again") { (try? Handshakes.status(of: "/echo", on: node)) == 101 }
        let perAddress = try RookeryServer(["--echo", "--max-connections-per-address", "2"])
        let two = try (0..<2).map { _ in try TestWebSocket(perAddress.webSocketURL("/echo")) }
        #expect(try Handshakes.status(of: "/echo", on: perAddress) == 429)
        withExtendedLifetime((clients, two)) {}
    }

    @Test("H6 500 dribbling heads end at the deadline with 408; one normal user is served meanwhile")
    func dribble() throws {
        let node = try RookeryServer(["--handshake-timeout", "1500ms"])
        let sockets = try (0..<500).map { _ in try StreamSocket(port: node.port) }
        let head = Array("GET / HTTP/1.1\r\nHost: localhost\r\nX: y".utf8)
        let deadline = Deadline(seconds: 2.5)
        var position = 0
        while !deadline.hasPassed {
            for socket in sockets { _ = try? socket.sendWhatFits(head[(position % head.count)...].prefix(1)) }
            position += 1
            #expect(try node.get("/health/live").status == 200)
            sleep(milliseconds: 100)
        }
        var answers = 0
        for socket in sockets {
            let text = String(decoding: try socket.receiveToEnd(seconds: 5), as: UTF8.self)
            if text.hasPrefix("HTTP/1.1 408 ") { answers += 1 }
        }
        // A reset may overtake some answers: bytes were still coming.
        #expect(answers > 250, "\(answers) of 500 were told")
    }

    @Test("H5 a hundred thousand headers, or one of a mebibyte, get 431 before they are all read")
    func headerFlood() throws {
        let node = try RookeryServer()
        let before = node.process.residentBytes
        for flood in [
            String(repeating: "A: b\r\n", count: 100_000), "X: " + String(repeating: "x", count: 1 << 20) + "\r\n",
        ] {
            let connection = try RawHTTP(port: node.port)
            try connection.send("GET / HTTP/1.1\r\nHost: localhost\r\n")
            try? connection.send(flood)
            #expect(try connection.response().status == 431)
        }
        #expect(node.peakResidentBytes - before < 4 << 20)
    }

    @Test("H8 pipelined requests are answered in order, and nothing after an error")
    func pipelining() throws {
        let node = try RookeryServer()
        let connection = try RawHTTP(port: node.port)
        let good = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
        let bad = "GET / HTTP/1.1\r\nHost: localhost\r\nBad header : x\r\n\r\n"
        try connection.send(String(repeating: good, count: 1000) + bad + good)
        for _ in 0..<1000 { #expect(try connection.response().status == 200) }
        #expect(try connection.response().status == 400)
        #expect(try connection.socket.receiveToEnd().isEmpty)
    }

    @Test("2,000 stalled readers leave resident memory and the kernel's TCP memory below the documented bound", .slow())
    func stalledReaders() throws {
        let total = 64 << 20
        let sendBuffer = 64 << 10
        let node = try RookeryServer([
            "--relay", "hot", "--max-queue-total", "64MiB", "--socket-send-buffer", "64KiB", "--max-queue-time", "60s",
        ])
        let before = node.process.residentBytes
        let kernelBefore = try KernelMemory.tcpBytes()
        let stalled = try ManyClients(2000, port: node.port, path: { _ in "/relay/hot" }, receiveBufferBytes: 4096)
        stalled.stopReading(0..<2000)
        let sender = try ManyClients(1, port: node.port, path: { _ in "/relay/hot" })
        sender.startSending(from: [0], perSecond: 100, bytes: 16_384)
        var kernelPeak = 0
        for _ in 0..<100 {
            sleep(milliseconds: 100)
            kernelPeak = max(kernelPeak, try KernelMemory.tcpBytes())
        }
        sender.stopSending()
        #expect(sender.statistics.open == 1)
        #expect(sender.statistics.missing == 0)
        let grown = node.peakResidentBytes - before
        #expect(grown < total + 2000 * 16_384, "resident memory grew by \(grown >> 20) MiB")
        // The kernel counts twice what is asked for (socket(7), SO_SNDBUF), and its own bookkeeping.
        let kernel = kernelPeak - kernelBefore
        #expect(kernel < 2000 * (2 * sendBuffer + 16_384), "the kernel's TCP memory grew by \(kernel >> 20) MiB")
        print("stalled readers: resident +\(grown >> 20) MiB, kernel +\(kernel >> 20) MiB")
    }
}
