// Frames are written by the kit (WireFrame), apart from WSProtocol; bodies by MessageMarker, whose bytes have a test of their own.
import TestSupport
import Testing

@testable import Bench

@Suite("The accounts of a load thread")
struct ReceiverTests {
    private static let one = Audience(subscribers: 1, publishers: 1, channels: 1, urls: 1, threads: 1)

    private static func body(
        _ sequence: UInt32, publisher: UInt16 = 0, channel: UInt16 = 0, at nanoseconds: UInt64 = 0,
        isMeasured: Bool = true
    ) -> [UInt8] {
        MessageMarkerTests.body(
            MessageMarker(
                publisher: publisher, channel: channel, sequence: sequence, nanoseconds: nanoseconds,
                isMeasured: isMeasured))
    }

    // The macros of Testing cannot hold spans.
    private static func take(_ receiver: inout Receiver, _ bytes: [UInt8], at nanoseconds: UInt64) -> Int {
        receiver.takeFrames(bytes.span, subscriber: 0, nanoseconds: nanoseconds)
    }

    private static func frame(_ prefix: String, _ bodies: [UInt8]...) -> [UInt8] {
        WireFrame(opcode: 1, Array(prefix.utf8) + Array(bodies.joined())).with { $0.maskingKey = nil }.bytes
    }

    @Test(
        "frames that lie whole in the bytes are taken, and nothing behind the first one that does not, at every split")
    func splits() {
        let frames = (0..<5).map { Self.frame("Client #7 says: ", Self.body($0)) }
        let bytes = Array(frames.joined())
        for split in 0...bytes.count {
            var receiver = Receiver(Self.one, subscribers: [0])
            let first = Array(bytes[..<split])
            let taken = Self.take(&receiver, first, at: 1)
            let border = frames.indices.reduce(0) { sum, index in
                let end = frames[...index].reduce(0) { $0 + $1.count }
                return end <= split ? end : sum
            }
            #expect(taken == border)
            let rest = Array(bytes[taken...])
            #expect(Self.take(&receiver, rest, at: 1) == rest.count)
            #expect(receiver.received == 5 && receiver.lost(of: 0, published: [5]) == 0)
        }
    }

    @Test("control frames, fragments, compressed, masked and huge ones are left to others")
    func left() {
        let message = Self.frame("", Self.body(0))
        let text = WireFrame(opcode: 1, Self.body(1)).with { $0.maskingKey = nil }
        for other in [
            WireFrame.ping().with { $0.maskingKey = nil }, WireFrame.close(1000).with { $0.maskingKey = nil },
            text.with { $0.fin = false }, text.with { $0.reserved = 4 }, WireFrame(opcode: 1, Self.body(1)),
            text.with { $0.lengthForm = .sixtyFourBits }, text.with { $0.lengthForm = .sixteenBits },
            text.with { $0.opcode = 0 }, text.with { $0.opcode = 3 },
        ] {
            var receiver = Receiver(Self.one, subscribers: [0])
            let bytes = message + other.bytes + message
            #expect(Self.take(&receiver, bytes, at: 1) == message.count)
            #expect(receiver.received == 1)
        }
    }

    @Test("several messages in one frame count, and a place that moves is found again")
    func decorations() {
        var receiver = Receiver(Self.one, subscribers: [0])
        let bytes =
            Self.frame("Client #1 says: ", Self.body(0))
            + Self.frame("[\"", Self.body(1), Array("\",\"".utf8), Self.body(2), Array("\"]".utf8))
            + Self.frame("Client #22 says: ", Self.body(3)) + Self.frame("", Self.body(4))
        #expect(Self.take(&receiver, bytes, at: 1) == bytes.count)
        #expect(receiver.received == 5 && receiver.others == 0 && receiver.corrupt == 0)
        #expect(receiver.account(of: 0, rank: 0, isMeasured: true).distinct == 5)
    }

    @Test("what is not of the load, of another channel, damaged or of nobody is counted apart")
    func others() {
        let audience = Audience(subscribers: 2, publishers: 2, channels: 2, urls: 1, threads: 1)
        var receiver = Receiver(audience, subscribers: [0, 1])
        var damaged = Self.body(1)
        damaged[60] ^= 1
        let bytes =
            Self.frame("", Self.body(0)) + Self.frame("Client #3 left the chat") + Self.frame("", damaged)
            + Self.frame("", Self.body(0, publisher: 1, channel: 1)) + Self.frame("", Self.body(2, publisher: 9))
            + Self.frame("", Self.body(1 << 31)) + Self.frame("", Self.body(.max))
            + Self.frame("", Self.body(0, publisher: 1, channel: 0))
        #expect(Self.take(&receiver, bytes, at: 1) == bytes.count)
        #expect(receiver.received == 1 && receiver.others == 1 && receiver.stray == 1 && receiver.corrupt == 5)
        // Of two that were sent one came and one came damaged: none is lost. Of eight, two are.
        #expect(receiver.lost(of: 0, published: [2]) == 0)
        #expect(receiver.lost(of: 0, published: [8]) == 2)
        #expect(receiver.lost(of: 1, published: [4]) == 4)
    }

    @Test("messages of the warm-up have an account of their own and no latency")
    func warmUp() {
        var receiver = Receiver(Self.one, subscribers: [0])
        let bytes =
            Self.frame("", Self.body(0, isMeasured: false)) + Self.frame("", Self.body(0, at: 1_000_000))
            + Self.frame("", Self.body(2, isMeasured: false))
        _ = Self.take(&receiver, bytes, at: 3_000_000)
        #expect(receiver.warmUp == 2 && receiver.received == 1)
        #expect(receiver.account(of: 0, rank: 0, isMeasured: false).next == 3)
        #expect(receiver.lost(of: 0, published: [1]) == 0)
        // 2 ms, and the bucket's 1.6 %.
        #expect((1.99...2.04).contains(receiver.latencies.milliseconds(at: 1)))
    }

    @Test("a message that came before it should have left has taken no time")
    func early() {
        var receiver = Receiver(Self.one, subscribers: [0])
        let bytes = Self.frame("", Self.body(0, at: 500))
        _ = Self.take(&receiver, bytes, at: 100)
        #expect(receiver.received == 1 && receiver.latencies.mostNanoseconds == 0)
    }
}
