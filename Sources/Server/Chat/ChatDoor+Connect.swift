// The connect command: who the client is, and which channels the server subscribes it to (client protocol, connect and server-side
// subscriptions).

import ChatProtocol
import EventLoop
import JWT

extension ChatDoor {
    func connect(_ request: ConnectRequest, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        guard chat.state == .opened else { return disconnect(slot, .badRequest) }
        chat.state = .connecting
        let token = request.token.isEmpty ? chat.handshakeToken : request.token
        chat.handshakeToken = ""
        guard !token.isEmpty else {
            guard desk.isOpen || settings.allowsAnonymous else { return disconnect(slot, .badRequest) }
            return accept(request, id, slot, chat, [])
        }
        // Sent to a server that has no key it is refused, never ignored: the client means to be somebody.
        guard !desk.isOpen else { return disconnect(slot, .invalidToken) }
        let address = table[slot].address
        wait(slot, chat) { done in
            desk.verifyConnection(token, from: address, done)
        } then: { [unowned self] (verdict: TokenVerdict<ConnectionClaims>) in
            switch verdict {
            case .accepted(let claims): accept(claims, request, id, slot, chat)
            case .expired: refuse(.tokenExpired, id, slot, chat)
            case .revoked: disconnect(slot, .forceDisconnect)
            case .invalid: disconnect(slot, .invalidToken)
            case .busy: refuse(.tooManyRequests, id, slot, chat)
            }
        }
    }

    /// An error ends the connection, but the client closes it: it must have read the answer.
    private func refuse(_ error: ReplyError, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        chat.state = .refused
        // Channels that it was in already: it never was, for the others.
        while let index = chat.subscriptions.indices.last { removeSubscription(index, slot, chat, telling: nil) }
        reply(.error(error), id, to: slot)
        chat.staleAt = loop.now.adding(milliseconds: ChatDoor.refusedMilliseconds)
        sessions.arm(slot)
    }
    private static let refusedMilliseconds = 5_000

    private func accept(
        _ claims: ConnectionClaims, _ request: ConnectRequest, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection
    ) {
        if claims.user.isEmpty, settings.refusesAnonymousTokens { return disconnect(slot, .permissionDenied) }
        chat.user = claims.user
        chat.info = claims.info ?? []
        chat.tokenIdentifier = claims.tokenIdentifier
        chat.rooms = claims.rooms ?? []
        chat.tokenChannels = claims.subscriptions.map(\.channel)
        if let end = claims.expiresAt {
            guard end > unixSeconds else { return refuse(.tokenExpired, id, slot, chat) }
            chat.expiresByToken = true
            chat.expiresAt = instant(ofSecond: end + settings.graceSeconds)
        }
        var channels: [ServerChannel] = []
        for subscription in claims.subscriptions {
            guard case .success(let room) = rooms.find(subscription.channel) else {
                return refuse(.unknownChannel, id, slot, chat)
            }
            channels.append(ServerChannel(room, subscription.options))
        }
        accept(request, id, slot, chat, channels)
    }

    /// A channel the server subscribes the connection to.
    struct ServerChannel {
        let room: Room
        let options: SubscriptionOptions?
        /// What the client says it has of it already.
        var remembered: SubscribeRequest?

        init(_ room: Room, _ options: SubscriptionOptions? = nil) {
            self.room = room
            self.options = options
        }
    }

    private func accept(
        _ request: ConnectRequest, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection, _ channels: [ServerChannel]
    ) {
        chat.limits.identify(user: chat.user)
        guard sessions.rateLimits.admitConnect(&chat.limits, now: loop.now) == .allowed else {
            return refuse(.tooManyRequests, id, slot, chat)
        }
        if settings.connectionsPerUser > 0, !chat.user.isEmpty {
            guard node.userCounts.enter(chat.user, most: settings.connectionsPerUser) else {
                return disconnect(slot, .connectionLimit)
            }
            chat.countsForUser = true
        }
        chat.client = UUIDText.random()
        guard let channels = withOthers(channels, request, slot, chat) else { return }
        var result = ConnectResult()
        result.client = chat.client
        result.version = Help.version
        if chat.expiresAt != .never {
            result.secondsLeft = secondsLeft(until: chat.expiresAt, grace: settings.graceSeconds)
        }
        if !chat.usesFramePings {
            result.pingSeconds = UInt32(clamping: max(1, node.configuration.pingMilliseconds / 1_000))
            result.expectsPong = true
        }
        let connecting = Connecting(id: id, channels: channels, result: result)
        subscribeNext(0, connecting, slot, chat)
    }

