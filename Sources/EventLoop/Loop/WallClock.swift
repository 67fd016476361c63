// The time of day, for logs and tokens. It may jump; nothing that waits may use it.
import Glibc

package enum WallClock {
    /// Milliseconds since 1970.
    package static func milliseconds() -> Int {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }
}
