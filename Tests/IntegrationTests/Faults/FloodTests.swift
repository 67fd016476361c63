// Clients that say too much: fragments, pings, messages.
import Foundation
import TestSupport
import Testing

extension Faults {
    @Suite("Floods")
    struct FloodTests {
        @Test("W3 endless tiny fragments on 50 sockets end with 1009 and leave the memory as it was", .unsanitized())
        func tinyFragments() throws {
            let server = try RookeryServer(["--echo", "--max-message-bytes", "16KiB"])
            let sockets = try (0..<50).map { _ in try TestWebSocket(server.webSocketURL("/echo")) }
            let before = server.residentBytes
            // Most break the limit of bytes, every tenth (with empty fragments) only that of fragments.
            let fragments = [[120], []].map { (payload: [UInt8]) in
                (first: WireFrame(opcode: 1, payload), next: WireFrame(opcode: 0, payload))
            }.map {
                (
                    first: $0.with { $0.fin = false }.bytes,
                    burst: Array(repeatElement($1.with { $0.fin = false }.bytes, count: 1_000).joined())
                )
            }
            var open: [(kind: Int, socket: TestWebSocket)] = []
            for (index, socket) in sockets.enumerated() {
                open.append((index % 10 == 0 ? 1 : 0, socket))
                try socket.sendRaw(fragments[open[index].kind].first)
            }
            for _ in 0..<130 where !open.isEmpty {
                open.removeAll { kind, socket in
                    (try? socket.socket.send(fragments[kind].burst, seconds: 20)) == nil
                }
            }
            for socket in sockets { #expect(try socket.receiveCloseCode(seconds: 20) == 1009) }
            #expect(try server.closes("message_too_big") == 50)
            let grown = server.peakResidentBytes - before
            #expect(grown < 12 << 20, "\(grown >> 10) KiB more")
            #expect(server.serves())
        }

        @Test("W3 a message that dribbles in for ever ends with 1008, although each byte is a sign of life", .slow())
        func endlessMessage() throws {
            let server = try RookeryServer()
            let socket = try TestWebSocket(server.webSocketURL("/ws/1"))
            try socket.send(WireFrame.text("x").with { $0.fin = false })
            let deadline = Deadline(seconds: 60)
            var code: Int?
            while code == nil, !deadline.hasPassed {
                try? socket.send(WireFrame.continuation([120]).with { $0.fin = false })
                if case .close(let received, _) = try socket.receiveIfAny(seconds: 0.5) { code = received }
            }
            #expect(code == 1008)
        }

        @Test("W7 a million pings of a client that does not read cost no memory; the newest pong comes at the end")
        func pingFlood() throws {
            let server = try RookeryServer(["--max-queue-time", "10m", "--socket-send-buffer", "16KiB"])
            let socket = try TestWebSocket(server.webSocketURL("/ws/1"), receiveBufferBytes: 4_096)
            let before = server.residentBytes
            var most = before
            let number: (Int) -> [UInt8] = {
                [UInt8($0 >> 24 & 255), UInt8($0 >> 16 & 255), UInt8($0 >> 8 & 255), UInt8($0 & 255)]
            }
            for start in stride(from: 0, to: 1_000_000, by: 10_000) {
                var burst: [UInt8] = []
                // Written out here: a million frames through WireFrame would take longer than the test.
                for ping in start..<start + 10_000 { burst += [0x89, 0x84, 0, 0, 0, 0] + number(ping) }
                try socket.socket.send(burst, seconds: 30)
                if start % 100_000 == 0 { most = max(most, server.residentBytes) }
            }
            most = max(most, server.residentBytes)
            #expect(Programs.isSanitized || most - before < 8 << 20, "\((most - before) >> 10) KiB more")
            var last = -1
            var pongs = 0
            while last < 999_999 {
                guard case .pong(let payload) = try socket.receive(seconds: 20), payload.count == 4 else { break }
                let pong = payload.reduce(0) { $0 << 8 | Int($1) }
                #expect(pong > last)
                last = pong
                pongs += 1
            }
            #expect(last == 999_999)
            #expect(pongs < 500_000, "the socket was never blocked: the test proves nothing")
            try socket.sendText("still here")
            #expect(try socket.receiveText() == "Client #1 says: still here")
        }

        @Test("E7 a client that sends as fast as it can does not keep the quiet ones waiting")
        func flooder() throws {
            let server = try RookeryServer(["--echo", "--threads", "1"])
            let quiet = try ManyClients(100, port: server.port, path: { "/ws/\($0)" })
            let flooder = try TestWebSocket(server.webSocketURL("/echo"))
            let flood = Flood(flooder, frame: WireFrame.text("x").bytes)
            flood.start()
            defer { flood.stop() }
            try wait(until: "the flood has begun") { flood.sentFrames > 100_000 }
            quiet.resetLatency()
            for _ in 0..<20 {
                quiet.sendNumbered(from: [0, 50])
                sleep(milliseconds: 50)
            }
            try quiet.waitForReceived(20 * 2 * 100, seconds: 30)
            let before = flood.sentFrames
            try wait(until: "the flood goes on") { flood.sentFrames > before }
            let statistics = quiet.statistics
            #expect(statistics.open == 100)
            #expect(statistics.violations.isEmpty)
            #expect(statistics.latency.p99 < 1_000, "p99 is \(statistics.latency.p99) ms")
        }

        @Test(
            "E7 who sends faster than --max-message-rate is read later: nothing is lost, nothing refused, others do not wait"
        )
        func pace() throws {
            let server = try RookeryServer(["--echo", "--threads", "1", "--max-message-rate", "20"])
            let hasty = try TestWebSocket(server.webSocketURL("/echo"))
            let calm = try TestWebSocket(server.webSocketURL("/echo"))
            let started = Deadline(seconds: 1.5)
            // Three seconds of messages at once: a burst of 20, then 20 a second. The Close behind them waits its turn, too.
            var all: [UInt8] = []
            for number in 0..<60 { all += WireFrame.text("\(number)").bytes }
            try hasty.socket.send(all + WireFrame.close(1000).bytes, seconds: 10)
            for number in 0..<60 {
                if number.isMultiple(of: 10) {
                    try calm.send(.text("here"))
                    #expect(try calm.receiveText(seconds: 10) == "here")
                }
                #expect(try hasty.receiveText(seconds: 10) == "\(number)")
            }
            #expect(started.hasPassed, "60 messages at 20 a second take two seconds")
            #expect(try hasty.receiveCloseCode(seconds: 10) == 1000)
        }

        @Test(
            "E7 a peer that is gone while it rests is noticed at once, and the loop does not spin",
            .timeLimit(.minutes(1)))
        func goneWhileResting() throws {
            let server = try RookeryServer(["--threads", "1", "--max-message-rate", "1"])
            let witness = try TestWebSocket(server.webSocketURL("/ws/witness"))
            let hasty = try TestWebSocket(server.webSocketURL("/ws/hasty"))
            var all: [UInt8] = []
            for number in 0..<20 { all += WireFrame.text("\(number)").bytes }
            try hasty.sendRaw(all)
            #expect(try witness.receiveText() == "Client #hasty says: 0")
            hasty.reset()
            var last = ""
            while !last.hasSuffix("left the chat") { last = try witness.receiveText() }
            // A loop that is told of the hang-up and does nothing turns a hundred thousand times until the rest is over.
            let turns = try server.metric("rookery_turns_total")
            #expect(turns < 2_000, "\(turns) turns")
        }
    }
}
