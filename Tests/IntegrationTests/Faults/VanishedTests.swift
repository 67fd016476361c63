// Peers that are gone without a word, and those that come back again and again.
import Foundation
import Glibc
import TestSupport
import Testing

extension Faults {
    @Suite("Vanished peers")
    struct VanishedTests {
        @Test("W16 a client program that is stopped (SIGSTOP) is gone after ping and pong deadline", .needs(.python))
        func stoppedProcess() throws {
            let server = try RookeryServer(["--ping-interval", "300ms", "--pong-timeout", "500ms"])
            let witness = try TestWebSocket(server.webSocketURL("/ws/witness"))
            let program = """
                import socket, sys
                s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                s.sendall(b"GET /ws/sleeper HTTP/1.1\\r\\nHost: localhost\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n"
                          b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nSec-WebSocket-Version: 13\\r\\n\\r\\n")
                print("connected", flush=True)
                while True:
                    data = s.recv(65536)
                    if not data: break
                    if b"\\x89\\x00" in data: s.sendall(b"\\x8a\\x80\\x00\\x00\\x00\\x00")
                """
            let client = try ChildProcess("python3", ["-c", program, "\(server.port)"])
            try client.waitForOutput("connected")
            try server.waitForMetric("rookery_websockets") { $0 == 2 }
            // It answers pings: it stays.
            #expect(try witness.receiveIfAny(seconds: 1.5) == nil)
            client.stop()
            #expect(try witness.receiveText(seconds: 10) == "Client #sleeper left the chat")
            #expect(try server.closes("pong_timeout") == 1)
            client.resume()
            #expect(try witness.receiveIfAny(seconds: 0.3) == nil)
        }

        @Test("W16 a client that reads but never answers a ping is gone; one that sends anything at all stays")
        func silent() throws {
            let server = try RookeryServer(["--ping-interval", "300ms", "--pong-timeout", "300ms"])
            let silent = try StreamSocket(port: server.port)
            try silent.send(Handshakes.request("/ws/silent", port: server.port))
            let talker = try TestWebSocket(server.webSocketURL("/ws/talker"))
            // Half a frame, byte by byte: a sign of life, too.
            let frame = WireFrame.text(String(repeating: "a", count: 40)).bytes
            for byte in frame.prefix(20) {
                try talker.sendRaw([byte])
                sleep(milliseconds: 100)
            }
            try server.waitForMetric("rookery_closed_total", ["reason": "pong_timeout"]) { $0 == 1 }
            try talker.sendRaw(Array(frame.dropFirst(20)))
            let texts = try talker.receiveTexts(2)
            #expect(texts[0] == "Client #silent left the chat")
            #expect(texts[1].hasPrefix("Client #talker says: aaaa"))
        }

        @Test("W17 E8 clients that come and go in a loop leave no counter behind and hear nothing of another life")
        func reconnectLoop() throws {
            let server = try RookeryServer(["--relay", "", "--threads", "2", "--plain-channels", "room"])
            let witness = try TestWebSocket(server.webSocketURL("/ws/witness"))
            let resident = server.residentBytes
            for round in 0..<200 {
                // Places are used again at once: a message for the former owner of one would be heard by the next.
                let rooms = try (0..<4).map { try TestWebSocket(server.webSocketURL("/relay/room\(round).\($0)")) }
                let chat = try TestWebSocket(server.webSocketURL("/ws/c\(round)?channel=room"))
                for (number, room) in rooms.enumerated() { try room.sendText("\(round) \(number)") }
                try chat.sendText("hello")
                for (number, room) in rooms.enumerated() {
                    if number % 2 == 0 { try room.sendText("late") }
                    #expect(try room.receiveText() == "\(round) \(number)")
                }
                #expect(try chat.receiveText() == "Client #c\(round) says: hello")
                for (number, room) in rooms.enumerated() {
                    switch (number + round) % 3 {
                    case 0: room.reset()
                    case 1: room.vanish()
                    default: try? room.sendClose(1000)
                    }
                }
                chat.reset()
            }
            try witness.sendText("last")
            #expect(try witness.receiveText() == "Client #witness says: last")
            try witness.close()
            try server.waitUntilEmpty()
            let sum = try server.metrics().samples.filter {
                $0.name == "rookery_closed_total" && !["finished", "request_refused"].contains($0.labels["reason"])
            }
            #expect(sum.reduce(0) { $0 + Int($1.value) } == 200 * 5 + 1)
            #expect(Programs.isSanitized || server.residentBytes - resident < 8 << 20)
        }

