// Many connections at once: opened and dropped, silent, dribbling, loud, more than there are descriptors.
import TestSupport
import Testing

@Suite("A node stands a crowd", .needs(.rookery), .ownsWhatItStarts, .serialized)
struct CrowdTests {
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

    @Test(
        "W6 2,000 stalled readers leave resident memory and the kernel's TCP memory below the documented bound",
        .unsanitized())
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
        let message = [UInt8](repeating: 120, count: 16_384)
        var kernel = 0
        // A few messages fill the sockets; then ten clients speak in one turn, so that the run for all is long.
        let senders = try (0..<10).map { _ in try TestWebSocket(node.webSocketURL("/relay/hot")) }
        for count in [5, 30, 30, 30] {
            let bytes = Array(repeatElement(WireFrame.binary(message).bytes, count: count / senders.count + 1).joined())
            // Over the limit of all, whoever needs more is closed: also a sender that has not read its own yet.
            for sender in senders { try? sender.sendRaw(bytes) }
            for _ in 0..<5 {
                sleep(milliseconds: 100)
                kernel = max(kernel, try KernelMemory.tcpBytes() - kernelBefore)
            }
        }
        #expect(try node.metric("rookery_closed_total", ["reason": "slow"]) > 0)
        let grown = node.peakResidentBytes - before
        // One begun frame each, what waits for all, what a burst itself holds at its home.
        #expect(grown < total + 2000 * 24_576 + (32 << 20), "resident memory grew by \(grown >> 20) MiB")
        // The kernel counts twice what is asked for (socket(7), SO_SNDBUF), and its own bookkeeping.
        #expect(kernel < 2000 * (2 * sendBuffer + 16_384), "the kernel's TCP memory grew by \(kernel >> 20) MiB")
        print("stalled readers: resident +\(grown >> 20) MiB, kernel +\(kernel >> 20) MiB")
        stalled.end(0..<2000, .reset)
        try wait(until: "the queues are empty", seconds: 20) { try node.metric("rookery_queue_bytes") == 0 }
        try wait(until: "the memory of the queues is given back") {
            node.process.residentBytes - before < total / 4
        }
    }
}
