// Clients that read too little, or nothing: they are closed, the others do not notice, and the memory stays within the documented
// bound: in the kernel connections × 2 × --socket-send-buffer and what the readers' own buffers hold, resident --max-queue-total
// with half as much again for the heap, and 16 KiB for each connection.
import Foundation
import TestSupport
import Testing

extension Faults {
    @Suite("Stalled readers")
    struct StalledReaderTests {
        /// A client with a tiny window that never reads by itself.
        private func stalledReader(_ server: RookeryServer, _ id: String) throws -> TestWebSocket {
            try TestWebSocket(server.webSocketURL("/ws/\(id)"), receiveBufferBytes: 4_096, messageBytesMax: 1 << 26)
        }

        @Test("W6 a message that waits longer than the limit of time closes its reader, whatever else is due later")
        func age() throws {
            let server = try RookeryServer([
                "--max-queue-time", "1s", "--ping-interval", "5m", "--handshake-timeout", "5m", "--socket-send-buffer",
                "16KiB",
            ])
            let stalled = try stalledReader(server, "stalled")
            let other = try TestWebSocket(server.webSocketURL("/ws/other"))
            for _ in 0..<100 { try other.sendText(String(repeating: "x", count: 1_500)) }
            _ = try other.receiveTexts(100)
            let start = monotonicNanoseconds()
            try server.waitForMetric("rookery_closed_total", ["reason": "slow"], seconds: 20) { $0 == 1 }
            #expect(Double(monotonicNanoseconds() - start) / 1e9 < 10)
            _ = stalled
            #expect(try other.receiveText() == "Client #stalled left the chat")
        }

        @Test(
            "W6 a minute of stalled readers on a hot channel: the others keep their latency, the node its size", .slow()
        )
        func minute() throws {
            let server = try RookeryServer(["--threads", "2"])
            let others = try ManyClients(50, port: server.port, path: { "/ws/\($0)" })
            others.startSending(from: 0..<10, perSecond: 60, bytes: 4_000)
            sleep(milliseconds: 1_000)
            let before = server.residentBytes
            others.resetLatency()
            var stalled: [TestWebSocket] = []
            for second in 0..<60 {
                stalled.append(try stalledReader(server, "stalled\(second)"))
                sleep(milliseconds: 1_000)
            }
            try server.waitForMetric("rookery_closed_total", ["reason": "slow"], seconds: 30) { $0 == 60 }
            others.stopSending()
            let statistics = others.statistics
            #expect(statistics.open == 50 && statistics.missing == 0 && statistics.violations.isEmpty)
            #expect(statistics.latency.p99 < 1_000, "p99 \(statistics.latency.p99) ms")
            let grown = server.peakResidentBytes - before
            #expect(Programs.isSanitized || grown < 40 << 20, "\(grown >> 10) KiB more")
            withExtendedLifetime(stalled) {}
        }

        @Test("W6 one message of the largest size closes nobody, however small the queue is set")
        func largestMessage() throws {
            let server = try RookeryServer(["--max-queue-bytes", "1KiB", "--socket-send-buffer", "4KiB"])
            let reader = try stalledReader(server, "reader")
            let writer = try TestWebSocket(server.webSocketURL("/ws/w"))
            let text = String(repeating: "y", count: 65_536)
            try writer.sendText(text)
            #expect(try writer.receiveText() == "Client #w says: \(text)")
            sleep(milliseconds: 200)
            #expect(try reader.receiveText() == "Client #w says: \(text)")
            #expect(try server.closes("slow") == 0)
        }

        @Test("W6 stalled readers stay below the documented bound, resident and in the kernel", .unsanitized())
        func bound() throws {
            let count = 500
            let sendBuffer = 32 << 10
            let queueTotal = 16 << 20
            let server = try RookeryServer([
                "--socket-send-buffer", "\(sendBuffer)", "--max-queue-total", "\(queueTotal)", "--max-queue-time",
                "10m",
                "--ping-interval", "10m", "--threads", "2",
            ])
            let stalled = try ManyClients(count, port: server.port, path: { "/ws/\($0)" }, receiveBufferBytes: 4_096)
            let writer = try TestWebSocket(server.webSocketURL("/ws/writer"))
            let residentBefore = server.residentBytes
            let kernelBefore = try KernelMemory.tcpBytes()
            stalled.stopReading(0..<count)
            var resident = 0
            var kernel = 0
            let text = String(repeating: "z", count: 8_000)
            // Enough for every socket buffer to be full and the queue of all to be over its limit.
            for _ in 0..<60 {
                try writer.sendText(text)
                // The farewells of those who were closed come in between.
                while try !writer.receiveText(seconds: 30).hasPrefix("Client #writer says") {}
                resident = max(resident, server.residentBytes - residentBefore)
                kernel = max(kernel, try KernelMemory.tcpBytes() - kernelBefore)
            }
            #expect(try server.closes("slow") > 0, "the limit was never reached: the test proves nothing")
            let kernelBound = count * (2 * sendBuffer + (16 << 10)) + (8 << 20)
            let residentBound = queueTotal * 3 / 2 + count * (16 << 10) + (8 << 20)
            #expect(kernel < kernelBound, "\(kernel >> 10) KiB of \(kernelBound >> 10) KiB in the kernel")
            #expect(resident < residentBound, "\(resident >> 10) KiB of \(residentBound >> 10) KiB resident")
            #expect(try server.metric("rookery_queue_bytes") <= queueTotal + (1 << 20))
            try writer.close()
            stalled.end(0..<count, .reset)
            try server.waitForMetric("rookery_queue_bytes", seconds: 20) { $0 == 0 }
        }

        @Test("the send buffer of the listener is inherited: a stalled reader takes twice its size and no more")
        func inheritedSendBuffer() throws {
            let server = try RookeryServer([
                "--socket-send-buffer", "16KiB", "--max-queue-time", "10m", "--max-queue-bytes", "512KiB", "--relay",
                "",
            ])
            let reader = try TestWebSocket(server.webSocketURL("/relay/r"), receiveBufferBytes: 4_096)
            let before = try server.metric("rookery_sent_bytes_total")
            let writer = try TestWebSocket(server.webSocketURL("/relay/r"))
            for _ in 0..<30 {
                try writer.sendBinary([UInt8](repeating: 255, count: 10_000))
                _ = try writer.receive()
            }
            try server.waitForMetric("rookery_slow_connections") { $0 == 1 }
            let queued = try server.metric("rookery_queue_bytes")
            // What did not wait in the queue was taken by the kernel: our send buffer and the reader's receive buffer.
            let taken = 30 * 10_004 - queued
            #expect(before >= 0 && taken <= 2 * 16_384 + 2 * 8_192 + 65_536, "\(taken) bytes")
            _ = reader
        }
    }
}
