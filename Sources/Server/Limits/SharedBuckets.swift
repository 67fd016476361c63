// The buckets of users and of addresses, shared by the loops of a node: who has ten connections on four loops has one allowance. Sixty-four parts with
// a lock each, so loops hardly ever meet. Bounded however many names come: a full part forgets buckets that are empty (they would be made
// anew the same), and if it finds none the emptiest of those it looks at.

import EventLoop

final class SharedBuckets: Sendable {
    static let partCount = 64

    private let parts: [Part]

    /// `capacity`: buckets in all.
    init(capacity: Int) {
        let share = max(1, capacity / SharedBuckets.partCount)
        parts = (0..<SharedBuckets.partCount).map { _ in Part(capacity: share) }
    }

    /// Nil: taken. Else the kind that has no room.
    func charge(_ key: BucketKey, _ use: Use, _ rates: ScopeRates, now: Instant) -> LimitKind? {
        part(of: key).table.withLock { $0.with(key, rates, now) { $0.charge(use, rates, now: now) } }
    }

    func giveBack(_ key: BucketKey, _ use: Use, _ rates: ScopeRates, now: Instant) {
        part(of: key).table.withLock { $0.with(key, rates, now) { $0.giveBack(use, rates) } }
    }

    /// Buckets that are kept.
    var count: Int { parts.reduce(0) { sum, part in sum + part.table.withLock { $0.count } } }

    private func part(of key: BucketKey) -> Part { parts[Int(key.value % UInt64(SharedBuckets.partCount))] }

    private final class Part: Sendable {
        let table: Lock<BucketTable>
        init(capacity: Int) { table = Lock(BucketTable(capacity: capacity)) }
    }
}

/// Who a bucket is for: a hash with the process's secret, so nobody chooses whom he shares one with, and a name's length costs nothing.
struct BucketKey: Hashable, Sendable {
    let value: UInt64

    /// Compared as bytes: users whose names only look alike are different (row P13).
    init(user: String) {
        var hasher = Hasher()
        for byte in user.utf8 { hasher.combine(byte) }
        value = UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// The first half of an IPv6 address: the other half is its owner's to choose (RFC 4291 §2.5.1).
    init(address: IPAddress) {
        var hasher = Hasher()
        hasher.combine(address.isIPv4 ? address.low : address.high)
        hasher.combine(address.isIPv4)
        value = UInt64(bitPattern: Int64(hasher.finalize()))
    }
}

/// One part of the table.
struct BucketTable {
    /// How many buckets are looked at for one that comes new.
    private static let glances = 8

    private struct Entry {
        let key: BucketKey
        var buckets = Buckets()
    }

    private let capacity: Int
    private var entries: [Entry] = []
    private var places: [BucketKey: Int] = [:]
    /// Where the next look begins.
    private var hand = 0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { entries.count }

    mutating func with<Result>(
        _ key: BucketKey, _ rates: ScopeRates, _ now: Instant, _ body: (inout Buckets) -> Result
    ) -> Result {
        if let place = places[key] { return body(&entries[place].buckets) }
        makeRoom(rates, now)
        places[key] = entries.count
        entries.append(Entry(key: key))
        return body(&entries[entries.count - 1].buckets)
    }

    /// Forgets the empty ones of a few; when the table is full, the emptiest of them in any case.
    private mutating func makeRoom(_ rates: ScopeRates, _ now: Instant) {
        var emptiest: (place: Int, fullness: Double)?
        for _ in 0..<BucketTable.glances where !entries.isEmpty {
            if hand >= entries.count { hand = 0 }
            let fullness = entries[hand].buckets.fullness(rates, now: now)
            if fullness == 0 {
                remove(hand)
                // What stood elsewhere may be the one that was noted.
                emptiest = nil
            } else {
                if fullness < emptiest?.fullness ?? .infinity { emptiest = (hand, fullness) }
                hand += 1
            }
        }
        if entries.count >= capacity { remove(emptiest?.place ?? 0) }
    }

    private mutating func remove(_ place: Int) {
        places[entries[place].key] = nil
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        places[last.key] = place
    }
}
