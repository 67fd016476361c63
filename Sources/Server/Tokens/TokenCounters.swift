// What became of tokens, for /metrics. Loops and threads count alike.

import Synchronization

final class TokenCounters: Sendable {
    enum Outcome: Int, CaseIterable, Sendable {
        case accepted, expired, revoked, invalid, busy

        /// The label of the metric.
        var label: String { "\(self)" }
    }

    private let accepted = Atomic<Int>(0)
    private let expired = Atomic<Int>(0)
    private let revoked = Atomic<Int>(0)
    private let invalid = Atomic<Int>(0)
    private let busy = Atomic<Int>(0)
    private let threaded = Atomic<Int>(0)
    private let fetches = Atomic<Int>(0)

    func count(_ outcome: Outcome) {
        switch outcome {
        case .accepted: accepted.add(1, ordering: .relaxed)
        case .expired: expired.add(1, ordering: .relaxed)
        case .revoked: revoked.add(1, ordering: .relaxed)
        case .invalid: invalid.add(1, ordering: .relaxed)
        case .busy: busy.add(1, ordering: .relaxed)
        }
    }

    subscript(outcome: Outcome) -> Int {
        switch outcome {
        case .accepted: accepted.load(ordering: .relaxed)
        case .expired: expired.load(ordering: .relaxed)
        case .revoked: revoked.load(ordering: .relaxed)
        case .invalid: invalid.load(ordering: .relaxed)
        case .busy: busy.load(ordering: .relaxed)
        }
    }

    /// Tokens that a thread has verified.
    var onThreads: Int { threaded.load(ordering: .relaxed) }
    func countThread() { threaded.add(1, ordering: .relaxed) }

    /// How often an issuer was asked for keys.
    var asked: Int { fetches.load(ordering: .relaxed) }
    func countFetch() { fetches.add(1, ordering: .relaxed) }
}

extension TokenVerdict {
    var outcome: TokenCounters.Outcome {
        switch self {
        case .accepted: .accepted
        case .expired: .expired
        case .revoked: .revoked
        case .invalid: .invalid
        case .busy: .busy
        }
    }
}
