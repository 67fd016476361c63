// Threads of our own, and how many are worth starting.
import Glibc

package enum Threads {
    package static let stackBytes = 1 << 20

    /// A thread that was started.
    package struct Handle: Sendable {
        fileprivate let thread: pthread_t

        /// Waits until its body has returned. Once.
        package func join() { pthread_join(thread, nil) }

        /// Nobody will wait for it. Once, instead of `join`.
        package func detach() { pthread_detach(thread) }
    }

    /// Starts a thread named `name` (at most 15 bytes are kept) that runs `body` and ends.
    @discardableResult
    package static func start(
        _ name: String, stackBytes: Int = stackBytes, _ body: sending @escaping () -> Void
    ) throws(SystemError) -> Handle {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, max(stackBytes, 128 << 10))
        let start = Start(name: name, body: body)
        let retained = unsafe Unmanaged.passRetained(start)
        var thread = pthread_t()
        let number = unsafe pthread_create(
            &thread, &attributes,
            { argument in
                // The one retain of `start` is taken back here.
                let start = unsafe Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                _ = unsafe kernelNameThread(pthread_self(), String(start.name.utf8.prefix(15)) ?? "")
                start.body()
                return nil
            }, retained.toOpaque())
        guard number == 0 else {
            unsafe retained.release()
            throw SystemError(operation: "start thread \(name)", errno: number)
        }
        return Handle(thread: thread)
    }

    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// How many loops can run at the same time: the processors this process may use, and not more than the quota of its
    /// control groups pays for.
    package static func availableProcessors() -> Int {
        ProcessorQuota.loops(processors: affinityCount(), quota: ProcessorQuota.read { SmallFile.read($0) })
    }

    /// Keeps the calling thread, and what it starts from then on, on one processor.
    package static func pin(to processor: Int) throws(SystemError) {
        let operation = "run on processor \(processor)"
        var mask = [UInt64](repeating: 0, count: 128)
        guard processor >= 0, processor < mask.count * 64 else {
            throw SystemError(operation: operation, errno: EINVAL)
        }
        mask[processor / 64] = 1 << UInt64(processor % 64)
        guard unsafe kernelSetAffinity(0, mask.count * 8, &mask) == 0 else { throw SystemError.last(operation) }
    }

    /// Lets time pass; not on a loop.
    package static func sleep(milliseconds: Int) { usleep(UInt32(clamping: milliseconds * 1_000)) }

    /// Processors in the affinity mask.
    private static func affinityCount() -> Int {
        // Room for 8,192 processors; the kernel answers how many bytes it wrote through a raw call, glibc answers 0.
        var mask = [UInt64](repeating: 0, count: 128)
        guard unsafe kernelAffinity(0, mask.count * 8, &mask) >= 0 else { return 1 }
        return max(1, mask.reduce(0) { $0 + $1.nonzeroBitCount })
    }
}
