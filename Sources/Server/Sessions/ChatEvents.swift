// What the protocol door hears of its connections. It keeps what it knows of them itself, by their slots.

import EventLoop

protocol ChatEvents: AnyObject {
    /// A handshake at its door is done.
    func opened(_ slot: UInt32, _ request: ChatRequest)
    /// A whole message. False: nothing more of the connection may be read for now; `Sessions.release` goes on.
    func received(_ frame: [UInt8], from slot: UInt32) -> Bool
    /// The connection is closed or gone.
    func ended(_ slot: UInt32)
    /// The node stops: the connection is to be closed.
    func stop(_ slot: UInt32)
    /// Somebody was denied; perhaps this one.
    func closeDenied(_ slot: UInt32)

    /// False: the protocol's own pings are sent.
    func usesFramePings(_ slot: UInt32) -> Bool
    /// When `checkTime` has something to do.
    func dueTime(of slot: UInt32) -> Instant
    func checkTime(_ slot: UInt32)

    /// Something can go on in the next turn.
    var hasWork: Bool { get }
    /// At the end of a turn.
    func continueWaiting()
}
