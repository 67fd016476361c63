import ChatProtocol
import Testing

@testable import Server

/// The same letters in every run.
private struct Counter: RandomNumberGenerator {
    var state: UInt64 = 1
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state
    }
}

@Suite("Streams of channels")
struct StreamStoreTests {
    private let settings = StreamSettings(size: 5, milliseconds: 1_000, metaMilliseconds: 10_000)
    private let room = ChannelName("room")

    private final class Fixture {
        var store: StreamStore
        var random = Counter()
        var now: UInt64 = 0
        let settings: StreamSettings

        init(_ settings: StreamSettings, _ limits: StreamLimits = StreamLimits()) {
            self.settings = settings
            store = StreamStore(limits)
        }

        @discardableResult
        func publish(_ text: String, on name: ChannelName, key: String? = nil) -> StreamStore.Published {
            store.publish(on: name, settings, key: key.map { Array($0.utf8) }, now: now, random: &random) { position in
                Array("\(position.offset) \(text)".utf8)
            }
        }

        func read(_ name: ChannelName, limit: Int? = nil, since: UInt64? = nil, isReverse: Bool = false) -> [String] {
            store.read(
                name, StreamRange(limit: limit, since: since, isReverse: isReverse), settings, now: now, random: &random
            ).entries.map { String(decoding: $0.payload, as: UTF8.self) }
        }

        func top(_ name: ChannelName) -> StreamPosition {
            store.read(name, StreamRange(limit: 0), settings, now: now, random: &random).top
        }
    }

    @Test("offsets count from 1, the payload knows its own, the window keeps the last")
    func window() {
        let fixture = Fixture(settings)
        for text in ["a", "b", "c", "d", "e", "f", "g"] { fixture.publish(text, on: room) }
        #expect(fixture.read(room) == ["3 c", "4 d", "5 e", "6 f", "7 g"])
        #expect(fixture.top(room).offset == 7 && fixture.top(room).epoch.utf8.count == 8)
        #expect(fixture.read(ChannelName("other")).isEmpty)
        #expect(fixture.top(ChannelName("other")).offset == 0)
        #expect(fixture.top(ChannelName("other")).epoch != fixture.top(room).epoch)
    }

    @Test(
        "ranges are exclusive, limited, forwards and backwards",
        arguments: [
            (nil, nil, false, [3, 4, 5, 6, 7]), (2, nil, false, [3, 4]), (0, nil, false, []), (nil, 5, false, [6, 7]),
            (nil, 0, false, [3, 4, 5, 6, 7]), (nil, 1, false, [3, 4, 5, 6, 7]), (1, 3, false, [4]), (nil, 7, false, []),
            (nil, 99, false, []), (nil, UInt64.max, false, []), (nil, nil, true, [7, 6, 5, 4, 3]),
            (2, nil, true, [7, 6]),
            (2, 5, true, [4, 3]), (1, 5, true, [4]), (nil, 3, true, []), (nil, 1, true, []),
            (nil, 99, true, [7, 6, 5, 4, 3]),
        ] as [(Int?, UInt64?, Bool, [Int])])
    func ranges(_ limit: Int?, _ since: UInt64?, _ isReverse: Bool, _ expected: [Int]) {
        let fixture = Fixture(settings)
        for _ in 0..<7 { fixture.publish("x", on: room) }
        #expect(fixture.read(room, limit: limit, since: since, isReverse: isReverse) == expected.map { "\($0) x" })
    }

    @Test("a long window stays one: what falls out in front is given back")
    func longWindow() {
        let fixture = Fixture(StreamSettings(size: 50, milliseconds: 1_000, metaMilliseconds: 1_000))
        for number in 1...1_000 {
            fixture.publish("x", on: room)
            #expect(fixture.read(room).count == min(number, 50))
        }
        #expect(fixture.read(room).first == "951 x" && fixture.read(room, since: 998) == ["999 x", "1000 x"])
        #expect(fixture.store.bytes == (951...1_000).reduce(0) { $0 + "\($1) x".utf8.count + StreamLimits.entryBytes })
    }