    /// The channels of the token, the user's own one, and those that the client asks for and may follow. Nil: it was disconnected.
    private func withOthers(
        _ channels: [ServerChannel], _ request: ConnectRequest, _ slot: UInt32, _ chat: ChatConnection
    ) -> [ServerChannel]? {
        var channels = channels
        if let personal = settings.personalChannel(of: chat.user), case .success(let room) = rooms.find(personal) {
            channels.append(ServerChannel(room))
        }
        for (name, remembered) in request.subscriptions {
            if let index = channels.firstIndex(where: { $0.room.channel.utf8.elementsEqual(name.utf8) }) {
                channels[index].remembered = remembered
                continue
            }
            switch rooms.find(name) {
            case .failure(.unknownChannel):
                disconnect(slot, .badRequest)
                return nil
            case .success(let room) where may(.subscribe, room, chat, isSubscribed: false):
                var channel = ServerChannel(room)
                channel.remembered = remembered
                channels.append(channel)
            // What it may not follow is left out without a word.
            case .failure, .success: continue
            }
            guard channels.count <= settings.subscriptionsMax else { break }
        }
        guard channels.count <= settings.subscriptionsMax else {
            disconnect(slot, .channelLimit)
            return nil
        }
        return channels
    }

    /// What is known of a connect command while its channels are entered.
    private final class Connecting {
        let id: UInt32
        let channels: [ServerChannel]
        var result: ConnectResult

        init(id: UInt32, channels: [ServerChannel], result: ConnectResult) {
            self.id = id
            self.channels = channels
            self.result = result
        }
    }

    /// Enters the channels one after the other, then answers.
    private func subscribeNext(_ index: Int, _ connecting: Connecting, _ slot: UInt32, _ chat: ChatConnection) {
        guard index < connecting.channels.count else { return connected(connecting, slot, chat) }
        let channel = connecting.channels[index]
        var wish = SubscriptionWish(channel.room, channel.room.options.overridden(by: channel.options))
        wish.isServerSide = true
        wish.channelInfo = channel.options?.info ?? []
        wish.data = channel.options?.data ?? []
        if let remembered = channel.remembered {
            wish.recovers = remembered.recovers
            wish.since = StreamPosition(offset: remembered.offset, epoch: remembered.epoch)
            wish.wantsDelta = remembered.delta == "fossil"
        }
        enter(wish, slot, chat) { [unowned self] outcome in
            switch outcome {
            case .subscribed(let result):
                connecting.result.subscriptions.append((channel.room.channel, result))
                subscribeNext(index + 1, connecting, slot, chat)
            case .refused(let error): refuse(error, connecting.id, slot, chat)
            case .disconnected(let reason): disconnect(slot, reason)
            }
        }
    }

    private func connected(_ connecting: Connecting, _ slot: UInt32, _ chat: ChatConnection) {
        chat.state = .connected
        chat.staleAt = .never
        rememberUser(slot, chat)
        reply(.connect(connecting.result), connecting.id, to: slot)
        for index in chat.subscriptions.indices { announce(index, chat) }
        beginPings(slot, chat)
    }

    func requester(_ chat: ChatConnection) -> Requester {
        Requester(user: chat.user, isInsecure: desk.isOpen, rooms: chat.rooms)
    }
}

/// A version 4 UUID (RFC 9562 §5.4) as text.
enum UUIDText {
    static func random() -> String {
        var bytes = Random.bytes(16)
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0f)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
