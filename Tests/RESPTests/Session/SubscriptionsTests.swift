@testable import RESP
import TestSupport
import Testing

/// A server as Redis is one for SUBSCRIBE and its sisters: it confirms in the order it is told.
private struct ModelServer {
    var subscribed: Set<Subscription> = []
    private var unanswered: [Subscriptions.Batch] = []

    mutating func hear(_ batches: [Subscriptions.Batch]) {
        for batch in batches {
            for name in batch.names.map({ Subscription(batch.kind, $0) }) {
                if batch.isSubscribe { subscribed.insert(name) } else { subscribed.remove(name) }
            }
        }
        unanswered += batches
    }

    /// Confirms one channel of the oldest command.
    mutating func answer(_ subscriptions: inout Subscriptions) {
        guard !unanswered.isEmpty else { return }
        let name = Subscription(unanswered[0].kind, unanswered[0].names.removeFirst())
        let isSubscribe = unanswered[0].isSubscribe
        if unanswered[0].names.isEmpty { unanswered.removeFirst() }
        let isTaken = subscriptions.confirm(isSubscribe: isSubscribe, name)
        #expect(isTaken)
    }

    var isQuiet: Bool { unanswered.isEmpty }

    mutating func restart() { self = ModelServer() }
}

@Suite("Subscriptions: wanted and confirmed")
struct SubscriptionsTests {
    private func name(_ number: UInt64) -> Subscription { .channel(Array("c\(number)".utf8)) }

    @Test("P5 random wishes, answers and disconnects end with exactly what is wanted", arguments: 1...20)
    func random(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        var subscriptions = Subscriptions()
        var server = ModelServer()
        var wanted: Set<Subscription> = []
        var told: Set<Subscription> = []
        subscriptions.connected()
        func read() {
            for event in subscriptions.takeEvents() {
                guard case .confirmed(let name) = event else { continue }
                #expect(wanted.contains(name), "only what is wanted is confirmed")
                told.insert(name)
            }
        }
        for _ in 0..<3_000 {
            let kind = Subscription.Kind.allCases[Int(generator.next() % 3)]
            let name = Subscription(kind, Array("c\(generator.next() % 5)".utf8))
            switch generator.next() % 10 {
            case 0...2:
                if wanted.insert(name).inserted { subscriptions.want(name) }
            case 3...5:
                if wanted.remove(name) != nil {
                    subscriptions.drop(name)
                    told.remove(name)
                }
            case 6: server.hear(subscriptions.takeBatches())
            case 7...8: server.answer(&subscriptions)
            default:
                guard generator.next() % 10 == 0 else { break }
                server.restart()
                told = []
                subscriptions.disconnected()
                subscriptions.connected()
            }
            read()
            for name in told { #expect(server.subscribed.contains(name) || !server.isQuiet) }
        }
        for _ in 0..<2_000 {
            server.hear(subscriptions.takeBatches())
            server.answer(&subscriptions)
            read()
        }
        #expect(server.subscribed == wanted)
        #expect(told == wanted)
        #expect(subscriptions.wantedCount == wanted.count)
    }

    @Test("P5 an old confirmation never passes for a new one")
    func oldConfirmation() {
        var subscriptions = Subscriptions()
        subscriptions.connected()
        var events = subscriptions.takeEvents()
        for isWanted in [true, false, true] {
            if isWanted { subscriptions.want(name(1)) } else { subscriptions.drop(name(1)) }
            _ = subscriptions.takeBatches()
        }
        var told: [Int] = []
        for isSubscribe in [true, false, true] {
            _ = subscriptions.confirm(isSubscribe: isSubscribe, name(1))
            events = subscriptions.takeEvents()
            told.append(events.count)
        }
        #expect(told == [0, 0, 1])
        #expect(events == [.confirmed(name(1))])
    }

    @Test("P5 after a connect everything is asked for anew, in bounded portions, and settles once")
    func bounded() {
        var subscriptions = Subscriptions()
        for number in 0..<5_000 { subscriptions.want(name(UInt64(number))) }
        subscriptions.connected()
        var server = ModelServer()
        var settled = 0
        var confirmed = 0
        var unanswered = 0
        while confirmed < 5_000 {
            let batches = subscriptions.takeBatches()
            unanswered += batches.map(\.names.count).reduce(0, +)
            #expect(batches.allSatisfy { $0.names.count <= Subscriptions.batchChannelsMax })
            #expect(unanswered <= Subscriptions.unansweredChannelsMax)
            server.hear(batches)
            #expect(settled == 0)
            server.answer(&subscriptions)
            unanswered -= 1
            for event in subscriptions.takeEvents() {
                if event == .settled { settled += 1 } else { confirmed += 1 }
            }
        }
        #expect(settled == 1)
    }

    @Test("R4 an error refuses all channels of its command, and each is asked for alone")
    func errorOfABatch() {
        let error = ServerError(Array("NOPERM no".utf8))
        var subscriptions = Subscriptions()
        subscriptions.connected()
        for number in 0..<3 { subscriptions.want(name(UInt64(number))) }
        var taken = [subscriptions.takeBatches().count == 1, subscriptions.refuse(error)]
        let alone = subscriptions.takeBatches()
        #expect(alone.map(\.names) == [[name(0).name], [name(1).name], [name(2).name]])
        taken.append(subscriptions.confirm(isSubscribe: true, name(0)))
        taken.append(subscriptions.refuse(error))
        taken.append(subscriptions.confirm(isSubscribe: true, name(2)))
        let events = subscriptions.takeEvents()
        #expect(events == [.settled, .confirmed(name(0)), .refused(name(1), error), .confirmed(name(2))])
        #expect(subscriptions.refusedCount == 1)
        // Permissions change.
        subscriptions.retryRefused()
        let again = subscriptions.takeBatches()
        #expect(again.map(\.names) == [[name(1).name]])
        taken.append(subscriptions.confirm(isSubscribe: true, name(1)))
        let last = subscriptions.takeEvents()
        #expect(last == [.confirmed(name(1))])
        #expect(subscriptions.refusedCount == 0)
        #expect(!taken.contains(false))
    }

    @Test("R4 a confirmation that is not the next one is not taken")
    func wrongConfirmation() {
        var subscriptions = Subscriptions()
        subscriptions.connected()
        var taken = [subscriptions.confirm(isSubscribe: true, name(1))]
        subscriptions.want(name(1))
        subscriptions.want(name(2))
        _ = subscriptions.takeBatches()
        taken.append(subscriptions.confirm(isSubscribe: true, name(2)))
        taken.append(subscriptions.confirm(isSubscribe: false, name(1)))
        taken.append(subscriptions.confirm(isSubscribe: true, name(1)))
        // Half of the command is confirmed already: an error cannot be its answer.
        taken.append(subscriptions.refuse(ServerError(Array("ERR".utf8))))
        #expect(taken == [false, false, false, true, false])
    }

    @Test("wishes taken back during an outage leave nothing behind")
    func outage() {
        var subscriptions = Subscriptions()
        for number in 0..<100_000 {
            subscriptions.want(name(UInt64(number)))
            subscriptions.drop(name(UInt64(number)))
        }
        #expect(subscriptions.wantedCount == 0)
        subscriptions.connected()
        let batches = subscriptions.takeBatches()
        let events = subscriptions.takeEvents()
        #expect(batches.isEmpty)
        #expect(events == [.settled])
    }
}
