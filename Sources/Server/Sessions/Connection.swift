// One connection of a loop: a slot of the connection table. A plain struct without a heap object of its own while idle: what a
// connection needs only at times (a half-received head, unsent bytes) hangs behind one optional reference each.

import EventLoop
import WSProtocol

struct Connection {
    enum Phase: UInt8 {
        /// The slot is empty.
        case free
        /// HTTP requests are read and answered.
        case http
        /// A WebSocket, opening handshake done, no Close sent or received.
        case open
        /// A Close is sent or waits to be sent; the peer's is awaited for a bounded time, its data is not read as data any more.
        case closing
        /// Everything is said: our direction ends after the last byte, then the peer's end is awaited for a bounded time.
        case finishing
    }

    var descriptor: Int32 = -1
    var generation: UInt16 = 0
    var phase: Phase = .free
    var door: Door = .none
    /// Stands in the writer's list of this turn.
    var isDirty = false
    /// The kernel's buffer was full: the loop tells when it is not.
    var awaitsWritable = false
    /// Our direction is ended (shutdown).
    var isWriteEnded = false
    /// The peer's direction is ended.
    var isReadEnded = false
    /// Nothing more is read until the answers so far have left.
    var isReadPaused = false
    /// Stands in the line for a later turn (`TurnShare`); until then it is not read.
    var waitsForTurn = false
    /// Not admitted: its first request is answered with this status and the connection ends.
    var turnedAway: TurnedAway = .no
    /// Its end is counted already, with its reason.
    var isEndCounted = false
    /// It counts for the limit per address.
    var countsForAddress = false
    /// Has sent more than its pace allows: it is not read before the timer says so.
    var isResting = false
    /// Leading bytes of `output` that are no WebSocket frames: the answer to the handshake.
    var prefaceBytes: UInt16 = 0
    /// Up to when its allowance of messages is used: see `MessagePace`.
    var allowanceUsed: UInt32 = 0

    /// The hub's number of the channel it follows, and its place among the members there.
    var channel: UInt32 = .max
    var place: UInt32 = 0

    // These and what stands above are all that the fan-out looks at: one line of the cache.
    /// What this connection alone is sent in this turn: answers, pongs, closes.
    var output: [UInt8] = []
    /// What the socket did not take.
    var backlog: Backlog?

    var webSocket = WSConnection(role: .server)
    var keepAlive = KeepAlive(now: 0)
    /// What was received and waits for a later turn.
    var unread: UnreadBytes?
    /// While HTTP is spoken.
    var exchange: HTTPExchange?
    /// The earliest timer that is under way; `.never`: none.
    var timerAt: Instant = .never
    /// When the current phase must be over (head, closing handshake, end of the stream).
    var deadline: Instant = .never
    /// Whom the connection counts for: the peer, or the client a trusted proxy names.
    var address: IPAddress = .any
    /// The client of the plain door. Up to 15 bytes live in the struct itself.
    var clientID = ""
    /// Whose token has opened the plain door or the relay; nil: this server asks for none.
    var access: DoorAccess?
}

/// Why a connection was let in only to hear why it cannot stay.
enum TurnedAway: UInt8 {
    case no
    /// 503: the node is full.
    case full
    /// 429: too many connections of one address.
    case tooManyOfAddress
    /// 429: connections of one address come too often.
    case tooOften
}

extension Instant {
    /// Later than everything.
    static let never = Instant(nanoseconds: .max)
}
