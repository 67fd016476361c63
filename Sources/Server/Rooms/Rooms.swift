// The channels of the node as its doors and the HTTP API use them: what can be asked of a channel, wherever its home is. Each loop has one of
// these. Whether somebody may ask is decided before (`Rights`); whether the channel's namespace has what is asked for is decided here.

import ChatProtocol

/// All answers come on the loop that asked, once, at once or in a later turn.
protocol Rooms: AnyObject {
    /// Answers with the place in the channel's stream; nil: the channel keeps none. 102 unknown channel, 107 the name or the data do not fit the
    /// namespace.
    func publish(_ publication: RoomPublication, _ done: @escaping (Result<StreamPosition?, ReplyError>) -> Void)
    /// Who is there, by connection. 102, 107, 108.
    func presence(
        of channel: String, _ done: @escaping (Result<[(key: String, value: ClientInfo)], ReplyError>) -> Void)
    /// 102, 107, 108.
    func presenceStatistics(
        of channel: String, _ done: @escaping (Result<PresenceStatisticsResult, ReplyError>) -> Void)
    /// 102, 107, 108, 112.
    func history(_ query: HistoryQuery, _ done: @escaping (Result<HistoryResult, ReplyError>) -> Void)
    /// The window goes, epoch and offset stay. 102, 107, 108.
    func removeHistory(of channel: String, _ done: @escaping (Result<Void, ReplyError>) -> Void)
    /// Channels with subscribers on this node, and how many.
    func channels(_ done: @escaping ([(name: String, clients: Int)]) -> Void)
    /// Numbers of this node.
    func statistics(_ done: @escaping (RoomStatistics) -> Void)
    /// For connections of all loops, and of all nodes where there is Redis.
    func control(_ command: ControlCommand)
}

/// A message for a channel.
struct RoomPublication: Sendable {
    var channel: String
    var data: [UInt8]
    /// The data was read as one JSON value, and stands on one line. Else the rooms look.
    var isJSON: Bool
    /// Only of what a client publishes.
    var info: ClientInfo?
    var tags: [(key: String, value: String)] = []
    /// A repeat with the same key within 300 s publishes nothing and is answered as the first one was. Empty: none.
    var idempotencyKey: [UInt8] = []
    var skipsHistory = false
    var wantsDelta = false

    init(channel: String, data: [UInt8], isJSON: Bool = false) {
        self.channel = channel
        self.data = data
        self.isJSON = isJSON
    }
}

/// Which part of a channel's stream somebody wants.
struct HistoryQuery: Sendable {
    var channel: String
    /// 0: none, only the position. Below: all.
    var limit: Int64 = 0
    var since: StreamPosition?
    var isReverse = false
    /// Of payloads; the first publication comes in any case.
    var bytesMax = Int.max

    init(channel: String) { self.channel = channel }
}

/// The protocol door's connections and channels on this node.
struct RoomStatistics: Equatable, Sendable {
    var clients = 0
    /// Distinct ones; the anonymous count as one.
    var users = 0
    var channels = 0
    var subscriptions = 0
}

/// Something that is done to connections that live already.
struct ControlCommand: Sendable {
    enum Action: Sendable {
        case subscribe(ServerSubscription)
        case unsubscribe(channel: String)
        /// All but the connections with these ids.
        case disconnect(Disconnect, keeping: [String])
        /// `expiresAt`: seconds since 1970; nil: never. `info` replaces what came with the token, unless it is nil.
        case refresh(expiresAt: Int64?, info: [UInt8]?)
        /// Closes with 3005.
        case expire
    }

    /// Empty: the anonymous connections.
    var user: String
    /// Nil: all connections of the user.
    var client: String?
    var action: Action
}

/// A subscription that the server makes for a connection.
struct ServerSubscription: Sendable {
    var channel: String
    /// Becomes `chan_info`. Empty: none.
    var info: [UInt8] = []
    /// For the client, in the subscribe push. Empty: none.
    var data: [UInt8] = []
    /// Seconds since 1970; nil: never.
    var expiresAt: Int64?
    var recoverSince: StreamPosition?
    /// Instead of the options of the namespace.
    var overrides = SubscriptionOverrides()

    init(channel: String) { self.channel = channel }
}

/// Nil: as the namespace says.
struct SubscriptionOverrides: Equatable, Sendable {
    var presence: Bool?
    var joinLeave: Bool?
    var forcePushJoinLeave: Bool?
    var forcePositioning: Bool?
    var forceRecovery: Bool?
}
