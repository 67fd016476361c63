import EventLoop
import Glibc
import Testing

@Suite("Names to addresses")
struct ResolverTests {
    @Test("the hosts file: comments, several names, both families, any case; localhost always")
    func hosts() {
        let file = HostsFile(
            "127.0.0.1\tlocalhost\n# 10.0.0.9 redis\n10.1.2.3 redis Redis.Example # why\n::5 redis\nx y\n10.1.2.3 redis\n"
        )
        #expect(file.addresses(of: "REDIS").map(\.description) == ["10.1.2.3", "::5"])
        #expect(file.addresses(of: "redis.example").map(\.description) == ["10.1.2.3"])
        #expect(file.addresses(of: "localhost") == [.loopback])
        #expect(file.addresses(of: "y").isEmpty && file.addresses(of: "why").isEmpty)
        #expect(HostsFile("").addresses(of: "localhost") == [.loopback, .loopback6])
        #expect(HostsFile("").addresses(of: "a.localhost") == [.loopback, .loopback6])
    }

    @Test("resolv.conf: servers, domains and the options we obey")
    func configuration() {
        let configuration = ResolverConfiguration(
            parsing: """
                # comment
                nameserver 192.0.2.1
                nameserver fe80::1%eth0
                nameserver 2001:db8::1
                domain old.test
                search a.test b.test
                options ndots:5 timeout:1 attempts:9 edns0 rotate
                nameserver 192.0.2.3
                nameserver 192.0.2.4
                """)
        #expect(configuration.servers.map(\.description) == ["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.3:53"])
        #expect(configuration.searchDomains == ["a.test", "b.test"])
        #expect(configuration.dots == 5 && configuration.timeoutMilliseconds == 1_000 && configuration.attempts == 5)
        #expect(ResolverConfiguration(parsing: "").servers == [.internet(.loopback, port: 53)])
    }

    @Test("literal addresses need no thread and are answered later, never from inside the call")
    func literals() throws {
        let loop = try EventLoop()
        let resolver = Resolver(loop: loop, worker: worker(server: nil))
        var answers: [String] = []
        for host in ["127.0.0.1", "[::1]", "::1"] {
            resolver.resolve(host, port: 6_379) { answers.append("\((try? $0.get()) ?? [])") }
        }
        #expect(answers.isEmpty)
        loop.turn(waitAtMostMilliseconds: 0)
        #expect(answers == ["[127.0.0.1:6379]", "[[::1]:6379]", "[[::1]:6379]"])
    }

    @Test("names of the hosts file, of a name server, and of nobody, all at the same time")
    func names() throws {
        let loop = try EventLoop()
        let server = try FakeServer(loop: loop)
        let resolver = Resolver(loop: loop, worker: worker(server: server.address))
        var answers: [String: Resolver.Answer] = [:]
        for host in ["redis.test", "redis.example", "nobody.example", "a b"] {
            resolver.resolve(host, port: 1) { answers[host] = $0 }
        }
        #expect(LoopDriver.turn(loop) { answers.count == 4 })
        #expect(try answers["redis.test"]?.get() == [.internet(IPAddress("10.0.0.7")!, port: 1)])
        #expect(
            try answers["redis.example"]?.get() == [
                .internet(IPAddress("192.0.2.1")!, port: 1), .internet(IPAddress("2001:db8::6")!, port: 1),
            ])
        #expect(answers["nobody.example"] == .failure(.noSuchName("nobody.example")))
        #expect(answers["a b"] == .failure(.notAName("a b")))
        server.close()
    }

    @Test("a server that nobody runs is a failure to be tried again, not a wait for ever")
    func noServer() throws {
        let loop = try EventLoop()
        // A port that was ours a moment ago: the kernel answers that nobody listens.
        let closed = try FakeServer(loop: loop)
        let address = closed.address
        closed.close()
        let resolver = Resolver(loop: loop, worker: worker(server: address))
        var answer: Resolver.Answer?
        resolver.resolve("redis.example", port: 1) { answer = $0 }
        #expect(LoopDriver.turn(loop) { answer != nil })
        #expect(answer == .failure(.noAnswer("redis.example")))
    }

    @Test("more names than the resolver takes at once are refused, and taken again afterwards")
    func bounded() throws {
        let loop = try EventLoop()
        let server = try FakeServer(loop: loop)
        let resolver = Resolver(loop: loop, worker: worker(server: server.address))
        var busy = 0
        var done = 0
        // The server is on this loop: it answers nothing before the loop turns.
        for index in 0..<ResolverWorker.requestsMax + 6 {
            resolver.resolve("nobody\(index).example", port: 1) { answer in
                if case .failure(.busy) = answer { busy += 1 }
                done += 1
            }
        }
        #expect(LoopDriver.turn(loop) { done == ResolverWorker.requestsMax + 6 })
        #expect(busy == 6)
        var last: Resolver.Answer?
        resolver.resolve("redis.example", port: 1) { last = $0 }
        #expect(LoopDriver.turn(loop) { last != nil })
        #expect((try? last?.get().count) == 2)
        server.close()
    }

    private func worker(server: SocketAddress?) -> ResolverWorker {
        ResolverWorker(
            sources: ResolverWorker.Sources(
                hosts: { "10.0.0.7 redis.test\n" },
                configuration: { ResolverConfiguration(servers: server.map { [$0] } ?? []) }))
    }

    /// A name server on a port of its own that knows redis.example and nothing else.
    private final class FakeServer: EventSource {
        let address: SocketAddress
        private let loop: EventLoop
        private let descriptor: Int32

        init(loop: EventLoop) throws {
            self.loop = loop
            let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var record = sockaddr_in()
            record.sin_family = UInt16(AF_INET)
            record.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let size = UInt32(MemoryLayout<sockaddr_in>.size)
            _ = withUnsafePointer(to: &record) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
            }
            self.descriptor = descriptor
            address = Socket.localAddress(descriptor)!
            try loop.watch(descriptor, Token(slot: 0, generation: 0, source: loop.add(source: self)), .read)
        }

        func close() {
            loop.unwatch(descriptor)
            Socket.close(descriptor)
        }

        func ready(_ token: Token, _ readiness: Readiness) {
            var query = [UInt8](repeating: 0, count: 512)
            var peer = sockaddr_storage()
            var size = UInt32(MemoryLayout<sockaddr_storage>.size)
            withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { peer in
                    while true {
                        let count = recvfrom(descriptor, &query, query.count, 0, peer, &size)
                        guard count > 0 else { return }
                        let answer = answer(to: Array(query[..<count]))
                        sendto(descriptor, answer, answer.count, 0, peer, size)
                    }
                }
            }
        }

        private func answer(to query: [UInt8]) -> [UInt8] {
            let id = Array(query[..<2])
            if query.dropFirst(2) == DNSMessageTests.a.encode(id: 0).dropFirst(2) {
                return id
                    + DNSMessageTests.bytes(
                        "81800001000100000000057265646973076578616d706c650000010001c00c000100010000003c0004c0000201")
            }
            if query.dropFirst(2) == DNSMessageTests.aaaa.encode(id: 0).dropFirst(2) {
                return id + DNSMessageTests.bytes(DNSMessageTests.six).dropFirst(2)
            }
            return id + [0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0] + query.dropFirst(12)
        }
    }
}
