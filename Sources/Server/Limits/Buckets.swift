// Token buckets, one for each kind of use, of one connection, user or address. A bucket holds what was used and not given back yet: uses fill it,
// time empties it at the rate, and over the burst nothing more goes in. A new one is empty, so whoever is forgotten while his are empty loses and
// gains nothing.

import EventLoop

/// How much of each kind something uses.
struct Use: Equatable, Sendable {
    private(set) var amounts: InlineArray<4, Double> = [0, 0, 0, 0]

    static func message(bytes: Int) -> Use {
        var use = Use()
        use.amounts[LimitKind.messages.rawValue] = 1
        use.amounts[LimitKind.bytes.rawValue] = Double(bytes)
        return use
    }

    static func one(_ kind: LimitKind) -> Use {
        var use = Use()
        use.amounts[kind.rawValue] = 1
        return use
    }

    static func == (left: Use, right: Use) -> Bool {
        LimitKind.allCases.allSatisfy { left.amounts[$0.rawValue] == right.amounts[$0.rawValue] }
    }
}

/// The rates of one scope, as the buckets work with them.
struct ScopeRates: Sendable {
    /// By the kind's number; infinite where there is no limit.
    private(set) var bursts: InlineArray<4, Double> = [.infinity, .infinity, .infinity, .infinity]
    private(set) var perNanosecond: InlineArray<4, Double> = [0, 0, 0, 0]
    private(set) var isOff = true

    init(_ limits: RateLimits, _ scope: LimitScope) {
        for kind in LimitKind.allCases {
            guard let rate = limits[kind, scope] else { continue }
            isOff = false
            bursts[kind.rawValue] = Double(rate.burst)
            perNanosecond[kind.rawValue] = rate.perNanosecond
        }
    }

    func limits(_ use: Use) -> Bool {
        for kind in 0..<4 where use.amounts[kind] > 0 && bursts[kind] < .infinity { return true }
        return false
    }
}

struct Buckets: Sendable {
    private var used: InlineArray<4, Double> = [0, 0, 0, 0]
    private var at: UInt64 = 0

    init() {}

    /// Takes `use` when there is room for all of it; else takes nothing and says for which kind there is none.
    mutating func charge(_ use: Use, _ rates: ScopeRates, now: Instant) -> LimitKind? {
        empty(rates, now)
        for kind in LimitKind.allCases {
            let amount = use.amounts[kind.rawValue]
            if amount > 0, used[kind.rawValue] + amount > rates.bursts[kind.rawValue] { return kind }
        }
        for kind in 0..<4 where rates.bursts[kind] < .infinity { used[kind] += use.amounts[kind] }
        return nil
    }

    /// What was taken for something that did not happen.
    mutating func giveBack(_ use: Use, _ rates: ScopeRates) {
        for kind in 0..<4 where rates.bursts[kind] < .infinity { used[kind] = max(0, used[kind] - use.amounts[kind]) }
    }

    /// How full the fullest is, of its burst: 0 is empty.
    mutating func fullness(_ rates: ScopeRates, now: Instant) -> Double {
        empty(rates, now)
        var most = 0.0
        for kind in 0..<4 { most = max(most, used[kind] / rates.bursts[kind]) }
        return most
    }

    private mutating func empty(_ rates: ScopeRates, _ now: Instant) {
        guard now.nanoseconds > at else { return }
        let elapsed = Double(now.nanoseconds - at)
        at = now.nanoseconds
        // Rates may have changed meanwhile: what is over a lowered burst runs off like everything else.
        for kind in 0..<4 where used[kind] > 0 {
            used[kind] = max(0, used[kind] - elapsed * rates.perNanosecond[kind])
        }
    }
}
