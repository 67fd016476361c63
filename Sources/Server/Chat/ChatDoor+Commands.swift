// The commands of a connected client but subscribe: publish, unsubscribe, presence, history, refresh.

import ChatProtocol
import EventLoop
import JWT

extension ChatDoor {
    func unsubscribe(_ channel: String, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        guard !channel.isEmpty else { return disconnect(slot, .badRequest) }
        if let index = chat.index(of: channel), chat.subscriptions[index].isJoined {
            removeSubscription(index, slot, chat, telling: nil)
        }
        reply(.unsubscribe, id, to: slot)
    }

    func publish(_ request: PublishRequest, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        ask(.publish, request.channel, id, slot, chat) { done in
            let isJSON = chat.encoding == .json && !request.data.isEmpty
            var publication = RoomPublication(channel: request.channel, data: request.data, isJSON: isJSON)
            publication.info = chat.clientInfo(in: request.channel)
            rooms.publish(publication, done)
        } told: { (_: StreamPosition?) in
            .reply(.publish)
        }
    }

    func presence(_ channel: String, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        ask(.presence, channel, id, slot, chat) { done in
            rooms.presence(of: channel, done)
        } told: { clients in
            .reply(.presence(PresenceResult(clients)))
        }
    }

    func presenceStatistics(_ channel: String, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        ask(.presence, channel, id, slot, chat) { done in
            rooms.presenceStatistics(of: channel, done)
        } told: { numbers in
            .reply(.presenceStatistics(numbers))
        }
    }

    func history(_ request: HistoryRequest, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        var query = HistoryQuery(channel: request.channel)
        let most = Int64(settings.historyMax)
        query.limit = request.limit < 0 || request.limit > most ? most : request.limit
        query.since = request.since
        query.isReverse = request.isReverse
        query.bytesMax = settings.historyBytesMax
        ask(.history, request.channel, id, slot, chat) { done in
            rooms.history(query, done)
        } told: { page in
            chat.encoding == .protobuf || page.publications.allSatisfy(\.isJSON)
                ? .reply(.history(page)) : .disconnect(.inappropriateProtocol)
        }
    }

    /// What a client hears.
    private enum Told {
        case reply(Reply.Content)
        case disconnect(Disconnect)
    }

    /// Asks the rooms when the client may: else 102, 107, then 108 when the namespace does not have it, then 103.
    private func ask<Value>(
        _ action: ChannelAction, _ channel: String, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection,
        _ begin: (@escaping (Result<Value, ReplyError>) -> Void) -> Void, told: @escaping (Value) -> Told
    ) {
        guard !channel.isEmpty else { return disconnect(slot, .badRequest) }
        if let error = refusal(action, channel, chat) { return reply(.error(error), id, to: slot) }
        wait(slot, chat, for: begin) { [unowned self] result in
            switch result.map(told) {
            case .success(.reply(let content)): reply(content, id, to: slot)
            case .success(.disconnect(let reason)): disconnect(slot, reason)
            case .failure(let error): reply(.error(error), id, to: slot)
            }
        }
    }

    /// Nil: the client may.
    private func refusal(_ action: ChannelAction, _ channel: String, _ chat: ChatConnection) -> ReplyError? {
        switch rooms.find(channel) {
        case .failure(let error): error
        case .success(let room):
            if !room.options.has(action) {
                .notAvailable
            } else if !may(action, room, chat, isSubscribed: chat.isSubscribed(to: channel)) {
                .permissionDenied
            } else {
                nil
            }
        }
    }

    func may(_ action: ChannelAction, _ room: Room, _ chat: ChatConnection, isSubscribed: Bool) -> Bool {
        rooms.rights.decide(action, room.address, room.options, for: requester(chat), isSubscribed: isSubscribed)
            .isAllowed
    }

    // MARK: New tokens

    func refresh(_ token: String, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        guard !token.isEmpty, chat.expiresByToken else { return disconnect(slot, .badRequest) }
        let address = table[slot].address
        wait(slot, chat) { done in
            desk.verifyConnection(token, from: address, done)
        } then: { [unowned self] (verdict: TokenVerdict<ConnectionClaims>) in
            switch verdict {
            case .accepted(let claims): refreshed(claims, id, slot, chat)
            case .expired: disconnect(slot, .connectionExpired)
            case .revoked: disconnect(slot, .forceDisconnect)
            case .invalid: disconnect(slot, .invalidToken)
            case .busy: reply(.error(.tooManyRequests), id, to: slot)
            }
        }
    }

    private func refreshed(_ claims: ConnectionClaims, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        guard claims.user.utf8.elementsEqual(chat.user.utf8) else { return disconnect(slot, .invalidToken) }
        if let end = claims.expiresAt, end <= unixSeconds { return reply(.error(.expired), id, to: slot) }
        guard Set(claims.subscriptions.map { Array($0.channel.utf8) }) == Set(chat.tokenChannels.map { Array($0.utf8) })
        else { return disconnect(slot, .insufficientState) }
        chat.rooms = claims.rooms ?? []
        chat.tokenIdentifier = claims.tokenIdentifier
        if let info = claims.info { chat.info = info }
        setExpiry(claims.expiresAt, slot, chat)
        reply(.refresh(RefreshResult(seconds: claims.expiresAt.map(secondsLeft))), id, to: slot)
    }

    func setExpiry(_ second: Int64?, _ slot: UInt32, _ chat: ChatConnection) {
        chat.expiresAt = second.map { instant(ofSecond: $0 + settings.graceSeconds) } ?? .never
        sessions.arm(slot)
    }

    func refreshSubscription(
        _ request: SubscriptionRefreshRequest, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection
    ) {
        guard !request.channel.isEmpty else { return disconnect(slot, .badRequest) }
        guard let index = chat.index(of: request.channel) else {
            return reply(.error(.permissionDenied), id, to: slot)
        }
        guard chat.subscriptions[index].expiresByToken else { return disconnect(slot, .badRequest) }
        guard !request.token.isEmpty else { return reply(.error(.badRequest), id, to: slot) }
        let address = table[slot].address
        wait(slot, chat) { done in
            desk.verifySubscription(request.token, from: address, done)
        } then: { [unowned self] (verdict: TokenVerdict<SubscriptionClaims>) in
            switch verdict {
            case .accepted(let claims): refreshed(claims, request.channel, id, slot, chat)
            case .expired: reply(.error(.tokenExpired), id, to: slot)
            case .revoked, .invalid: disconnect(slot, .invalidToken)
            case .busy: reply(.error(.tooManyRequests), id, to: slot)
            }
        }
    }

    private func refreshed(
        _ claims: SubscriptionClaims, _ channel: String, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection
    ) {
        guard claims.mismatch(user: chat.user, channel: channel, client: chat.client) == nil else {
            return disconnect(slot, .invalidToken)
        }
        if let end = claims.expiresAt, end <= unixSeconds { return reply(.error(.expired), id, to: slot) }
        guard let index = chat.index(of: channel) else { return reply(.error(.permissionDenied), id, to: slot) }
        if let info = claims.options.info { chat.subscriptions[index].info.channelInfo = info }
        chat.subscriptions[index].expiresAt =
            claims.expiresAt.map { instant(ofSecond: $0 + settings.graceSeconds) } ?? .never
        sessions.arm(slot)
        reply(.subscriptionRefresh(RefreshResult(seconds: claims.expiresAt.map(secondsLeft))), id, to: slot)
    }
}
