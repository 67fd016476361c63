// How long an address must wait before it may try a name again: nothing after the first wrong password, then a second, two, four, up to thirty.
// Nobody is ever locked out: who knows the password waits half a minute at most, and from another address not at all. Sans-I/O; bounded whatever is
// tried.

import EventLoop

/// An address and a name, as one hash with the process's secret: of what was typed nothing is kept.
struct LoginKey: Hashable, Sendable {
    private let value: Int

    init(_ address: IPAddress, _ user: [UInt8]) {
        var hasher = Hasher()
        hasher.combine(BucketKey(address: address))
        hasher.combine(user)
        value = hasher.finalize()
    }
}

struct LoginDelays {
    static let secondsMax = 30
    /// After so long without a wrong password everything is forgiven.
    static let forgottenMilliseconds = 15 * 60_000
    static let entriesMax = 10_000

    private struct Entry {
        var failures = 0
        var failedAt = Instant(nanoseconds: 0)
    }

    private var entries: [LoginKey: Entry] = [:]
    private let capacity: Int

    init(capacity: Int = entriesMax) { self.capacity = capacity }

    var count: Int { entries.count }

    /// Seconds to wait after so many wrong passwords.
    static func seconds(after failures: Int) -> Int {
        failures < 2 ? 0 : min(1 << min(failures - 2, 30), secondsMax)
    }

    /// Whole seconds until this may be tried, rounded up; 0: now.
    func secondsToWait(_ key: LoginKey, now: Instant) -> Int {
        guard let entry = entries[key] else { return 0 }
        let until = entry.failedAt.adding(milliseconds: 1_000 * LoginDelays.seconds(after: entry.failures))
        guard now < until else { return 0 }
        // At most `secondsMax` ahead, or what the caller's clock has gone back.
        return Int(clamping: (until.nanoseconds - now.nanoseconds - 1) / 1_000_000_000 + 1)
    }

    mutating func failed(_ key: LoginKey, now: Instant) {
        if entries[key] == nil, entries.count >= capacity { makeRoom(now) }
        var entry = entries[key] ?? Entry()
        if isForgotten(entry, now) { entry.failures = 0 }
        entry.failures += 1
        entry.failedAt = now
        entries[key] = entry
    }

    mutating func succeeded(_ key: LoginKey) { entries[key] = nil }

    private func isForgotten(_ entry: Entry, _ now: Instant) -> Bool {
        now.milliseconds(since: entry.failedAt) >= LoginDelays.forgottenMilliseconds
    }

    /// At most as often as passwords are tried, some times a second: all entries are looked at. If none is forgotten, the one that failed least often
    /// goes, and of those the oldest: not the one that somebody works on.
    private mutating func makeRoom(_ now: Instant) {
        entries = entries.filter { !isForgotten($0.value, now) }
        guard entries.count >= capacity else { return }
        let least = entries.min { left, right in
            (left.value.failures, left.value.failedAt) < (right.value.failures, right.value.failedAt)
        }
        if let least { entries[least.key] = nil }
    }
}
