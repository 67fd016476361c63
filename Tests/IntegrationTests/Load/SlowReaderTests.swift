// Readers that are slow, stall or vanish: the others do not notice, memory stays bounded, the culprit goes.
import TestSupport
import Testing

@Suite("A slow reader harms nobody else", .needs(.rookery), .ownsWhatItStarts, .serialized)
struct SlowReaderTests {
    @Test(
        "W6 a stalled reader on a busy channel is cut off; the others keep their latency, memory stays bounded",
        .unsanitized())
    func stalled() throws {
        let node = try RookeryServer()
        let others = try ManyClients(10, port: node.port, path: { "/ws/\($0)" })
        let stalled = try TestWebSocket(node.webSocketURL("/ws/stalled"), receiveBufferBytes: 4096)
        sleep(milliseconds: 100)
        let before = node.process.residentBytes
        others.startSending(from: [0], perSecond: 60, bytes: 16_384)
        try wait(until: "the stalled reader is cut off", seconds: 30) {
            try node.metric("rookery_closed_total", ["reason": "slow"]) == 1
        }
        sleep(milliseconds: 500)
        others.stopSending()
        let grown = node.peakResidentBytes - before
        #expect(grown < 16 << 20, "resident memory grew by \(grown >> 10) KiB")
        sleep(milliseconds: 500)
        let statistics = others.statistics
        #expect(statistics.open == 10)
        #expect(statistics.violations.isEmpty)
        #expect(statistics.missing == 0)
        #expect(statistics.received >= 10 * statistics.sent)
        #expect(statistics.latency.p99 < 500, "p99 \(statistics.latency.p99) ms")
        // Whatever it still finds: whole messages, then Close 3008 or a reset, and nothing more.
        #expect([3008, 1006].contains(try stalled.receiveCloseCode()))
    }

    @Test("W6 a reader that reads on after it was given up gets whole messages and then Close 3008")
    func lateReader() throws {
        let node = try RookeryServer(["--max-queue-bytes", "131072", "--socket-send-buffer", "16384"])
        let slow = try TestWebSocket(node.webSocketURL("/ws/slow"), receiveBufferBytes: 65_536)
        let sender = try TestWebSocket(node.webSocketURL("/ws/sender"))
        var sent = 0
        var queued = 0
        // Message by message, until the node gives the reader up and drops what waits for it.
        while true {
            try sender.sendText(NumberedMessage(sender: 1, sequence: sent).text(bytes: 16_384))
            _ = try sender.receiveText()
            sent += 1
            let now = try node.metric("rookery_queue_bytes")
            if now < queued - 50_000 { break }
            queued = now
            if sent > 200 { throw KitError("the reader is not given up after \(sent) messages, \(queued) bytes wait") }
        }
        var order = OrderCheck()
        var got = 0
        var code: Int?
        while code == nil {
            switch try slow.receive() {
            case .text(let text):
                NumberedMessage(text).map { order.receive($0) }
                got += 1
            case .close(let received, _): code = received
            case let other: throw KitError("unexpected: \(other)")
            }
        }
        #expect(code == 3008)
        #expect(got > 0 && got < sent)
        #expect(order.violations.isEmpty && order.missing == 0)
    }

    @Test("W7 ten pings get ten pongs, in order, between messages")
    func pings() throws {
        let node = try RookeryServer(["--echo"])
        let client = try TestWebSocket(node.webSocketURL("/echo"))
        var bytes: [UInt8] = []
        for number in UInt8(0)..<10 {
            bytes += WireFrame.ping([number]).bytes + WireFrame.text("\(number)").bytes
        }
        try client.sendRaw(bytes)
        var pongs: [TestWebSocket.Event] = []
        var texts: [TestWebSocket.Event] = []
        for _ in 0..<20 {
            let event = try client.receive()
            if case .pong = event { pongs.append(event) } else { texts.append(event) }
        }
        #expect(pongs == (UInt8(0)..<10).map { .pong([$0]) })
        #expect(texts == (0..<10).map { .text("\($0)") })
    }

}
