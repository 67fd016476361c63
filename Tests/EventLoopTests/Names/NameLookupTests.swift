import EventLoop
import Testing

@Suite("The search for a name's addresses")
struct NameLookupTests {
    private let now = Instant(nanoseconds: 0)
    private let first = SocketAddress.internet(IPAddress("192.0.2.53")!, port: 53)
    private let second = SocketAddress.internet(IPAddress("192.0.2.54")!, port: 53)
    private let ids: UInt32 = 0x1234_beef

    private func lookup(_ host: String = "redis.example", servers: [SocketAddress]? = nil, search: [String] = [])
        -> NameLookup
    {
        var configuration = ResolverConfiguration(servers: servers ?? [first, second])
        configuration.searchDomains = search
        return NameLookup(host: host, configuration: configuration)
    }

    private func receive(_ lookup: inout NameLookup, _ hex: String, ids: UInt32 = 0x1234_beef) -> NameLookup.Action {
        let message = DNSMessageTests.bytes(hex)
        return lookup.receive(message.span, now: now, ids: ids)
    }

    /// The answer without addresses to the question `type`, for the name of the fixtures.
    private func nothing(_ id: String, _ type: String, code: String = "0") -> String {
        "\(id)818\(code)0001000000000000057265646973076578616d706c650000\(type)0001"
    }

    private func asked(_ action: NameLookup.Action) -> (server: SocketAddress, name: String)? {
        guard case .ask(let server, let queries, _) = action else { return nil }
        var labels: [String] = []
        var index = 12
        while queries[0][index] != 0 {
            let end = index + 1 + Int(queries[0][index])
            labels.append(String(decoding: queries[0][index + 1..<end], as: UTF8.self))
            index = end
        }
        return (server, labels.joined(separator: "."))
    }

    @Test("both kinds are asked at once with the caller's ids, and both answers are waited for")
    func both() {
        var lookup = lookup()
        let action = lookup.start(now: now, ids: ids)
        guard case .ask(let server, let queries, let deadline) = action else {
            Issue.record("\(action)")
            return
        }
        #expect(server == first)
        #expect(deadline == now.adding(milliseconds: 2_000))
        #expect(queries == [DNSMessageTests.a.encode(id: 0x1234), DNSMessageTests.aaaa.encode(id: 0xbeef)])
        #expect(receive(&lookup, DNSMessageTests.six) == .wait)
        #expect(
            receive(&lookup, DNSMessageTests.aliases)
                == .found([IPAddress("198.51.100.7")!, IPAddress("2001:db8::6")!]))
    }

    @Test("an answer with a guessed id, or twice the same, changes nothing")
    func strangers() {
        var lookup = lookup()
        _ = lookup.start(now: now, ids: 0x1111_2222)
        #expect(receive(&lookup, DNSMessageTests.twoAddresses) == .wait)
        #expect(receive(&lookup, "00") == .wait)
        #expect(receive(&lookup, "1111" + DNSMessageTests.twoAddresses.dropFirst(4)) == .wait)
        #expect(receive(&lookup, "1111" + DNSMessageTests.aliases.dropFirst(4)) == .wait)
        #expect(
            receive(&lookup, nothing("2222", "1c")) == .found([IPAddress("192.0.2.1")!, IPAddress("192.0.2.2")!]))
    }

    @Test("silence about one kind does not hold back the addresses of the other")
    func halfSilence() {
        var lookup = lookup()
        _ = lookup.start(now: now, ids: ids)
        #expect(receive(&lookup, DNSMessageTests.twoAddresses) == .wait)
        #expect(
            lookup.serverFailed(now: now, ids: ids) == .found([IPAddress("192.0.2.1")!, IPAddress("192.0.2.2")!]))
    }

    @Test("a silent or failing server is followed by the next, in as many rounds as set, and not for ever")
    func servers() {
        var lookup = lookup()
        #expect(asked(lookup.start(now: now, ids: ids))?.server == first)
        #expect(asked(lookup.serverFailed(now: now, ids: ids))?.server == second)
        #expect(asked(lookup.serverFailed(now: now, ids: ids))?.server == first)
        #expect(asked(lookup.serverFailed(now: now, ids: ids))?.server == second)
        #expect(lookup.serverFailed(now: now, ids: ids) == .failed(.noAnswer("redis.example")))

        var refused = self.lookup(servers: [first])
        _ = refused.start(now: now, ids: ids)
        for attempt in 0..<2 {
            #expect(receive(&refused, DNSMessageTests.serverFailure) == .wait)
            let action = receive(&refused, nothing("beef", "1c", code: "5"))
            if attempt == 0 { #expect(asked(action)?.server == first) }
            if attempt == 1 { #expect(action == .failed(.refused("redis.example", code: 5))) }
        }
    }

    @Test("a name that does not exist is looked for in the search domains, then given up")
    func searching() {
        var lookup = lookup(search: ["one.test", "two.test."])
        #expect(asked(lookup.start(now: now, ids: ids))?.name == "redis.example")
        #expect(receive(&lookup, DNSMessageTests.noSuchName) == .wait)
        #expect(asked(receive(&lookup, nothing("beef", "1c")))?.name == "redis.example.one.test")

        let configuration = ResolverConfiguration(parsing: "search a.test b.test\noptions ndots:2")
        #expect(
            configuration.candidates(for: "redis.example") == [
                "redis.example.a.test", "redis.example.b.test", "redis.example",
            ])
        #expect(configuration.candidates(for: "x.redis.example").first == "x.redis.example")
        #expect(configuration.candidates(for: "redis.example.") == ["redis.example"])

        var alone = self.lookup()
        _ = alone.start(now: now, ids: ids)
        _ = receive(&alone, DNSMessageTests.noSuchName)
        #expect(receive(&alone, nothing("beef", "1c")) == .failed(.noSuchName("redis.example")))
    }

    @Test("what cannot be a host's name is refused without asking", arguments: ["", "a b", "..", "x/y", "-\u{e4}"])
    func names(_ host: String) {
        var lookup = lookup(host, search: ["one.test"])
        #expect(lookup.start(now: now, ids: ids) == .failed(.notAName(host)))
    }
}
