// A moment of the monotonic clock. Wall-clock steps never move it (row E9): every timer and deadline is made of these.
import Glibc

/// Nanoseconds since some moment before the program began.
package struct Instant: Comparable, Hashable, Sendable {
    package var nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// Reads CLOCK_MONOTONIC. On a loop take `EventLoop.now`, which is read once per turn.
    package static func now() -> Instant {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        let (seconds, attoseconds) = duration.components
        return instant.adding(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// Stops at the ends of time instead of trapping.
    package func adding(milliseconds: Int) -> Instant {
        let (product, overflow) = Int64(milliseconds).multipliedReportingOverflow(by: 1_000_000)
        return adding(nanoseconds: overflow ? (milliseconds < 0 ? .min : .max) : product)
    }

    package func adding(nanoseconds amount: Int64) -> Instant {
        let (sum, overflow) =
            amount < 0
            ? nanoseconds.subtractingReportingOverflow(amount.magnitude)
            : nanoseconds.addingReportingOverflow(amount.magnitude)
        return Instant(nanoseconds: overflow ? (amount < 0 ? 0 : .max) : sum)
    }

    /// Whole milliseconds from `earlier` to here, rounded down; 0 when `earlier` is later.
    package func milliseconds(since earlier: Instant) -> Int {
        earlier < self ? Int((nanoseconds - earlier.nanoseconds) / 1_000_000) : 0
    }
}
