// What the protocol door keeps of one connection. An object of its own: connections of other doors have none.

import ChatProtocol
import EventLoop

final class ChatConnection {
    enum State {
        /// Nothing but a connect command is taken.
        case opened
        /// It is being looked at.
        case connecting
        case connected
        /// The connect was answered with an error: nothing more is read.
        case refused
    }

    let encoding: ChatEncoding
    /// WebSocket pings instead of the protocol's: for tools that do not know the protocol.
    let usesFramePings: Bool
    /// Of the handshake's `Authorization`; empty: none. Used when the connect command brings none.
    var handshakeToken: String
    var state = State.opened
    /// The connection's id, a random UUID.
    var client = ""
    /// Empty: anonymous.
    var user = ""
    /// From the token; others see it.
    var info: [UInt8] = []
    var tokenIdentifier: String?
    var rooms: [String] = []
    /// The channels that the token subscribes to.
    var tokenChannels: [String] = []
    /// It counts for the limit of its user.
    var countsForUser = false
    /// The client can bring a new token.
    var expiresByToken = false
    /// When the connection is closed with 3005.
    var expiresAt = Instant.never
    var subscriptions: [ChatSubscription] = []

    /// The frame whose commands are being run.
    var commands: CommandReader?
    /// Questions that are not answered yet, of a command or of the server's own: no command is begun before they are.
    var pending = 0
    /// Its commands are being run, further down on the stack.
    var isRunning = false

    /// When the connect command must have come.
    var staleAt = Instant.never
    var pingAt = Instant.never
    /// When the answer to a ping must have come; `.never`: none is out.
    var pongBy = Instant.never

    var isBusy: Bool { pending > 0 }

    /// What it may still send and ask for.
    var limits: ConnectionLimits

    init(_ request: ChatRequest, address: IPAddress) {
        limits = ConnectionLimits(address: address)
        encoding = request.encoding
        usesFramePings = request.usesFramePings
        handshakeToken = request.token
    }

    func index(of channel: String) -> Int? {
        // By bytes (row P13).
        subscriptions.firstIndex { $0.channel.utf8.elementsEqual(channel.utf8) }
    }

    func isSubscribed(to channel: String) -> Bool { index(of: channel).map { subscriptions[$0].isJoined } ?? false }

    /// What others see of it in this channel.
    func clientInfo(in channel: String) -> ClientInfo {
        let channelInfo = index(of: channel).map { subscriptions[$0].info.channelInfo } ?? []
        return ClientInfo(user: user, client: client, connectionInfo: info, channelInfo: channelInfo)
    }
}

/// One subscription of a connection.
struct ChatSubscription {
    let channel: String
    /// By the server's wish: a token, the API, a personal channel.
    let isServerSide: Bool
    /// As the others were told when it began.
    var info: ClientInfo
    /// The hub's number of the channel, and the place among its members there.
    var hubChannel: UInt32
    var place: UInt32 = 0
    /// False: the home has not answered yet.
    var isJoined = false
    var hasPresence = false
    /// The others are to hear that it comes and goes.
    var announcesItself = false
    /// They have heard that it came.
    var isAnnounced = false
    var joinsPerSecond = 0
    /// The client can bring a new token.
    var expiresByToken = false
    var expiresAt = Instant.never

    init(channel: String, isServerSide: Bool, info: ClientInfo, hubChannel: UInt32) {
        self.channel = channel
        self.isServerSide = isServerSide
        self.info = info
        self.hubChannel = hubChannel
    }
}
