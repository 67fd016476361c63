// Time in tests: everything that waits has a deadline, and the deadline is on the monotonic clock.
import Glibc

/// Nanoseconds of the monotonic clock.
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

package struct Deadline: Sendable {
    private let end: UInt64

    package init(seconds: Double) {
        end = monotonicNanoseconds() + UInt64(max(0, seconds) * 1e9)
    }

    package var hasPassed: Bool { monotonicNanoseconds() >= end }

    package var remainingSeconds: Double {
        let now = monotonicNanoseconds()
        return now >= end ? 0 : Double(end - now) / 1e9
    }

    /// What is left, for `poll`: rounded up, so that a wait never ends just before the deadline.
    package var remainingMilliseconds: Int32 { Int32((remainingSeconds * 1000).rounded(.up)) }
}

package func sleep(milliseconds: Int) { usleep(UInt32(milliseconds) * 1000) }

/// Asks `condition` again and again until it is true; throws with `what` when it is still false after `seconds`.
package func wait(
    until what: @autoclosure () -> String, seconds: Double = 10, everyMilliseconds: Int = 10,
    _ condition: () throws -> Bool
) throws {
    let deadline = Deadline(seconds: seconds)
    while true {
        if try condition() { return }
        if deadline.hasPassed { throw KitError("waited \(seconds) s in vain until \(what())") }
        sleep(milliseconds: everyMilliseconds)
    }
}

package func microsecondSleep(_ microseconds: UInt32) { usleep(microseconds) }
