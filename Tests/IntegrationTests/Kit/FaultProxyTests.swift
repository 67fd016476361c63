// The kit's misbehaving proxy and scripted peer, tried on each other.
import Foundation
import TestSupport
import Testing

@Suite("The kit's proxy misbehaves as told", .ownsWhatItStarts)
struct FaultProxyTests {
    /// A proxy before a peer that sends back what it gets.
    private func echoBehindProxy() throws -> (FaultProxy, StreamSocket) {
        let peer = try ScriptedPeer { connection in
            while true {
                let bytes = try connection.socket.receive(seconds: 30)
                if bytes.isEmpty { return }
                try connection.send(bytes)
            }
        }
        let proxy = try FaultProxy(to: peer.port)
        return (proxy, try StreamSocket(port: proxy.port))
    }

    @Test("pass: bytes, and the end of the stream, go through")
    func pass() throws {
        let (proxy, client) = try echoBehindProxy()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        startSending(bytes, over: client)
        #expect(try client.receiveExactly(bytes.count) == bytes)
        client.shutdownWrite()
        #expect(try client.receive().isEmpty)
        #expect(proxy.acceptedCount == 1)
    }

    @Test("delay: the answer takes twice as long")
    func delay() throws {
        let (proxy, client) = try echoBehindProxy()
        proxy.mode = .delay(milliseconds: 60)
        let start = monotonicNanoseconds()
        try client.send("late")
        #expect(try client.receiveExactly(4) == Array("late".utf8))
        #expect(monotonicNanoseconds() - start >= 120_000_000)
    }

    @Test("blackhole: silence, and nothing is lost when it ends")
    func blackhole() throws {
        let (proxy, client) = try echoBehindProxy()
        proxy.mode = .blackhole
        try client.send("later")
        #expect(try client.receiveIfAny(seconds: 0.2) == nil)
        proxy.mode = .pass
        #expect(try client.receiveExactly(5) == Array("later".utf8))
    }

    @Test("only one direction: the request arrives, the answer does not")
    func oneDirection() throws {
        let (proxy, client) = try echoBehindProxy()
        proxy.mode = .only(.toServer)
        try client.send("heard")
        #expect(try client.receiveIfAny(seconds: 0.2) == nil)
        proxy.mode = .pass
        #expect(try client.receiveExactly(5) == Array("heard".utf8))
    }

    @Test("cut: exactly so many bytes come, then the end")
    func cut() throws {
        let (proxy, client) = try echoBehindProxy()
        proxy.mode = .cut(afterBytes: 3, .toClient)
        try client.send("abcdef")
        #expect(try client.receiveToEnd() == Array("abc".utf8))
    }

    @Test("byte by byte: all arrives")
    func byteByByte() throws {
        let (proxy, client) = try echoBehindProxy()
        proxy.mode = .byteByByte
        let bytes = (0..<2000).map { UInt8(truncatingIfNeeded: $0) }
        try client.send(bytes)
        #expect(try client.receiveExactly(bytes.count) == bytes)
    }

    @Test("reset: old and new connections end at once")
    func reset() throws {
        let (proxy, client) = try echoBehindProxy()
        try client.send("x")
        #expect(try client.receiveExactly(1) == Array("x".utf8))
        proxy.mode = .reset
        #expect(throws: KitError.self) { try client.receive(seconds: 5) }
        #expect(throws: KitError.self) {
            let next = try StreamSocket(port: proxy.port)
            try next.send("y")
            _ = try next.receive(seconds: 5)
        }
    }

    @Test("a script that is not followed is a failure with both sides in it")
    func scriptFailure() throws {
        let peer = try ScriptedPeer { connection in
            try connection.expectCommand("PING")
            try connection.send("+PONG\r\n")
            try connection.expect("bye")
        }
        let client = try RESPClient(port: peer.port)
        #expect(try client.command("PING") == .text("PONG"))
        try client.send([Array("no".utf8)])
        #expect(throws: KitError.self) { try peer.waitUntilFinished() }
        #expect(peer.failures.first?.contains("bye") == true)
    }

    private func startSending(_ bytes: [UInt8], over client: StreamSocket) {
        let thread = Thread { try? client.send(bytes) }
        thread.start()
    }
}