    @Test("the window goes after its time without a publication, epoch and offset after theirs without use")
    func times() {
        let fixture = Fixture(settings)
        fixture.publish("a", on: room)
        let epoch = fixture.top(room).epoch
        fixture.now = 999
        fixture.publish("b", on: room)
        fixture.now = 1_998
        #expect(fixture.read(room) == ["1 a", "2 b"], "together, a second after the last")
        fixture.now = 1_999
        #expect(fixture.read(room).isEmpty && fixture.store.bytes == 0)
        #expect(fixture.top(room) == StreamPosition(offset: 2, epoch: epoch))
        fixture.now = 11_998
        #expect(fixture.top(room).epoch == epoch, "reading is use")
        fixture.publish("c", on: room)
        #expect(fixture.read(room) == ["3 c"])
        fixture.now = 21_998
        #expect(fixture.top(room).epoch != epoch && fixture.top(room).offset == 0)
    }

    @Test("removed history keeps epoch and offset")
    func removed() {
        let fixture = Fixture(settings)
        fixture.publish("a", on: room)
        let position = fixture.top(room)
        fixture.store.removeHistory(of: room)
        fixture.store.removeHistory(of: ChannelName("nobody"))
        #expect(fixture.read(room).isEmpty && fixture.top(room) == position && fixture.store.bytes == 0)
        fixture.publish("b", on: room)
        #expect(fixture.read(room) == ["2 b"])
    }

    @Test("a key that comes again publishes nothing, in its channel and for its time")
    func keys() {
        let fixture = Fixture(
            settings,
            {
                var limits = StreamLimits(); limits.keysMax = 2; limits.keyMilliseconds = 500; return limits
            }())
        let first = fixture.publish("a", on: room, key: "k")
        guard case .published(let position) = first else {
            Issue.record("the first was not published")
            return
        }
        #expect(fixture.publish("b", on: room, key: "k") == .repeated(position))
        #expect(fixture.publish("b", on: ChannelName("other"), key: "k") != .repeated(position))
        #expect(fixture.read(room) == ["1 a"])
        // Two are remembered: a third pushes the first out.
        fixture.publish("c", on: room, key: "third")
        fixture.publish("d", on: room, key: "k")
        #expect(fixture.read(room) == ["1 a", "2 c", "3 d"])
        fixture.now = 500
        fixture.publish("e", on: room, key: "k")
        #expect(fixture.read(room).last == "4 e")
    }

    @Test("over the limit of bytes the streams go that were not used for the longest time")
    func bytesLimit() {
        var limits = StreamLimits()
        limits.bytesMax = 10 * (100 + StreamLimits.entryBytes)
        let fixture = Fixture(settings, limits)
        let text = String(repeating: "x", count: 98)
        for number in 0..<10 { fixture.publish(text, on: ChannelName("c\(number)")) }
        #expect(fixture.store.channels == 10 && fixture.store.evicted == 0)
        let epochs = (0..<3).map { fixture.top(ChannelName("c\($0)")).epoch }
        fixture.publish(text, on: ChannelName("new"))
        // c0 to c2 were read: c3 is the oldest.
        #expect(fixture.store.evicted == 1 && fixture.store.bytes == limits.bytesMax)
        #expect((0..<3).map { fixture.top(ChannelName("c\($0)")).epoch } == epochs)
        #expect(fixture.read(ChannelName("c3")).isEmpty && fixture.top(ChannelName("c3")).offset == 0)
        // One that is too large alone stays while it is used.
        let large = String(repeating: "y", count: 2 * limits.bytesMax)
        fixture.publish(large, on: room)
        #expect(fixture.store.channels == 1 && fixture.read(room).count == 1)
        fixture.publish("a", on: ChannelName("small"))
        #expect(fixture.store.channels == 1 && fixture.read(room).isEmpty)
    }

