// What a loop asks the home of a channel of the protocol door, and what that answers. Plain values: the home may be on another loop.

import ChatProtocol

enum RoomQuestion: Sendable {
    /// Answered with `position`. `stream`: nil, the channel keeps none.
    case publish(RoomPublication, stream: StreamSettings?)
    /// Somebody subscribes: `entered`. The asking loop has wanted the channel's publications before.
    case enter(RoomEntry)
    /// The others hear of a join: `done`.
    case announce(ClientInfo, perSecond: Int)
    /// Somebody is gone: `done`.
    case leave(ClientInfo, hadPresence: Bool, isAnnounced: Bool, perSecond: Int)
    case presence
    case presenceStatistics
    /// `since`: with an epoch that is not the stream's, and not empty, it fails with 112.
    case history(StreamRange, since: StreamPosition?, StreamSettings)
    case removeHistory
    /// Where the stream stands: `position`.
    case position(StreamSettings)
}

struct RoomEntry: Sendable {
    var info: ClientInfo
    var keepsPresence: Bool
    /// Nil: neither a position nor recovery is asked for.
    var stream: StreamSettings?
    var recovery: RecoveryWish?
}

/// What a subscriber that comes back says it has.
struct RecoveryWish: Sendable {
    var since: StreamPosition
    /// Only the newest publication counts.
    var isCache: Bool
    /// More missed publications, or bytes of them, are not recovered.
    var limit: Int
    var bytesMax: Int
    /// Who is not recovered does not enter.
    var isRequired = false
}

enum RoomAnswer: Sendable {
    case position(StreamPosition?)
    case entered(RoomEntrance)
    case presence([(key: String, value: ClientInfo)])
    case presenceStatistics(PresenceStatisticsResult)
    case history([Publication], StreamPosition)
    case done
    case failed(ReplyError)
}

struct RoomEntrance: Sendable {
    /// Nil: the channel keeps no stream, or nobody asked.
    var top: StreamPosition?
    /// Nil: none was asked for. What was missed stands in `publications`.
    var recovery: Recovery?
    var publications: [Publication] = []
}
