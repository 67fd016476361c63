// The home of channels with a broker that writes down what it is told.
import Testing
import WSProtocol

@testable import Server

@Suite("The home of channels")
struct ChannelHomeTests {
    final class Recorder: Broker {
        weak var events: (any BrokerEvents)?
        let status = MemoryBroker.makeStatus()
        var calls: [String] = []
        func start() {}
        func subscribe(_ channel: ChannelNumber, named name: ChannelName) { calls.append("+\(name) \(channel)") }
        func unsubscribe(_ channel: ChannelNumber, named name: ChannelName) { calls.append("-\(name) \(channel)") }
        func publish(
            _ publications: borrowing Publications, on channel: ChannelNumber, from sender: Sender?
        ) -> PublishOutcome {
            publications.forEach { calls.append("!#\(channel) \(text($0))") }
            return outcome
        }
        var outcome = PublishOutcome.underWay
        func publish(_ payload: Span<UInt8>, named name: ChannelName, from sender: Sender?) {
            calls.append("!\(name) \(text(payload))")
        }
        func forget(_ sender: Sender) {}
        func endOfTurn() {}
        func drain() {}
        var isDrained: Bool { true }
    }

    private let broker = Recorder()
    private let home: ChannelHome
    private let metrics = WorkerMetrics()

    init() {
        home = ChannelHome(
            broker: broker, chatPrefix: ChannelName("rookery.client."), metrics: metrics, log: Log { _ in },
            deflaters: Deflaters(DeflateSettings(), metrics: metrics))
    }

    private func interest(_ worker: UInt16, _ channel: UInt32 = 7, _ form: WireForm = .text) -> ChannelInterest {
        ChannelInterest(worker: worker, channel: channel, form: form)
    }

    private func flush() -> [(worker: UInt16, messages: Int, frames: [UInt8])] {
        var sent: [(worker: UInt16, messages: Int, frames: [UInt8])] = []
        home.flush { sent.append(($0.worker, $1.messages, $1.frames)) }
        return sent
    }

    private func receive(_ text: String, on number: ChannelNumber) { home.received(Array(text.utf8).span, on: number) }

    @Test("the first wish subscribes, the last one to go unsubscribes")
    func subscriptions() {
        let name = ChannelName("a")
        let number = home.add(interest(0), to: name)
        #expect(home.add(interest(1), to: name) == number)
        home.remove(interest(0), from: name)
        #expect(broker.calls == ["+a 0"])
        home.remove(interest(1), from: name)
        #expect(broker.calls == ["+a 0", "-a 0"])
        home.remove(interest(1), from: name)
        #expect(broker.calls.count == 2)
    }

    @Test("join_leave_max_per_second: so many joins and leaves of a channel are told in a second, with 0 all")
    func joinsPerSecond() {
        let name = ChannelName("rookery.client.room")
        _ = home.add(interest(0), to: name)
        _ = home.add(interest(0), to: ChannelName("rookery.client.other"))
        func told(_ perSecond: Int, _ second: UInt64, of name: ChannelName) -> Int {
            (0..<5).filter { _ in home.mayAnnounce(on: name, perSecond: perSecond, second: second) }.count
        }
        #expect(told(2, 10, of: name) == 2)
        #expect(told(2, 10, of: name) == 0)
        #expect(told(2, 10, of: ChannelName("rookery.client.other")) == 2)
        #expect(told(2, 11, of: name) == 2)
        #expect(metrics.droppedJoins.value == 14)
        #expect(told(0, 11, of: name) == 5)
    }

    @Test("a pinned channel stays subscribed without an audience")
    func pinned() {
        home.pin(ChannelName("a"))
        _ = home.add(interest(0), to: ChannelName("a"))
        home.remove(interest(0), from: ChannelName("a"))
        #expect(broker.calls == ["+a 0"])
    }

    @Test("a turn's publications leave in one run for each loop, in order, encoded once for each form")
    func runs() {
        let number = home.add(interest(0), to: ChannelName("a"))
        _ = home.add(interest(1, 3), to: ChannelName("a"))
        _ = home.add(interest(1, 4, .bytes), to: ChannelName("a"))
        receive("one", on: number)
        receive("two", on: number)
        let sent = flush()
        #expect(sent.map(\.worker) == [0, 1, 1])
        #expect(sent.allSatisfy { $0.messages == 2 })
        #expect(sent[0].frames == [0x81, 3] + Array("one".utf8) + [0x81, 3] + Array("two".utf8))
        #expect(sent[2].frames == sent[0].frames)
        #expect(flush().isEmpty)
    }

    @Test("what is not UTF-8 is dropped and counted for the plain door, and binary for the relay")
    func notText() {
        let number = home.add(interest(0), to: ChannelName("a"))
        _ = home.add(interest(1, 1, .bytes), to: ChannelName("a"))
        home.received([0xff, 0x41].span, on: number)
        let sent = flush()
        #expect(sent.map(\.worker) == [1])
        #expect(sent.first?.frames == [0x82, 2, 0xff, 0x41])
        #expect(metrics.droppedNotText.value == 1)
    }

