// What an event and the kernel's answer to it mean for a connection (rows E3 and E4). Pure, so that tests can play every
// combination; the server's connections and `StreamChannel` decide with the same functions.
//
// The rule: an event that hangs up or reports an error always ends the connection, in this turn or as soon as what had
// arrived before it is read. epoll reports both without being asked, so an owner that ignored them would spin.

/// What to do after one receive.
package enum StreamVerdict: Hashable, Sendable {
    /// Go on. Level-triggered: if more is there, the next turn brings it.
    case goOn
    /// The peer has ended its direction; what it sent before is read. It may still listen.
    case peerFinished
    /// The connection is over; without an error when the peer ended it in order.
    case ended(SystemError?)

    /// After the receive that `readiness` asked for came to `result`.
    package static func afterReceive(_ readiness: Readiness, _ result: IOResult) -> StreamVerdict {
        switch result {
        case .bytes: return .goOn  // a hang-up comes again next turn, and then there is less to read
        case .endOfStream: return readiness.contains(.hangUp) ? .ended(nil) : .peerFinished
        case .failed(let error): return .ended(error)
        case .wouldBlock:
            // Nothing left to read and the kernel says it is over: the error was fetched by someone else, or there is none.
            return readiness.isDisjoint(with: [.hangUp, .error]) ? .goOn : .ended(nil)
        }
    }
}
