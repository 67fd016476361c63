// What loops tell each other. Immutable, posted in one batch per turn and destination.

import EventLoop

enum Mail: Sendable {
    /// A connection accepted on the first loop, for the loop that has the fewest.
    case accepted(descriptor: Int32, peer: SocketAddress)
    /// A loop wants a channel's publications, or does not any more.
    case subscribe(ChannelName, ChannelInterest)
    case unsubscribe(ChannelName, ChannelInterest)
    /// The home's answer to `unsubscribe`: nothing more comes for this number.
    case released(channel: UInt32)
    /// To the home: what was published.
    case publish(PublishBatch)
    /// From the home: what is to be delivered.
    case run(channel: UInt32, Run)
    /// From the home: a publication failed; its connection is to be closed.
    case refused(Sender, PublishFailure)
    /// To the home of a channel: that connection is gone.
    case forget(Sender, ChannelName)
    /// To the home of a channel of the protocol door, and its answer.
    case question(RoomQuestion, of: ChannelName, ticket: UInt64, from: UInt16)
    case answer(RoomAnswer, ticket: UInt64)
    /// What does a loop know of the protocol door?
    case survey(ticket: UInt64, from: UInt16)
    case surveyed(LoopSurvey, ticket: UInt64)
    /// For connections of the protocol door.
    case control(ControlCommand)
    /// To the first loop, where the link to the other nodes is: the same, for them.
    case controlElsewhere(ControlCommand)
    /// The node stops: close the connections.
    case stop
    /// The node was told to stop again: close the rest now.
    case hurry
    /// To the first loop: all connections of that worker are closed.
    case emptied(worker: UInt16)
    /// All connections are closed: let the broker publish what waits.
    case drain
    /// To the first loop: nothing waits there any more.
    case drained(worker: UInt16)
    /// The loop ends.
    case finish
}
