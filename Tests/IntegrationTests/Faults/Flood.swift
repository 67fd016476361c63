// One client that sends as fast as it can, and reads what comes back, on a thread of its own.
import Foundation
import Synchronization
import TestSupport

final class Flood: Sendable {
    private let socket: TestWebSocket
    private let burst: [UInt8]
    private let frames: Int
    private let sent = Atomic<Int>(0)
    private let isRunning = Atomic<Bool>(true)

    init(_ socket: TestWebSocket, frame: [UInt8], framesPerBurst: Int = 10_000) {
        self.socket = socket
        burst = [UInt8]((0..<framesPerBurst).lazy.flatMap { _ in frame })
        frames = framesPerBurst
    }

    var sentFrames: Int { sent.load(ordering: .relaxed) }

    func start() {
        let thread = Thread { [self] in
            while isRunning.load(ordering: .relaxed) {
                var offset = 0
                while offset < burst.count, isRunning.load(ordering: .relaxed) {
                    guard let count = try? socket.socket.sendWhatFits(burst[offset...]) else { return }
                    offset += count
                    // What comes back is thrown away; a client that reads nothing would be closed as slow.
                    while let bytes = try? socket.socket.receiveIfAny(seconds: count == 0 ? 0.001 : 0) {
                        if bytes.isEmpty { return }
                    }
                }
                sent.add(frames, ordering: .relaxed)
            }
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    func stop() { isRunning.store(false, ordering: .relaxed) }
}
