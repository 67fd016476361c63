// What stands between a publish and its delivery. A broker puts the publications of a channel into one order and hands each
// back to every node that subscribes to it, this one included. The memory broker does so within the process; the Redis ones
// over a link. The promise of plain channels is that of Redis Pub/Sub: at most once, and what was certainly or possibly not
// published is told to its sender, never hidden.

/// Lives on one loop, the home of its channels: every call and every event happens on that loop.
package protocol Broker: AnyObject {
    /// Set before `start()`.
    var events: (any BrokerEvents)? { get set }
    /// Readable from every thread.
    var status: BrokerStatus { get }

    func start()

    /// From now on publications of the channel are wanted. `BrokerEvents.subscriptionConfirmed` follows, also again after each reconnect.
    func subscribe(_ channel: ChannelNumber, named name: ChannelName)
    /// Nothing of the channel is handed out after this call, whatever the wire still brings; the number may be used anew.
    func unsubscribe(_ channel: ChannelNumber, named name: ChannelName)

    /// Takes over publications on a channel that is subscribed. Each ends in exactly one of: published, or `BrokerEvents.refused`
    /// for its sender. With no sender (the node speaks for a client that left) there is nobody to tell: over the limits the
    /// oldest of these are dropped and counted.
    func publish(
        _ publications: borrowing Publications, on channel: ChannelNumber, from sender: Sender?
    ) -> PublishOutcome
    /// The same for one on a channel that nobody here subscribes to any more.
    func publish(_ payload: Span<UInt8>, named name: ChannelName, from sender: Sender?)

    /// A sender that was told `refused` is gone: until this call everything else it published is discarded, so that no later
    /// message of its stands after a lost one.
    func forget(_ sender: Sender)

    /// Called once per turn, after everything of the turn was published: writes what is due, in one pipeline.
    func endOfTurn()

    /// The node stops: publish what is queued, take nothing more from clients. `isDrained` becomes true when each publication is
    /// confirmed or given up.
    func drain()
    var isDrained: Bool { get }
}

/// What became of publications in the call that published them.
package enum PublishOutcome: Sendable {
    /// They have their places in the order of their channel: whoever called hands them out now, no event follows.
    case inOrder
    /// Each comes back by `BrokerEvents.received`, or not at all.
    case underWay
}

/// What a broker tells the home of its channels, on the home's loop.
package protocol BrokerEvents: AnyObject {
    /// One publication, in the broker's order. The bytes are borrowed: encode or copy them before returning.
    func received(_ payload: Span<UInt8>, on channel: ChannelNumber)
    /// Publications of the channel arrive from here on.
    func subscriptionConfirmed(_ channel: ChannelNumber)
    /// Publications arrive no more, of no channel, until each is confirmed again.
    func subscriptionsLost()
    /// The broker has the publication of this receipt (`Sender.receipt`).
    func published(_ receipt: Sender)
    /// A publication of this sender was not, or may not have been, published: its connection is to be closed with 1013.
    func refused(_ sender: Sender, _ failure: PublishFailure)
}

/// Why a publication of a client failed. The first three were certainly not published.
package enum PublishFailure: Sendable {
    /// The node's queue is full (bytes).
    case queueFull
    /// Waited in the node's queue longer than allowed.
    case expired
    /// The broker answered with an error (no permission, out of memory, read-only …).
    case rejected
    /// Sent, and the link broke before the answer: it may or may not have been published, and is never sent again.
    case unknown
}
