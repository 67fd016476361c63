// Wakes a sleeping loop from another thread: an eventfd behind an atomic flag, so that a loop that is already called costs
// its callers one exchange (5 ns) instead of a write (400 ns).
import Glibc
import Synchronization

/// The bell of a loop.
package final class Wakeup: Sendable {
    let descriptor: Int32
    private let isCalled = Atomic<Bool>(false)

    init() throws(SystemError) {
        descriptor = kernelEventDescriptor(0, Kernel.nonBlocking | Kernel.closeOnExec)
        guard descriptor >= 0 else { throw SystemError.last("make an eventfd") }
    }

    deinit { Socket.close(descriptor) }

    /// Makes the loop run its wake-up handlers soon. From any thread; what was posted before is seen by them.
    package func signal() {
        guard !isCalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var one: UInt64 = 1
        // The counter cannot overflow: one write at most between two clears.
        while unsafe write(descriptor, &one, 8) < 0, errno == EINTR {}
    }

    /// Takes the call. Everything posted before a `signal` that found the bell ringing is visible after this.
    func clear() {
        var count: UInt64 = 0
        while unsafe read(descriptor, &count, 8) < 0, errno == EINTR {}
        _ = isCalled.exchange(false, ordering: .acquiringAndReleasing)
    }
}
