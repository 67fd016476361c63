// A blocking call on a thread of its own, while the test turns its loop.
import EventLoop
import Foundation
import TestSupport

final class OneShot: Sendable {
    private let state = Lock<(isDone: Bool, error: (any Error)?)>((false, nil))

    init(_ body: @escaping @Sendable () throws -> Void) {
        Thread.detachNewThread { [self] in
            do {
                try body()
                state.withLock { $0 = (true, nil) }
            } catch {
                state.withLock { $0 = (true, error) }
            }
        }
    }

    convenience init<R>(_ body: @escaping @Sendable () throws -> R) { self.init { _ = try body() } }

    var isDone: Bool { state.withLock { $0.isDone } }

    func wait(seconds: Double = 30) throws {
        try TestSupport.wait(until: "a thread has ended", seconds: seconds) { isDone }
        if let error = state.withLock({ $0.error }) { throw error }
    }
}