    @Test("over the limit of channels, too")
    func channelsLimit() {
        var limits = StreamLimits()
        limits.channelsMax = 3
        let fixture = Fixture(settings, limits)
        for number in 0..<100 { _ = fixture.top(ChannelName("c\(number)")) }
        #expect(fixture.store.channels == 3 && fixture.store.evicted == 97)
        let epoch = fixture.top(ChannelName("c99")).epoch
        _ = fixture.top(ChannelName("c97"))
        _ = fixture.top(ChannelName("c100"))
        #expect(fixture.top(ChannelName("c99")).epoch == epoch)
    }

    @Test("what nobody uses any more gives its memory back to the sweep")
    func sweep() {
        let fixture = Fixture(settings)
        for number in 0..<100 { fixture.publish("x", on: ChannelName("c\(number)"), key: "k") }
        fixture.store.sweep(50, now: 999)
        #expect(fixture.store.channels == 100 && fixture.store.bytes > 0)
        for _ in 0..<4 { fixture.store.sweep(30, now: 1_000) }
        #expect(fixture.store.channels == 100 && fixture.store.bytes == 0)
        for _ in 0..<4 { fixture.store.sweep(30, now: 10_000) }
        #expect(fixture.store.channels == 0)
        fixture.now = 10_000
        for number in 0..<100 { fixture.publish("y", on: ChannelName("d\(number)")) }
        #expect(fixture.store.channels == 100 && fixture.read(ChannelName("d7")) == ["1 y"])
    }
}

@Suite("Recovery of a subscriber that comes back")
struct RecoveryTests {
    private func entries(_ offsets: ClosedRange<UInt64>) -> [Stream.Entry] {
        offsets.map { Stream.Entry(offset: $0, payload: [UInt8(truncatingIfNeeded: $0)]) }
    }

    private func position(_ offset: UInt64, _ epoch: String = "e") -> StreamPosition {
        StreamPosition(offset: offset, epoch: epoch)
    }

    @Test(
        "all that was missed, or nothing and the top",
        arguments: [
            // client's offset and epoch, what was read, top, recovered, offset of the reply
            (5, "e", 6...7, 7, true, 5), (7, "e", nil, 7, true, 7), (0, "e", 1...2, 2, true, 0),
            (0, "", 1...2, 2, true, 0),
            (0, "", nil, 0, true, 0), (5, "other", 6...7, 7, false, 7), (5, "e", 7...7, 7, false, 7),
            (5, "e", 6...6, 7, false, 7),
            (5, "e", nil, 7, false, 7), (9, "e", nil, 7, false, 7), (0, "_", nil, 7, false, 7),
            (UInt64.max, "e", nil, 7, false, 7),
        ] as [(UInt64, String, ClosedRange<UInt64>?, UInt64, Bool, UInt64)])
    func stream(
        _ offset: UInt64, _ epoch: String, _ missed: ClosedRange<UInt64>?, _ top: UInt64, isRecovered: Bool,
        replied: UInt64
    ) {
        let read = missed.map { entries($0) } ?? []
        let recovery = Recovery.ofStream(from: position(offset, epoch), missed: read, top: position(top))
        #expect(recovery == Recovery(isRecovered: isRecovered, publications: isRecovered ? read : [], offset: replied))
    }

    @Test("with a cache the newest one is enough")
    func cache() {
        let newest = entries(7...7)[0]
        let stale = Recovery.ofCache(from: position(3, "old"), newest: newest, top: position(7))
        #expect(stale.isRecovered && stale.publications == [newest] && stale.offset == 6)
        let fresh = Recovery.ofCache(from: position(7), newest: newest, top: position(7))
        #expect(fresh.isRecovered && fresh.publications.isEmpty && fresh.offset == 7)
        #expect(Recovery.ofCache(from: position(7), newest: nil, top: position(7)).isRecovered)
        #expect(!Recovery.ofCache(from: position(6), newest: nil, top: position(7)).isRecovered)
        #expect(!Recovery.ofCache(from: position(0), newest: nil, top: position(0)).isRecovered)
        #expect(!Recovery.ofCache(from: position(6), newest: entries(6...6)[0], top: position(7)).isRecovered)
    }
}