        @Test("E8 churn under load: everyone who came left once, and nobody heard a message twice or out of order")
        func churn() throws {
            let server = try RookeryServer(["--threads", "2"])
            let steady = try ManyClients(20, port: server.port, path: { "/ws/steady\($0)" })
            let witness = try TestWebSocket(server.webSocketURL("/ws/witness"))
            steady.startSending(from: 0..<20, perSecond: 200)
            for round in 0..<10 {
                let guests = try ManyClients(50, port: server.port, path: { "/ws/guest\(round).\($0)" })
                for guest in 0..<50 { guests.send("hello", from: guest) }
                guests.end(0..<25, .reset)
                guests.end(25..<40, .vanish)
                guests.end(40..<50, .close)
                guests.release()
            }
            steady.stopSending()
            var leaves: [String: Int] = [:]
            try witness.sendText("the end")
            try server.waitForMetric("rookery_websockets") { $0 == 21 }
            while let event = try witness.receiveIfAny(seconds: 1), case .text(let text) = event {
                if text.hasSuffix("left the chat") { leaves[text, default: 0] += 1 }
            }
            #expect(leaves.count == 500)
            #expect(leaves.values.allSatisfy { $0 == 1 })
            let statistics = steady.statistics
            #expect(statistics.open == 20)
            #expect(statistics.violations.isEmpty, "\(statistics.violations.prefix(3))")
        }

        @Test(
            "E8 after many have left in any order, those who stay hear each message once, and newcomers only their own")
        func leavesInAnyOrder() throws {
            let server = try RookeryServer(["--threads", "1", "--relay", ""])
            let clients = try ManyClients(60, port: server.port, path: { "/relay/\($0 % 2 == 0 ? "even" : "odd")" })
            let leaving = (0..<60).filter { $0 % 5 < 3 }
            for client in leaving.sorted(by: { $0 * 37 % 61 < $1 * 37 % 61 }) { clients.end([client], .reset) }
            try server.waitForMetric("rookery_websockets") { $0 == 24 }
            // They take the places that have become free.
            let newcomers = try ManyClients(36, port: server.port, path: { _ in "/relay/new" })
            let staying = (0..<60).filter { $0 % 5 >= 3 }
            clients.sendNumbered(from: staying)
            newcomers.sendNumbered(from: 0..<36)
            let even = staying.count { $0 % 2 == 0 }
            let odd = staying.count - even
            try clients.waitForReceived(even * even + odd * odd)
            try newcomers.waitForReceived(36 * 36)
            sleep(milliseconds: 200)
            for client in staying { #expect(clients.received(by: client) == (client % 2 == 0 ? even : odd)) }
            #expect(clients.statistics.violations.isEmpty)
            #expect(newcomers.statistics.received == 36 * 36)
            #expect(newcomers.statistics.violations.isEmpty)
        }

        @Test("the last words of a thread's only client arrive, and its leave behind them")
        func onlyOneOfItsThread() throws {
            let server = try RookeryServer(["--threads", "4"])
            let witness = try TestWebSocket(server.webSocketURL("/ws/witness"))
            for round in 0..<40 {
                let client = try TestWebSocket(server.webSocketURL("/ws/c\(round)"))
                try client.sendText("last words")
                if round % 2 == 0 { client.socket.shutdownWrite() } else { try client.sendClose() }
                #expect(
                    try witness.receiveTexts(2) == [
                        "Client #c\(round) says: last words", "Client #c\(round) left the chat",
                    ])
            }
        }

        @Test("two clients vanish in the same moment: each leaves exactly once, on every thread", arguments: [1, 4])
        func twoVanish(threads: Int) throws {
            let server = try RookeryServer(["--threads", "\(threads)"])
            let witnesses = try (0..<4).map { try TestWebSocket(server.webSocketURL("/ws/witness\($0)")) }
            let pair = try (1...2).map { try TestWebSocket(server.webSocketURL("/ws/gone\($0)")) }
            for gone in pair { gone.vanish() }
            for witness in witnesses {
                let heard = try witness.receiveTexts(2)
                #expect(Set(heard) == ["Client #gone1 left the chat", "Client #gone2 left the chat"])
                #expect(try witness.receiveIfAny(seconds: 0.1) == nil)
            }
        }

        @Test("a client on another thread than its channel hears its own messages in order, and its leave comes last")
        func orderAcrossThreads() throws {
            let server = try RookeryServer(["--threads", "4", "--relay", ""])
            let readers = try (0..<8).map { _ in try TestWebSocket(server.webSocketURL("/ws/reader")) }
            for round in 0..<10 {
                let writer = try TestWebSocket(
                    server.webSocketURL("/ws/w\(round)"),
                    followedBy: (0..<100).flatMap { WireFrame.text("\($0)").bytes })
                for number in 0..<100 { #expect(try writer.receiveText() == "Client #w\(round) says: \(number)") }
                writer.reset()
                for reader in readers {
                    for number in 0..<100 { #expect(try reader.receiveText() == "Client #w\(round) says: \(number)") }
                    #expect(try reader.receiveText() == "Client #w\(round) left the chat")
                }
            }
        }
    }
}
