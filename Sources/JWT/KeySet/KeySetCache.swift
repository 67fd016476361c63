// When to ask an issuer for its keys, and which of them hold meanwhile (fault J4). A value without clock or socket: who owns it fetches when it
// says so, and tells what came. One request at a time, however many tokens wait; unknown keys ask again, but not more often than the cool-down,
// whatever `kid` strangers send; when the issuer fails, what is known holds on, for a bounded time.
//
// Keys that a new set lacks are gone at once: an issuer that rotates publishes the old key beside the new one for as long as it means it.

/// The times of a cache, in milliseconds.
package struct KeySetCacheTimes: Equatable, Sendable {
    /// How old keys become before they are fetched anew.
    package var refreshMilliseconds: Int64 = 300_000
    /// The least time between two requests that unknown keys cause.
    package var coolDownMilliseconds: Int64 = 30_000
    /// A request that is older has failed.
    package var answerMilliseconds: Int64 = 10_000
    /// The wait after the first failure; it doubles up to the cool-down.
    package var retryMilliseconds: Int64 = 1_000
    /// How long keys hold while the issuer fails.
    package var staleMilliseconds: Int64 = 86_400_000

    /// As above.
    package init() {}
}

/// The keys of one issuer, and when to fetch them. `now` is a monotonic clock in milliseconds.
package struct KeySetCache: Sendable {
    private let times: KeySetCacheTimes
    /// What came last, however long ago.
    private var latest: KeySet?
    private var receivedAt: Int64 = 0
    /// When the request on its way was begun.
    private var requestedAt: Int64?
    /// No request begins before.
    private var quietUntil = Int64.min
    /// No unknown key causes a request before.
    private var coolUntil = Int64.min
    private var failureCount = 0

    /// Without keys: the first question of `mustFetch` says yes.
    package init(times: KeySetCacheTimes = KeySetCacheTimes()) { self.times = times }

    /// The keys that hold now; nil while none have come, or when they are older than the issuer may fail.
    package func keys(now: Int64) -> KeySet? {
        guard let latest, age(now) <= times.staleMilliseconds else { return nil }
        return latest
    }

    /// Whether to fetch now, because there are no keys, or because they are old. After yes one of `received` and `failed` follows.
    package mutating func mustFetch(now: Int64) -> Bool {
        expire(now)
        guard latest == nil || age(now) >= times.refreshMilliseconds else { return false }
        return begin(now)
    }

    /// Whether to fetch now, because a token names a key that is not there. As with `mustFetch`, yes is said once.
    package mutating func sawUnknownKey(now: Int64) -> Bool {
        expire(now)
        guard now >= coolUntil else { return false }
        return begin(now)
    }

    /// The issuer has answered with keys, which replace the others.
    package mutating func received(_ keys: KeySet, now: Int64) {
        latest = keys
        receivedAt = now
        requestedAt = nil
        failureCount = 0
        quietUntil = now
    }

    /// The issuer did not answer, or with something else.
    package mutating func failed(now: Int64) {
        requestedAt = nil
        let wait = times.retryMilliseconds << Int64(min(failureCount, 16))
        failureCount += 1
        quietUntil = now + min(wait, times.coolDownMilliseconds)
    }

    /// Whether a request is on its way.
    package func isFetching(now: Int64) -> Bool {
        requestedAt.map { now - $0 < times.answerMilliseconds } ?? false
    }

    /// When to ask `mustFetch` again, unless something happens before.
    package var nextDeadline: Int64 {
        if let requestedAt { return requestedAt + times.answerMilliseconds }
        return latest == nil ? quietUntil : max(quietUntil, receivedAt + times.refreshMilliseconds)
    }

    private func age(_ now: Int64) -> Int64 { now - receivedAt }

    private mutating func expire(_ now: Int64) {
        if let requestedAt, now - requestedAt >= times.answerMilliseconds { failed(now: now) }
    }

    private mutating func begin(_ now: Int64) -> Bool {
        guard requestedAt == nil, now >= quietUntil else { return false }
        requestedAt = now
        coolUntil = now + times.coolDownMilliseconds
        return true
    }
}