    @Test("what the broker has put in order at once is handed out as it would come back, whatever forms are wanted")
    func inOrder() {
        broker.outcome = .inOrder
        let name = ChannelName("a")
        let number = home.add(interest(0), to: name)
        _ = home.add(interest(1, 1, .bytes), to: name)
        let bytes = Array("onetwo".utf8)
        func publish() -> [[UInt8]] {
            let beginning = Array("A: ".utf8)
            home.publish(
                Publications(beginning: beginning.span, bytes: bytes.span, places: [0..<3, 3..<6].span, areUTF8: true),
                on: number, from: nil)
            return flush().map(\.frames)
        }
        let expected = [0x81, 6] + Array("A: one".utf8) + [0x81, 6] + Array("A: two".utf8)
        #expect(publish() == [expected, expected])
        Publications.one([0xff].span, isUTF8: false) { home.publish($0, on: number, from: nil) }
        #expect(flush().map(\.frames) == [[0x82, 1, 0xff]])
        #expect(metrics.droppedNotText.value == 1)
        _ = home.add(interest(2, 2, .text.deflated(windowBits: 15)), to: name)
        #expect(publish() == [expected, expected, expected], "too short to be compressed")
    }

    /// Compresses well, and is longer than the threshold.
    private let line = String(repeating: "the same line, again and again; ", count: 20)

    @Test("a publication is compressed once for each window, whatever doors and loops want it")
    func compressedOnce() throws {
        let name = ChannelName("a")
        let number = home.add(interest(0, 1, .text.deflated(windowBits: 15)), to: name)
        _ = home.add(interest(0, 2, .bytes), to: name)
        _ = home.add(interest(0, 3, .text.deflated(windowBits: 9)), to: name)
        _ = home.add(interest(1, 4, .bytes.deflated(windowBits: 15)), to: name)
        _ = home.add(interest(1, 5, .text), to: name)
        _ = home.add(interest(1, 6, .text.deflated(windowBits: 15)), to: name)
        receive(line, on: number)
        #expect(metrics.deflatedMessages.value == 2, "one for the window of 15, one for that of 9")
        #expect(metrics.deflatedBytesBefore.value == 2 * line.utf8.count)
        let sent = flush()
        #expect(sent.count == 6 && sent.allSatisfy { $0.messages == 1 })
        let compressed = sent.filter { $0.frames[0] == 0xC1 }
        #expect(compressed.count == 4 && compressed.allSatisfy { $0.frames.count < 100 })
        #expect(sent.filter { $0.frames[0] == 0x81 }.map(\.frames.count) == [line.utf8.count + 4, line.utf8.count + 4])
        receive(line, on: number)
        #expect(metrics.deflatedMessages.value == 4)
    }

    @Test("short messages and those that do not become smaller are sent as they are")
    func notCompressed() {
        let number = home.add(interest(0, 1, .bytes.deflated(windowBits: 15)), to: ChannelName("a"))
        receive(String(line.prefix(255)), on: number)
        var noise = UInt64(1)
        let random = (0..<600).map { _ -> UInt8 in
            noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: noise >> 56)
        }
        home.received(random.span, on: number)
        #expect(metrics.deflatedMessages.value == 0)
        let frames = flush().first?.frames ?? []
        #expect(frames.count == 4 + 255 + 4 + 600)
        #expect(frames[0] == 0x81 && Array(frames.suffix(600)) == random)
        receive(String(line.prefix(256)), on: number)
        #expect(metrics.deflatedMessages.value == 1 && flush().first?.frames[0] == 0xC1)
    }

    @Test("a form that nobody wants any more is not made")
    func formsGo() {
        let name = ChannelName("a")
        let deflated = interest(0, 1, .text.deflated(windowBits: 15))
        let number = home.add(deflated, to: name)
        _ = home.add(interest(0, 2), to: name)
        receive(line, on: number)
        home.remove(deflated, from: name)
        receive(line, on: number)
        #expect(metrics.deflatedMessages.value == 1)
        #expect(flush().map(\.messages) == [2])
    }

    @Test("publications without an audience, or for a channel that was given up, are nothing")
    func nobody() {
        let number = home.add(interest(0), to: ChannelName("a"))
        receive("for nobody", on: 99)
        home.remove(interest(0), from: ChannelName("a"))
        receive("late", on: number)
        #expect(flush().isEmpty)
        let again = home.add(interest(2), to: ChannelName("b"))
        #expect(again == number)
        receive("new", on: again)
        #expect(flush().map(\.worker) == [2])
    }

    @Test("a batch from another loop is published in its order, also when that loop has left the channel")
    func batches() {
        var batch = PublishBatch(channel: ChannelName("a"))
        for text in ["one", "", "three"] {
            Publications.one(Array(text.utf8).span, isUTF8: true) { batch.append($0, from: nil) }
        }
        home.publish(batch)
        #expect(broker.calls == ["!a one", "!a ", "!a three"])
        let number = home.add(interest(0), to: ChannelName("a"))
        home.publish(batch)
        #expect(broker.calls.dropFirst(3) == ["+a 0", "!#\(number) one", "!#\(number) ", "!#\(number) three"])
    }
}

func text(_ bytes: Span<UInt8>) -> String { String(decoding: [UInt8](copying: bytes), as: UTF8.self) }

extension [UInt8] {
    fileprivate init(copying span: Span<UInt8>) { self = span.indices.map { span[$0] } }
}
