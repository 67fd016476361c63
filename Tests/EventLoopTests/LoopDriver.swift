// What tests of real descriptors share: turning a loop until something has happened, bounded in time, and a clock by hand.
import EventLoop

enum LoopDriver {
    /// Turns `loop` until `condition` holds; false when it does not within five seconds.
    static func turn(_ loop: EventLoop, until condition: () -> Bool) -> Bool {
        let giveUpAt = Instant.now().adding(milliseconds: 5_000)
        while !condition() {
            if Instant.now() > giveUpAt { return false }
            loop.turn(waitAtMostMilliseconds: 20)
        }
        return true
    }

    /// Turns `loop` so often, without waiting.
    static func turn(_ loop: EventLoop, times: Int) {
        for _ in 0..<times { loop.turn(waitAtMostMilliseconds: 0) }
    }

    /// Everything that can be received from a descriptor now, and what ended it.
    static func receiveAll(_ descriptor: Int32) -> (bytes: [UInt8], end: IOResult) {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 65_536)
        while true {
            let result = room.withUnsafeMutableBytes { Socket.receive(descriptor, into: $0) }
            guard case .bytes(let count) = result else { return (bytes, result) }
            bytes.append(contentsOf: room[..<count])
        }
    }
}

/// Time that passes only when told to.
final class ManualClock {
    var now = Instant(nanoseconds: 1_000_000_000)

    func advance(milliseconds: Int) { now = now.adding(milliseconds: milliseconds) }
}

/// A source that keeps a record of what it is told.
final class RecordingSource: EventSource {
    var readies: [(token: Token, readiness: Readiness)] = []
    var fired: [Token] = []
    var onReady: (Token, Readiness) -> Void = { _, _ in }
    var onTimer: (Token) -> Void = { _ in }

    func ready(_ token: Token, _ readiness: Readiness) {
        readies.append((token, readiness))
        onReady(token, readiness)
    }

    func timerFired(_ token: Token) {
        fired.append(token)
        onTimer(token)
    }
}

/// The owner of a stream channel, for tests.
final class RecordingDelegate: StreamChannelDelegate {
    var connects = 0
    var bytes: [UInt8] = []
    var pieces = 0
    var ends: [StreamEnd] = []
    var writableAgains = 0
    var deadlines = 0
    var onConnected: (StreamChannel) -> Void = { _ in }
    var onReceived: (StreamChannel) -> Void = { _ in }
    var onEnded: (StreamChannel) -> Void = { _ in }
    var onWritable: (StreamChannel) -> Void = { _ in }
    var onDeadline: (StreamChannel) -> Void = { _ in }

    func connected(_ channel: StreamChannel) {
        connects += 1
        onConnected(channel)
    }

    func received(_ bytes: inout MutableSpan<UInt8>, on channel: StreamChannel) {
        pieces += 1
        for index in bytes.indices { self.bytes.append(bytes[index]) }
        onReceived(channel)
    }

    func ended(_ channel: StreamChannel, _ reason: StreamEnd) {
        ends.append(reason)
        onEnded(channel)
    }

    func writableAgain(_ channel: StreamChannel) {
        writableAgains += 1
        onWritable(channel)
    }

    func deadlineReached(_ channel: StreamChannel) {
        deadlines += 1
        onDeadline(channel)
    }
}
