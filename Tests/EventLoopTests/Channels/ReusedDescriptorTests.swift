import EventLoop
import Testing

@Suite("Descriptors and slots that are used again")
struct ReusedDescriptorTests {
    @Test("E8 an event of a descriptor that was closed in this turn does not reach the connection that got its number")
    func sameTurn() throws {
        let loop = try EventLoop()
        let first = RecordingDelegate()
        let old = RecordingDelegate()
        let new = RecordingDelegate()
        let (firstNear, firstFar) = try Socket.pair()
        let (oldNear, oldFar) = try Socket.pair()
        let firstChannel = StreamChannel(loop: loop, delegate: first)
        try firstChannel.adopt(firstNear)
        let oldChannel = StreamChannel(loop: loop, delegate: old)
        try oldChannel.adopt(oldNear)
        var newChannel: StreamChannel?
        var newFar: Int32 = -1
        first.onReceived = { _ in
            // The hang-up of `old` is in the same list of events, behind this one. Its place and its number go to `new`.
            oldChannel.close()
            let (near, far) = try! Socket.pair()
            newFar = far
            newChannel = StreamChannel(loop: loop, delegate: new)
            try! newChannel!.adopt(near)
        }
        let byte: [UInt8] = [1]
        _ = Socket.send(firstFar, byte.span)
        Socket.close(oldFar)
        LoopDriver.turn(loop, times: 3)
        #expect(first.pieces == 1)
        #expect(newChannel?.isOpen == true)
        #expect(new.ends.isEmpty && new.pieces == 0)
        #expect(old.ends.isEmpty)
        newChannel?.close()
        firstChannel.close()
        for descriptor in [firstFar, newFar] { Socket.close(descriptor) }
    }

    @Test("E8 in 20,000 rounds of opening, writing and closing, each connection receives its own bytes alone")
    func churn() throws {
        let loop = try EventLoop()
        var generator = SeededGenerator(seed: 8)
        var owners: [Owner?] = Array(repeating: nil, count: 64)
        var strays = 0
        var received = 0
        var number: UInt32 = 0
        let open: (Int) throws -> Void = { place in
            number += 1
            owners[place] = try Owner(loop: loop, mark: number) { isOwn, count in
                if isOwn { received += count } else { strays += 1 }
            }
        }
        for place in owners.indices { try open(place) }
        // Whoever receives closes a neighbour and opens another in its place, within the same list of events.
        for round in 0..<20_000 {
            let place = Int.random(in: 0..<64, using: &generator)
            let neighbour = Int.random(in: 0..<64, using: &generator)
            switch round % 4 {
            case 0, 1: owners[place]!.write()
            case 2:
                owners[place]!.write()
                owners[neighbour]!.hangUp()
                owners[place]!.onReceived = {
                    owners[neighbour]?.close()
                    try? open(neighbour)
                }
            default: loop.turn(waitAtMostMilliseconds: 0)
            }
        }
        LoopDriver.turn(loop, times: 5)
        #expect(strays == 0)
        #expect(received > 10_000)
        let falselyEnded = owners.compactMap { $0 }.filter { $0.hasEnded && !$0.isHungUp }
        #expect(falselyEnded.isEmpty)
        for owner in owners { owner?.close() }
    }

    /// One connection of the churn: its peer writes its mark, four bytes, again and again.
    private final class Owner: StreamChannelDelegate {
        private let mark: [UInt8]
        private var far: Int32
        private var channel: StreamChannel!
        private let report: (Bool, Int) -> Void
        private var position = 0
        private(set) var hasEnded = false
        private(set) var isHungUp = false
        var onReceived: (() -> Void)?

        init(loop: EventLoop, mark: UInt32, report: @escaping (Bool, Int) -> Void) throws {
            self.mark = (0..<4).map { UInt8(truncatingIfNeeded: mark >> ($0 * 8)) }
            self.report = report
            let (near, far) = try Socket.pair()
            self.far = far
            channel = StreamChannel(loop: loop, delegate: self)
            try channel.adopt(near)
        }

        func write() {
            let mark = mark
            if far >= 0 { _ = Socket.send(far, mark.span) }
        }

        func hangUp() {
            isHungUp = true
            if far >= 0 { Socket.close(far) }
            far = -1
        }

        func close() {
            channel.close()
            hangUp()
        }

        func received(_ bytes: inout MutableSpan<UInt8>, on channel: StreamChannel) {
            var isOwn = channel === self.channel
            for index in bytes.indices {
                if bytes[index] != mark[position % 4] { isOwn = false }
                position += 1
            }
            report(isOwn, bytes.count)
            let body = onReceived
            onReceived = nil
            body?()
        }

        func ended(_ channel: StreamChannel, _ reason: StreamEnd) { hasEnded = true }
    }
}
