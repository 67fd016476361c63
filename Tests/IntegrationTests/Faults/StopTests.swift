// The stop of a node in use.
import Foundation
import Glibc
import TestSupport
import Testing

extension Faults {
    @Suite("Stops")
    struct StopTests {
        @Test(
            "E12 SIGTERM under the load of 1,000 clients: all are closed with 1001, spread, and the status is 0 in time"
        )
        func underLoad() throws {
            let server = try RookeryServer(["--threads", "2"])
            let clients = try ManyClients(1_000, port: server.port, path: { "/ws/\($0)?channel=chat_channel" })
            clients.startSending(from: 0..<1_000, perSecond: 30)
            sleep(milliseconds: 500)
            let start = monotonicNanoseconds()
            server.process.kill(SIGTERM)
            let exit = server.process.waitForExit(seconds: 15)
            let seconds = Double(monotonicNanoseconds() - start) / 1e9
            #expect(exit == .exited(0), "\(server.log.suffix(500))")
            #expect(seconds < 10, "\(seconds) s")
            try wait(until: "every client has seen its end") { clients.statistics.open == 0 }
            let statistics = clients.statistics
            #expect(statistics.closedByServer == [1001: 1_000])
            #expect(statistics.violations.isEmpty && statistics.problems.isEmpty, "\(statistics.problems)")
            #expect(server.log.contains("every connection closed"), "\(server.log.suffix(300))")
        }

        @Test("E12 while it stops, readiness is 503 and handshakes are refused, on connections from before")
        func unready() throws {
            let server = try RookeryServer(["--stop-spread", "3s"])
            let balancers = try (0..<20).map { _ in
                let balancer = try RawHTTP(port: server.port)
                try balancer.send("GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
                #expect(try balancer.response().status == 200)
                return balancer
            }
            let clients = try (0..<20).map { try TestWebSocket(server.webSocketURL("/ws/\($0)")) }
            server.process.kill(SIGTERM)
            try wait(until: "nobody listens any more") { (try? StreamSocket(port: server.port, seconds: 1)) == nil }
            var answers: [Int: Int] = [:]
            for (index, balancer) in balancers.enumerated() {
                // Those whose moment has come are closed already.
                let path = index % 2 == 0 ? "/health/ready" : "/ws/late"
                try? balancer.send(
                    index % 2 == 0
                        ? "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        : Handshakes.request(path, port: server.port))
                if let answer = try? balancer.response() { answers[answer.status, default: 0] += 1 }
            }
            #expect(answers[503] ?? 0 > 0, "\(answers)")
            #expect(answers.keys.allSatisfy { $0 == 503 }, "\(answers)")
            for client in clients { #expect(try client.receiveCloseCode() == 1001) }
            #expect(server.process.waitForExit(seconds: 10) == .exited(0))
        }

        @Test("E12 with --stop-delay the node is unready first and still serves; then it closes")
        func delay() throws {
            let server = try RookeryServer(["--stop-delay", "3s", "--stop-spread", "0s"])
            let client = try TestWebSocket(server.webSocketURL("/ws/1"))
            server.process.kill(SIGTERM)
            try wait(until: "not ready") { (try? server.get("/health/ready").status) == 503 }
            let late = try TestWebSocket(server.webSocketURL("/ws/2"))
            try late.sendText("still here")
            #expect(try client.receiveText() == "Client #2 says: still here")
            #expect(try server.get("/health/live").status == 200)
            #expect(try client.receiveCloseCode() == 1001)
            #expect(server.process.waitForExit(seconds: 10) == .exited(0))
        }

        @Test("E12 clients that do not answer, do not read or never finish a request do not hold up a stop")
        func stubborn() throws {
            let server = try RookeryServer(["--socket-send-buffer", "16KiB", "--max-queue-time", "10m"])
            let stalled = try TestWebSocket(server.webSocketURL("/ws/stalled"), receiveBufferBytes: 4_096)
            let writer = try TestWebSocket(server.webSocketURL("/ws/writer"))
            for _ in 0..<30 {
                try writer.sendText(String(repeating: "x", count: 8_000))
                _ = try writer.receiveText()
            }
            let half = try RawHTTP(port: server.port)
            try half.send("GET / HTTP/1.1\r\nHost: loc")
            let silent = try StreamSocket(port: server.port)
            server.process.kill(SIGTERM)
            let start = monotonicNanoseconds()
            #expect(server.process.waitForExit(seconds: 12) == .exited(0))
            #expect(Double(monotonicNanoseconds() - start) / 1e9 < 8)
            withExtendedLifetime((stalled, silent, half)) {}
        }

        @Test("E12 readers of answers that do not read do not hold up a stop")
        func stalledAnswers() throws {
            let server = try RookeryServer(["--socket-send-buffer", "16KiB", "--stop-spread", "0s"])
            let burst = Array(
                String(repeating: "GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 500).utf8)
            let sockets = try (0..<3).map { _ in
                let socket = try StreamSocket(port: server.port, receiveBufferBytes: 4_096)
                _ = try socket.sendWhatFits(burst[...])
                return socket
            }
            try server.waitForMetric("rookery_slow_connections", seconds: 5) { $0 == 3 }
            server.process.kill(SIGTERM)
            #expect(server.process.waitForExit(seconds: 5) == .exited(0))
            #expect(server.log.contains("every leave confirmed"), "\(server.log.suffix(300))")
            withExtendedLifetime(sockets) {}
        }

        @Test("E12 a second signal cuts a stop short")
        func twice() throws {
            let server = try RookeryServer(["--stop-spread", "1m", "--stop-timeout", "5m"])
            let client = try TestWebSocket(server.webSocketURL("/ws/1"))
            server.process.kill(SIGTERM)
            try server.process.waitForOutput("stopping")
            #expect(server.process.isRunning)
            server.process.kill(SIGTERM)
            #expect(server.process.waitForExit(seconds: 5) == .exited(0))
            #expect(server.log.contains("told to stop again"), "\(server.log.suffix(300))")
            withExtendedLifetime(client) {}
        }
    }
}
