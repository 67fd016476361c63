// A timer that fires within microseconds (timerfd). The loop's own timers wait in whole milliseconds, which is fine for deadlines of
// minutes and too coarse for a load generator that measures latencies of tenths of a millisecond.
import Glibc

/// Calls its owner at an instant. It belongs to its loop's thread.
package final class PreciseTimer: EventSource {
    private let loop: EventLoop
    private let fired: () -> Void
    private var descriptor: Int32
    private var token = Token(slot: 0, generation: 0, source: 0)
    private var setFor: Instant?

    /// `fired` is called on the loop, once for each instant that was set and has come.
    package init(loop: EventLoop, fired: @escaping () -> Void) throws(SystemError) {
        self.loop = loop
        self.fired = fired
        descriptor = kernelTimerDescriptor(CLOCK_MONOTONIC, Kernel.nonBlocking | Kernel.closeOnExec)
        guard descriptor >= 0 else { throw SystemError.last("make a timerfd") }
        token.source = loop.add(source: self)
        do throws(SystemError) {
            try loop.watch(descriptor, token, .read)
        } catch {
            close()
            throw error
        }
    }

    /// Fires at `instant`, at once when that has passed; takes the place of what was set before. Setting the same again is free.
    package func set(_ instant: Instant) {
        guard setFor != instant, descriptor >= 0 else { return }
        setFor = instant
        // struct itimerspec: interval and value, seconds and nanoseconds each. A value of zero would disarm.
        let nanoseconds = max(instant.nanoseconds, 1)
        var setting: InlineArray<4, Int> = [
            0, 0, Int(nanoseconds / 1_000_000_000), Int(nanoseconds % 1_000_000_000),
        ]
        unsafe withUnsafeBytes(of: &setting) { record in
            guard let base = record.baseAddress else { return }
            _ = unsafe kernelSetTimer(descriptor, Kernel.absoluteTime, base, nil)
        }
    }

    /// Never fires again.
    package func close() {
        guard descriptor >= 0 else { return }
        loop.unwatch(descriptor)
        Socket.close(descriptor)
        descriptor = -1
        loop.remove(source: token.source)
    }

    /// The kernel says that the instant has come.
    package func ready(_ token: Token, _ readiness: Readiness) {
        var count: UInt64 = 0
        guard descriptor >= 0, unsafe read(descriptor, &count, 8) == 8 else { return }
        setFor = nil
        fired()
    }
}
