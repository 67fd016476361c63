// The normal user beside an attack: asks for the node's pulse, again and again, and keeps the slowest answer.
import EventLoop
import Foundation
import TestSupport

final class Pulse: Sendable {
    private struct State {
        var isRunning = true
        var asked = 0
        var slowest = 0.0
        var problem: String?
    }

    private let port: Int
    private let state = Lock(State())

    init(port: Int) { self.port = port }

    func start() {
        let thread = Thread { [self] in
            while state.withLock({ $0.isRunning }) {
                let start = monotonicNanoseconds()
                do {
                    let response = try RawHTTP.get("/health/live", port: port, seconds: 30)
                    let seconds = Double(monotonicNanoseconds() - start) / 1e9
                    state.withLock {
                        $0.asked += 1
                        $0.slowest = max($0.slowest, seconds)
                        if response.status != 200 { $0.problem = "answered \(response.status)" }
                    }
                } catch {
                    state.withLock { $0.problem = "\(error)" }
                }
                sleep(milliseconds: 20)
            }
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    func stop() { state.withLock { $0.isRunning = false } }

    func result() throws -> (asked: Int, seconds: Double) {
        let state = state.withLock { $0 }
        if let problem = state.problem { throw KitError("the normal user was not served: \(problem)") }
        return (state.asked, state.slowest)
    }
}
