// How many connections of the protocol door each user has on this node. Counted only where there is a limit: it is a lock that all loops meet at,
// once for each connection.

import EventLoop

final class UserCounts: Sendable {
    /// By the users' names as bytes (row P13).
    private let counts = Lock<[[UInt8]: Int]>([:])

    /// Counts a connection; false, and not counted, when the user has as many as he may.
    func enter(_ user: String, most: Int) -> Bool {
        let key = Array(user.utf8)
        return counts.withLock { counts in
            let count = counts[key, default: 0]
            guard count < most else { return false }
            counts[key] = count + 1
            return true
        }
    }

    /// Ends what `enter` has begun.
    func leave(_ user: String) {
        let key = Array(user.utf8)
        counts.withLock { counts in
            let count = counts[key, default: 0] - 1
            counts[key] = count > 0 ? count : nil
        }
    }
}
