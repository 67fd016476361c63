// A thread of the kit's own (proxies, scripted peers, loads). Tests block the few threads of Swift concurrency; what they
// wait for must run somewhere else.
import EventLoop
import Foundation

/// Runs `body` on a thread with a stack of `bytes` and returns what it returns: what recurses too deep there traps. A test's
/// own thread has 8 MiB or so. Nothing is expected inside, for a test that is not running on its own task is not found.
package func onStack<Result: Sendable>(
    ofBytes bytes: Int, _ body: @escaping @Sendable () throws -> Result
) throws -> Result {
    let ended = DispatchSemaphore(value: 0)
    let result = Lock<Swift.Result<Result, any Error>?>(nil)
    let thread = Thread {
        let outcome = Swift.Result { try body() }
        result.withLock { $0 = outcome }
        ended.signal()
    }
    thread.stackSize = bytes
    thread.start()
    ended.wait()
    guard let outcome = result.withLock({ $0 }) else { throw KitError("the thread told nothing") }
    return try outcome.get()
}

func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    thread.stackSize = 1 << 20
    thread.start()
}
