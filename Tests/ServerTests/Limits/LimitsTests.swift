// One loop's limits: which scope refuses what, what is counted, and when refusing ends in closing.
import EventLoop
import Testing

@testable import Server

@Suite("Rate limits")
struct LimitsTests {
    private let now = Instant(nanoseconds: 1_000_000_000_000)
    private let one = IPAddress("10.0.0.1") ?? .any
    private let two = IPAddress("10.0.0.2") ?? .any

    private func limits(
        _ tables: LimitTables = LimitTables(), _ change: (inout RateLimits) -> Void
    ) -> (limits: Limits, counters: LimitCounters) {
        var rates = RateLimits()
        change(&rates)
        let counters = LimitCounters()
        return (Limits(rates, tables, counters), counters)
    }

    private func counted(_ counters: LimitCounters) -> [LimitName: Int] {
        var counts: [LimitName: Int] = [:]
        for name in LimitName.allCases where counters[name].value > 0 {
            counts[name] = counters[name].value
        }
        return counts
    }

    /// One use of this kind by a new connection of this user and address.
    private func use(
        _ kind: LimitKind, _ limits: Limits, _ connection: inout ConnectionLimits, _ address: IPAddress
    ) -> LimitVerdict {
        switch kind {
        case .messages: limits.admitMessage(bytes: 0, &connection, now: now)
        case .bytes: limits.admitMessage(bytes: 1, &connection, now: now)
        case .subscriptions: limits.admitSubscription(&connection, now: now)
        case .connects: limits.admitConnect(&connection, now: now)
        }
    }

