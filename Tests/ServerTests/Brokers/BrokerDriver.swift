// Turns a loop with one broker on it, and keeps a record of what the broker says.
import EventLoop
import Server
import TestSupport
import Testing

final class BrokerDriver: TurnEnd, BrokerEvents {
    let loop: EventLoop
    let broker: any Broker
    private var names: [ChannelNumber: String] = [:]
    private(set) var received: [ChannelNumber: [[UInt8]]] = [:]
    private(set) var confirmed: [ChannelNumber] = []
    private(set) var refused: [(sender: Sender, failure: PublishFailure)] = []

    init(_ make: (EventLoop) throws -> any Broker) throws {
        loop = try EventLoop()
        broker = try make(loop)
        broker.events = self
        loop.turnEnd = self
    }

    func endOfTurn() -> Bool {
        broker.endOfTurn()
        return false
    }

    func received(_ payload: Span<UInt8>, on channel: ChannelNumber) {
        received[channel, default: []].append(payload.indices.map { payload[$0] })
    }

    func published(_ receipt: Sender) {}
    func subscriptionsLost() {}
    func subscriptionConfirmed(_ channel: ChannelNumber) { confirmed.append(channel) }

    func refused(_ sender: Sender, _ failure: PublishFailure) { refused.append((sender, failure)) }

    // MARK: What a test asks

    /// Turns until `condition` holds; throws when it does not in time.
    func turn(until what: @autoclosure () -> String, seconds: Double = 10, _ condition: () throws -> Bool) throws {
        let deadline = Deadline(seconds: seconds)
        while try !condition() {
            if deadline.hasPassed {
                throw KitError("turned \(seconds) s in vain until \(what()); status: \(broker.status.current.text)")
            }
            loop.turn(waitAtMostMilliseconds: 5)
        }
    }

    func turn(milliseconds: Int) {
        let deadline = Deadline(seconds: Double(milliseconds) / 1_000)
        while !deadline.hasPassed { loop.turn(waitAtMostMilliseconds: 5) }
    }

    func turnUntilReady() throws { try turn(until: "the broker is ready") { broker.status.current.isReady } }

    func subscribe(_ number: ChannelNumber, _ name: String) {
        names[number] = name
        broker.subscribe(number, named: ChannelName(name))
    }

    func unsubscribe(_ number: ChannelNumber, _ name: String) {
        names[number] = nil
        broker.unsubscribe(number, named: ChannelName(name))
    }

    func publish(_ text: String, on number: ChannelNumber, _ name: String, from sender: Sender? = nil) {
        publish(Array(text.utf8), on: number, name, from: sender)
    }

    func publish(_ payload: [UInt8], on number: ChannelNumber, _ name: String, from sender: Sender? = nil) {
        guard names[number] == name else {
            return broker.publish(payload.span, named: ChannelName(name), from: sender)
        }
        let outcome = Publications.one(payload.span, isUTF8: false) {
            broker.publish($0, on: number, from: sender)
        }
        if outcome == .inOrder { received(payload.span, on: number) }
    }

    /// What came on a channel, as text.
    func texts(_ number: ChannelNumber) -> [String] {
        (received[number] ?? []).map { String(decoding: $0, as: UTF8.self) }
    }

    func failures(of sender: Sender) -> [PublishFailure] {
        refused.filter { $0.sender == sender }.map(\.failure)
    }

    static func sender(_ slot: UInt32) -> Sender { Sender(worker: 0, slot: slot, generation: 1) }
}
