// The audience of one loop, with routes that write down what they are told.
import Testing

@testable import Server

@Suite("The audience of a loop")
struct HubTests {
    final class Routes: HubRoutes {
        let home: ChannelHome
        var calls: [String] = []
        init(_ home: ChannelHome) { self.home = home }
        /// Channels whose names begin with "l" live here.
        func home(of name: ChannelName) -> UInt16 { name.hasPrefix("l") ? 0 : 1 }
        func subscribe(_ name: ChannelName, _ interest: ChannelInterest, home: UInt16) -> ChannelNumber? {
            calls.append("+\(name)@\(home) \(interest.channel)")
            return home == 0 ? self.home.add(interest, to: name) : nil
        }
        func unsubscribe(_ name: ChannelName, _ interest: ChannelInterest, home: UInt16) {
            calls.append("-\(name)@\(home) \(interest.channel)")
        }
        func publish(_ batch: PublishBatch, home: UInt16) {
            var words: [String] = []
            batch.forEach { publications, sender in
                publications.forEach { words.append(text($0) + (sender == nil ? "*" : "")) }
            }
            calls.append("!\(batch.channel)@\(home) \(words.joined(separator: ","))")
        }
    }

    private let broker = ChannelHomeTests.Recorder()
    private let routes: Routes
    private let hub: Hub
    private let sender = Sender(worker: 0, slot: 1, generation: 0)

    init() {
        let metrics = WorkerMetrics()
        let home = ChannelHome(
            broker: broker, chatPrefix: ChannelName("rookery.client."), metrics: metrics, log: Log { _ in },
            deflaters: Deflaters(DeflateSettings(), metrics: metrics))
        routes = Routes(home)
        hub = Hub(worker: 0, home: home)
        hub.connect(routes)
    }

    private func run(_ text: String) -> Run {
        var run = Run()
        run.frames = Array(text.utf8)
        run.messages = 1
        return run
    }

    private func flush() -> [String] {
        var delivered: [String] = []
        hub.flush { delivered.append("\(String(decoding: $0.frames, as: UTF8.self)) to \($1.sorted())") }
        return delivered
    }

    @Test("a channel of this loop is published to at once, one of another loop in one batch a turn")
    func publishing() {
        let here = hub.join(1, ChannelName("local"), .text).channel
        let there = hub.join(2, ChannelName("remote"), .text).channel
        hub.publish(Array("a".utf8).span, isUTF8: true, on: here, from: sender)
        hub.publish(Array("b".utf8).span, isUTF8: true, on: there, from: sender)
        hub.publish(Array("c".utf8).span, isUTF8: true, on: there, from: nil)
        #expect(routes.calls == ["+local@0 0", "+remote@1 1"])
        #expect(broker.calls == ["+local 0", "!#0 a"])
        #expect(hub.hasWork)
        hub.flushOutgoing()
        #expect(routes.calls.last == "!remote@1 b,c*")
        #expect(!hub.hasWork)
    }

    @Test("a run goes to the members of its channel once a turn, joined with what came before")
    func delivery() {
        let number = hub.join(1, ChannelName("remote"), .text).channel
        _ = hub.join(5, ChannelName("remote"), .text)
        let other = hub.join(6, ChannelName("remote"), .bytes).channel
        #expect(other != number)
        hub.receive(run("a"), for: number)
        hub.receive(run("b"), for: number)
        #expect(flush() == ["ab to [1, 5]"])
        #expect(flush().isEmpty)
        hub.receive(run("x"), for: 77)
        #expect(flush().isEmpty)
    }

    @Test("who leaves is replaced by the last member, whose new place is told")
    func leaving() {
        let name = ChannelName("remote")
        let places = (10..<14).map { hub.join(UInt32($0), name, .text) }
        #expect(places.map(\.place) == [0, 1, 2, 3])
        #expect(hub.leave(places[0].channel, place: 1) == 13)
        #expect(hub.leave(places[0].channel, place: 2) == nil)
        hub.receive(run("a"), for: places[0].channel)
        #expect(flush() == ["a to [10, 13]"])
    }

    @Test("the last member's words go before its farewell, and the number rests until the home has heard")
    func lastMember() {
        let name = ChannelName("remote")
        let number = hub.join(1, name, .text).channel
        hub.publish(Array("bye".utf8).span, isUTF8: true, on: number, from: nil)
        #expect(hub.leave(number, place: 0) == nil)
        #expect(routes.calls == ["+remote@1 0", "!remote@1 bye*", "-remote@1 0"])
        hub.receive(run("late"), for: number)
        #expect(flush().isEmpty)
        let next = hub.join(2, ChannelName("remoter"), .text).channel
        #expect(next != number)
        // A run for the former channel that is still under way reaches nobody.
        hub.receive(run("later"), for: number)
        #expect(flush().isEmpty)
        hub.release(number)
        #expect(hub.join(3, ChannelName("remotest"), .text).channel == number)
    }
}