    @Test(
        "P15 limit+1 of each kind, per connection, user and address, is refused and counted",
        arguments: LimitName.allCases)
    func each(_ name: LimitName) {
        let (limits, metrics) = limits { $0[name.kind, name.scope] = Rate(count: 5) }
        var connections = [ConnectionLimits(address: one), ConnectionLimits(address: one)]
        for index in connections.indices { connections[index].identify(user: "ann") }
        var other = ConnectionLimits(address: two)
        other.identify(user: "bob")
        if name == LimitName(kind: .connects, scope: .address) {
            for _ in 0..<5 { #expect(limits.admitsConnection(from: one, now: now)) }
            #expect(!limits.admitsConnection(from: one, now: now))
            #expect(limits.admitsConnection(from: two, now: now))
            #expect(limits.admitConnect(&connections[0], now: now) == .allowed, "the address was asked already")
        } else {
            // Two connections of one user and address share five; each has five of its own.
            let mine = name.scope == .connection ? 0 : 1
            for turn in 0..<5 {
                #expect(use(name.kind, limits, &connections[turn % 2 * mine], one) == .allowed, "\(turn)")
            }
            #expect(use(name.kind, limits, &connections[mine], one) == .refused)
            #expect(use(name.kind, limits, &other, two) == .allowed, "another one is not concerned")
        }
        #expect(counted(metrics) == [name: 1])
        // Everything else goes on.
        for kind in LimitKind.allCases where kind != name.kind && !(name.kind == .messages && kind == .bytes) {
            if kind == .messages, name.kind == .bytes {
                #expect(limits.admitMessage(bytes: 0, &connections[0], now: now) == .allowed)
            } else {
                #expect(use(kind, limits, &connections[0], one) == .allowed, "\(kind)")
            }
        }
    }

    @Test("while all limits are off everything is allowed, and nothing is remembered")
    func off() {
        let tables = LimitTables()
        let (limits, metrics) = limits(tables) { _ in }
        var connection = ConnectionLimits(address: one)
        connection.identify(user: "ann")
        for _ in 0..<10_000 {
            #expect(limits.admitMessage(bytes: 1 << 30, &connection, now: now) == .allowed)
            #expect(limits.admitSubscription(&connection, now: now) == .allowed)
            #expect(limits.admitConnect(&connection, now: now) == .allowed)
            #expect(limits.admitsConnection(from: one, now: now))
        }
        #expect(!limits.isOn && counted(metrics).isEmpty && tables.users.count == 0 && tables.addresses.count == 0)
    }

    @Test("P15 who is refused a hundred times and goes on is closed")
    func closing() {
        let (limits, _) = limits { $0[.messages, .connection] = Rate(count: 1) }
        var connection = ConnectionLimits(address: one)
        #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .allowed)
        for _ in 0..<100 { #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .refused) }
        #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .close)
        var patient = ConnectionLimits(address: one)
        var time = now
        for _ in 0..<1_000 {
            time = time.adding(milliseconds: 500)
            #expect(
                limits.admitMessage(bytes: 1, &patient, now: time) != .close, "a little too fast is no reason to close")
        }
    }

    @Test("the loops of a node share the buckets of users and addresses, and each has its own of connections")
    func shared() {
        let tables = LimitTables()
        let change: (inout RateLimits) -> Void = {
            $0[.messages, .user] = Rate(count: 3)
            $0[.connects, .address] = Rate(count: 2)
        }
        let loops = [limits(tables, change).limits, limits(tables, change).limits]
        var connections = [ConnectionLimits(address: one), ConnectionLimits(address: two)]
        for index in 0..<2 { connections[index].identify(user: "ann") }
        #expect(loops[0].admitMessage(bytes: 1, &connections[0], now: now) == .allowed)
        #expect(loops[1].admitMessage(bytes: 1, &connections[1], now: now) == .allowed)
        #expect(loops[0].admitMessage(bytes: 1, &connections[0], now: now) == .allowed)
        #expect(loops[1].admitMessage(bytes: 1, &connections[1], now: now) == .refused)
        #expect(loops[0].admitsConnection(from: one, now: now) && loops[1].admitsConnection(from: one, now: now))
        #expect(!loops[0].admitsConnection(from: one, now: now))
    }

    @Test("what one scope refuses costs nothing in the others")
    func refunds() {
        let (limits, _) = limits {
            $0[.messages, .connection] = Rate(count: 4, .hour)
            $0[.messages, .user] = Rate(count: 3, .hour)
            $0[.messages, .address] = Rate(count: 2, .hour)
        }
        var connection = ConnectionLimits(address: one)
        connection.identify(user: "ann")
        for _ in 0..<2 { #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .allowed) }
        for _ in 0..<5 { #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .refused) }
        // From another address the user's third is still there, and from there on none.
        var elsewhere = ConnectionLimits(address: two)
        elsewhere.identify(user: "ann")
        #expect(limits.admitMessage(bytes: 1, &elsewhere, now: now) == .allowed)
        #expect(limits.admitMessage(bytes: 1, &elsewhere, now: now) == .refused)
    }

    @Test("the anonymous have no buckets of a user")
    func anonymous() {
        let tables = LimitTables()
        let (limits, _) = limits(tables) { $0[.messages, .user] = Rate(count: 1) }
        var connection = ConnectionLimits(address: one)
        connection.identify(user: "")
        for _ in 0..<10 { #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .allowed) }
        #expect(tables.users.count == 0)
    }

    @Test("new rates hold at once; what was used stays used")
    func change() {
        let (limits, _) = limits { $0[.messages, .connection] = Rate(count: 10, .hour) }
        var connection = ConnectionLimits(address: one)
        for _ in 0..<10 { #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .allowed) }
        var rates = RateLimits()
        rates[.messages, .connection] = Rate(count: 12, .hour)
        limits.apply(rates)
        for _ in 0..<2 { #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .allowed) }
        #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .refused)
        limits.apply(RateLimits())
        #expect(limits.admitMessage(bytes: 1, &connection, now: now) == .allowed && !limits.isOn)
    }

    @Test("a connection keeps some seventy bytes for its limits")
    func size() {
        #expect(MemoryLayout<ConnectionLimits>.size <= 112)
    }
}
