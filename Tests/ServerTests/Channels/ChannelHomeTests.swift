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
        func publish(_ payload: Span<UInt8>, on channel: ChannelNumber, named name: ChannelName, from sender: Sender?) {
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
            broker: broker, metrics: metrics, log: Log { _ in },
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
        for text in ["one", "", "three"] { batch.append(Array(text.utf8).span, from: nil) }
        home.publish(batch)
        #expect(broker.calls == ["!a one", "!a ", "!a three"])
    }
}

func text(_ bytes: Span<UInt8>) -> String { String(decoding: [UInt8](copying: bytes), as: UTF8.self) }

extension [UInt8] {
    fileprivate init(copying span: Span<UInt8>) { self = span.indices.map { span[$0] } }
}
