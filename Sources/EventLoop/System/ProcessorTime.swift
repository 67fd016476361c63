// Processor time to the nanosecond, of ourselves and of other processes: the clocks of clock_gettime(2), which count what the scheduler
// counts. /proc/PID/stat has steps of 10 ms; its sum is the same, its parts tell user from system time.
import Glibc

package enum ProcessorTime {
    /// Nanoseconds that this process has run, all threads together, also those that have ended.
    package static func ofThisProcess() -> UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) ?? 0 }

    /// Nanoseconds that the calling thread has run.
    package static func ofThisThread() -> UInt64 { read(CLOCK_THREAD_CPUTIME_ID) ?? 0 }

    /// Nanoseconds that a process has run, all its threads together, its children left out; nil when there is none with this number.
    package static func ofProcess(_ identifier: Int) -> UInt64? {
        var clock: clockid_t = 0
        guard let number = pid_t(exactly: identifier), unsafe clock_getcpuclockid(number, &clock) == 0 else {
            return nil
        }
        return read(clock)
    }

    /// Seconds of user and of system time of this process.
    package static func userAndSystem() -> (user: Double, system: Double) {
        var usage = rusage()
        _ = unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        let seconds = { (time: timeval) in Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return (seconds(usage.ru_utime), seconds(usage.ru_stime))
    }

    /// Steps a second of the times in /proc/PID/stat.
    package static var ticksPerSecond: Int { max(1, sysconf(Int32(_SC_CLK_TCK))) }

    private static func read(_ clock: clockid_t) -> UInt64? {
        var time = timespec()
        guard unsafe clock_gettime(clock, &time) == 0 else { return nil }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
