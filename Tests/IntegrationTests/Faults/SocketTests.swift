// What sockets do behind our back: resets, half closes, none left.
import Foundation
import TestSupport
import Testing

extension Faults {
    @Suite("Sockets")
    struct SocketTests {
        @Test("E1 out of descriptors, newcomers wait or are refused, those inside go on, and later everyone comes in")
        func outOfDescriptors() throws {
            let server = try RookeryServer(
                ["--echo", "--keep-alive-timeout", "60m", "--handshake-timeout", "60m"], descriptorLimit: 64)
            let inside = try TestWebSocket(server.webSocketURL("/echo"))
            for round in 0..<2 {
                let sockets = try (0..<200).map { _ in try StreamSocket(port: server.port) }
                try wait(until: "its descriptors are used up") { server.process.descriptorCount >= 60 }
                let before = server.process.processorSeconds
                for number in 0..<10 {
                    try inside.sendText("\(round) \(number)")
                    #expect(try inside.receiveText() == "\(round) \(number)")
                    sleep(milliseconds: 100)
                }
                let used = server.process.processorSeconds - before
                #expect(used < 0.3, "\(used) s of processor time in one second")
                for socket in sockets { socket.close() }
                try wait(until: "it serves again") { server.serves() }
            }
            #expect(server.process.descriptorCount < 40)
        }

        @Test("E3 a caller that resets its connection before it is accepted harms nobody")
        func resetBeforeAccept() throws {
            let server = try RookeryServer()
            let client = try TestWebSocket(server.webSocketURL("/ws/1"))
            // While the node stands still, callers come and go in its backlog.
            server.process.stop()
            for number in 0..<300 {
                let socket = try StreamSocket(port: server.port)
                if number % 3 == 0 { try socket.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") }
                if number % 3 == 1 { try socket.send(Handshakes.request("/ws/\(number)", port: server.port)) }
                socket.reset()
            }
            server.process.resume()
            try client.sendText("still here")
            var heard = ""
            while !heard.contains("still here") { heard = try client.receiveText() }
            try client.close()
            try server.waitUntilEmpty()
        }

        @Test("E4 a caller that ends its direction after the request is still answered, in full")
        func halfClose() throws {
            let server = try RookeryServer(["--socket-send-buffer", "4KiB"])
            let whole = try server.get("/style.css").body
            for count in [1, 3, 100] {
                let socket = try StreamSocket(port: server.port, receiveBufferBytes: 4_096)
                try socket.send(String(repeating: "GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n", count: count))
                socket.shutdownWrite()
                sleep(milliseconds: 50)
                let http = RawHTTP(over: socket)
                for _ in 0..<count { #expect(try http.response().body == whole) }
                #expect(try socket.receiveToEnd().isEmpty)
            }
            try server.waitUntilEmpty()
        }

        @Test("E4 messages sent before the end of the stream are delivered, then the client has left")
        func halfCloseOfWebSocket() throws {
            let server = try RookeryServer()
            let witness = try TestWebSocket(server.webSocketURL("/ws/witness"))
            let client = try TestWebSocket(server.webSocketURL("/ws/1"), followedBy: WireFrame.text("one").bytes)
            try client.sendRaw(WireFrame.text("two").bytes + WireFrame.text("cut").bytes.prefix(5))
            client.socket.shutdownWrite()
            #expect(
                try witness.receiveTexts(3) == [
                    "Client #1 says: one", "Client #1 says: two", "Client #1 left the chat",
                ])
        }

        @Test("E5 E6 writing to peers that were reset raises no signal and ends only these connections")
        func writeToReset() throws {
            let server = try RookeryServer(["--threads", "2"])
            let steady = try ManyClients(10, port: server.port, path: { "/ws/steady\($0)" })
            steady.startSending(from: 0..<10, perSecond: 500, bytes: 2_000)
            for _ in 0..<10 {
                let guests = try (0..<20).map {
                    try TestWebSocket(server.webSocketURL("/ws/guest\($0)"), receiveBufferBytes: 4_096)
                }
                // Unread bytes make the kernel answer with RST, in the middle of our writes.
                for guest in guests { guest.vanish() }
            }
            steady.stopSending()
            try server.waitForMetric("rookery_websockets") { $0 == 10 }
            #expect(server.process.isRunning)
            let statistics = steady.statistics
            #expect(statistics.open == 10)
            #expect(statistics.violations.isEmpty)
            try steady.waitForReceived(10 * (statistics.sent + 200))
            #expect(steady.statistics.missing == 0)
            #expect(try server.closes("vanished") == 200)
        }

        @Test("E5 a peer that has ended its direction and is reset while answers wait ends quietly")
        func resetAfterHalfClose() throws {
            let server = try RookeryServer(["--socket-send-buffer", "4KiB"])
            let requests = String(repeating: "GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 200)
            let sockets = try (0..<20).map { _ in
                let socket = try StreamSocket(port: server.port, receiveBufferBytes: 4_096)
                try socket.send(requests)
                socket.shutdownWrite()
                return socket
            }
            try server.waitForMetric("rookery_slow_connections") { $0 == 20 }
            // After the peer's FIN a reset makes the next write fail with EPIPE, which would raise SIGPIPE.
            for socket in sockets { socket.reset() }
            try wait(until: "all have ended") {
                server.process.isRunning ? try server.metric("rookery_connections") == 1 : true
            }
            #expect(server.process.isRunning, "\(String(describing: server.process.exitStatus))")
        }

        @Test("5,000 connections opened and dropped leave no counter and no memory behind")
        func openedAndDropped() throws {
            let server = try RookeryServer(["--echo", "--threads", "2"])
            func round() throws {
                let clients = try ManyClients(2_500, port: server.port, path: { $0 % 2 == 0 ? "/echo" : "/ws/\($0)" })
                clients.end(0..<2_500, .reset)
                clients.release()
                try server.waitUntilEmpty(seconds: 30)
            }
            try round()
            let after = server.residentBytes
            try round()
            // What the first round has allocated serves the second.
            #expect(
                Programs.isSanitized || server.residentBytes - after < 4 << 20,
                "\((server.residentBytes - after) >> 10) KiB more")
        }
    }
}
