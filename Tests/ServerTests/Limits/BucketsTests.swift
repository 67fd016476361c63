// Token buckets: how much goes in, how fast they empty, whom a table forgets.
import EventLoop
import TestSupport
import Testing

@testable import Server

@Suite("Token buckets")
struct BucketsTests {
    private func rates(_ kind: LimitKind, _ rate: Rate) -> ScopeRates {
        var limits = RateLimits()
        limits[kind, .user] = rate
        return ScopeRates(limits, .user)
    }

    private let start = Instant(nanoseconds: 5_000_000_000_000)

    @Test(
        "P15 the burst goes in and not one more; after a period's part one goes in again, and not two",
        arguments: [
            Rate(count: 1), Rate(count: 3), Rate(count: 20, .second, burst: 60), Rate(count: 7, .minute),
            Rate(count: 700_000),
            Rate(count: 5, .hour, burst: 1),
        ])
    func burst(_ rate: Rate) {
        let rates = rates(.messages, rate)
        var buckets = Buckets()
        let use = Use.message(bytes: 100)
        for _ in 0..<min(rate.burst, 10_000) where rate.burst <= 10_000 {
            #expect(buckets.charge(use, rates, now: start) == nil)
        }
        if rate.burst > 10_000 {
            var taken = 0
            while buckets.charge(use, rates, now: start) == nil { taken += 1 }
            #expect(taken == rate.burst)
        }
        #expect(buckets.charge(use, rates, now: start) == .messages)
        let one = Int64((1 / rate.perNanosecond).rounded(.up))
        #expect(buckets.charge(use, rates, now: start.adding(nanoseconds: one / 2)) == .messages)
        #expect(buckets.charge(use, rates, now: start.adding(nanoseconds: one + 1)) == nil)
        #expect(buckets.charge(use, rates, now: start.adding(nanoseconds: one + 1)) == .messages)
        // After any silence there is room for the burst, and for no more.
        let later = start.adding(milliseconds: 100 * 86_400_000)
        var taken = 0
        while buckets.charge(use, rates, now: later) == nil { taken += 1 }
        #expect(taken == rate.burst)
    }

    @Test(
        "in no window more goes in than the burst and what the time gives; who asks all the time gets what the time gives"
    )
    func windows() {
        let rates = rates(.bytes, Rate(count: 1_000, .second, burst: 5_000))
        var random = SplitMix(seed: 11)
        var buckets = Buckets()
        var now = start
        var taken: [(at: UInt64, bytes: Int)] = []
        for _ in 0..<5_000 {
            now = now.adding(nanoseconds: Int64(random.next() % 200_000_000))
            let bytes = Int(random.next() % 2_000)
            if buckets.charge(.message(bytes: bytes), rates, now: now) == nil { taken.append((now.nanoseconds, bytes)) }
        }
        var most = 0.0
        for first in taken.indices {
            var sum = 0
            for entry in taken[first...].prefix(200) {
                sum += entry.bytes
                most = max(most, Double(sum) - Double(entry.at - taken[first].at) / 1e9 * 1_000)
            }
        }
        #expect(most <= 5_000.001 && most > 4_000, "\(most)")
        let total = taken.reduce(0) { $0 + $1.bytes }
        let seconds = Double(now.nanoseconds - start.nanoseconds) / 1e9
        #expect(Double(total) > seconds * 1_000 * 0.9, "\(total) in \(seconds) s")
    }

    @Test("kinds have buckets of their own; one without a limit takes everything; what is refused takes nothing")
    func kinds() {
        var limits = RateLimits()
        limits[.messages, .user] = Rate(count: 2)
        limits[.bytes, .user] = Rate(count: 100)
        let rates = ScopeRates(limits, .user)
        var buckets = Buckets()
        #expect(buckets.charge(.message(bytes: 101), rates, now: start) == .bytes)
        #expect(buckets.charge(.message(bytes: 100), rates, now: start) == nil)
        #expect(buckets.charge(.message(bytes: 0), rates, now: start) == nil)
        #expect(buckets.charge(.message(bytes: 0), rates, now: start) == .messages)
        for _ in 0..<1_000 { #expect(buckets.charge(.one(.subscriptions), rates, now: start) == nil) }
        buckets.giveBack(.message(bytes: 100), rates)
        #expect(buckets.charge(.message(bytes: 100), rates, now: start) == nil)
        #expect(ScopeRates(limits, .address).isOff && !rates.isOff)
    }

    @Test("E9 a clock that stands still or goes back gives nothing")
    func clock() {
        let rates = rates(.messages, Rate(count: 1))
        var buckets = Buckets()
        #expect(buckets.charge(.message(bytes: 1), rates, now: start) == nil)
        for now in [start, Instant(nanoseconds: 0), start.adding(milliseconds: -500)] {
            #expect(buckets.charge(.message(bytes: 1), rates, now: now) == .messages)
        }
        #expect(buckets.charge(.message(bytes: 1), rates, now: Instant(nanoseconds: .max)) == nil)
    }

    @Test("P15 a table of peers' names stays bounded, forgets who is idle, and keeps who is not")
    func bounded() {
        let shared = SharedBuckets(capacity: 6_400)
        let rates = rates(.messages, Rate(count: 10, .minute))
        let busy = BucketKey(user: "busy")
        for _ in 0..<10 { #expect(shared.charge(busy, .message(bytes: 1), rates, now: start) == nil) }
        // A million names within a second: who is over a limit stays over it.
        for number in 0..<100_000 {
            _ = shared.charge(BucketKey(user: "u\(number)"), .message(bytes: 1), rates, now: start)
        }
        #expect(shared.count <= 6_400)
        #expect(shared.charge(busy, .message(bytes: 1), rates, now: start) == .messages)
        // Ten minutes later all but the newcomers are empty and make room.
        let later = start.adding(milliseconds: 600_000)
        for number in 0..<6_400 {
            _ = shared.charge(BucketKey(user: "v\(number)"), .message(bytes: 1), rates, now: later)
        }
        #expect(shared.count <= 6_400)
    }

    @Test("idle buckets go before the table is full")
    func idle() {
        var table = BucketTable(capacity: 1_000)
        let rates = rates(.messages, Rate(count: 1))
        for number in 0..<500 {
            _ = table.with(BucketKey(user: "a\(number)"), rates, start) {
                $0.charge(.message(bytes: 1), rates, now: start)
            }
        }
        #expect(table.count == 500)
        let later = start.adding(milliseconds: 5_000)
        for number in 0..<100 {
            _ = table.with(BucketKey(user: "b\(number)"), rates, later) {
                $0.charge(.message(bytes: 1), rates, now: later)
            }
        }
        #expect(table.count <= 100, "\(table.count)")
        for number in 0..<100 {
            let verdict = table.with(BucketKey(user: "b\(number)"), rates, later) {
                $0.charge(.message(bytes: 1), rates, now: later)
            }
            #expect(verdict == .messages, "b\(number)")
        }
    }

    @Test("P13 users whose names only look alike are different; an IPv6 network has one key")
    func keys() {
        #expect(BucketKey(user: "\u{e9}") != BucketKey(user: "e\u{301}"))
        #expect(BucketKey(user: "42") == BucketKey(user: "42") && BucketKey(user: "42") != BucketKey(user: "4"))
        func key(_ text: String) -> BucketKey? { IPAddress(text).map(BucketKey.init(address:)) }
        #expect(
            key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9") && key("2001:db8:1:2::1") != key("2001:db8:1:3::1"))
        #expect(key("10.0.0.1") != key("10.0.0.2") && key("10.0.0.1") == key("10.0.0.1"))
    }
}
