// The kit's load, on somebody else's server.
import TestSupport
import Testing

@Suite("The kit's many clients load a server", .needs(.pythonPackages), .ownsWhatItStarts)
struct ManyClientsTests {
    @Test("200 clients send numbered messages and get each of their own back, in order")
    func echo() throws {
        let peer = try PythonPeer("echo_server.py")
        let clients = try ManyClients(200, port: peer.port, path: { "/\($0)" })
        for _ in 0..<10 { clients.sendNumbered(from: 0..<200, bytes: 200) }
        clients.sendNumbered(from: [3], bytes: 70_000)
        try clients.waitForReceived(2001)
        let statistics = clients.statistics
        #expect(statistics.open == 200)
        #expect(statistics.sent == 2001)
        #expect(statistics.violations.isEmpty)
        #expect(statistics.missing == 0)
        #expect(statistics.latency.count == 2001)
        #expect(clients.newest(of: 3, at: 3) == 10)
        #expect(clients.received(by: 4) == 10)
    }

    @Test("a rate is kept, and those who end are gone for the server")
    func rateAndEnd() throws {
        let peer = try PythonPeer("echo_server.py")
        let clients = try ManyClients(30, port: peer.port, path: { "/\($0)" })
        clients.startSending(from: 0..<30, perSecond: 300)
        sleep(milliseconds: 500)
        clients.stopSending()
        let sent = clients.statistics.sent
        #expect((100...200).contains(sent))
        try clients.waitForReceived(sent)
        clients.end(0..<10, .close)
        clients.end(10..<20, .reset)
        clients.end(20..<25, .vanish)
        clients.send("close 4000", from: 25)
        try wait(until: "the server has closed one") { clients.statistics.closedByServer == [4000: 1] }
        #expect(clients.statistics.open == 4)
        #expect(clients.statistics.problems.isEmpty)
    }

    @Test("a server that doubles, swaps or drops messages is found out")
    func violations() {
        var order = OrderCheck()
        for number in [0, 1, 2, 5, 4, 5, 6] { order.receive(NumberedMessage(sender: 1, sequence: number)) }
        #expect(order.violations.count == 2)
        #expect(order.missing == 2)
        #expect(
            NumberedMessage("Client #7 says: ~12 34 56~....")
                == NumberedMessage(sender: 12, sequence: 34, sentNanoseconds: 56))
        #expect(NumberedMessage("Client #7 left the chat") == nil)
    }

    @Test("percentiles are within one bucket")
    func histogram() {
        var histogram = LatencyHistogram()
        for milliseconds in 1...1000 { histogram.record(nanoseconds: UInt64(milliseconds) * 1_000_000) }
        #expect((500...540).contains(histogram.p50))
        #expect((990...1060).contains(histogram.p99))
    }
}
