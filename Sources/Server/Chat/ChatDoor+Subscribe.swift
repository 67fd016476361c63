// Subscriptions: from a client's wish to its place among the members of a channel (client protocol, subscribe and streams). First the channel's
// publications are wanted, then its home is asked, then the connection becomes a member at the position that the home has named: what the
// home hands out later is behind that position, for both come the same way.

import ChatProtocol
import EventLoop
import JWT

/// What somebody wants of a channel, when it is clear that he may.
struct SubscriptionWish {
    let room: Room
    /// The namespace's, and what a token or the API says otherwise.
    let options: NamespaceOptions
    var isServerSide = false
    var channelInfo: [UInt8] = []
    /// For the client, in the answer.
    var data: [UInt8] = []
    var recovers = false
    var since = StreamPosition()
    var wantsPosition = false
    var wantsRecovery = false
    var hearsJoins = false
    var wantsDelta = false
    var filter: TagFilter?
    /// Error 112 instead of a subscription that is not recovered.
    var mustRecover = false
    /// Seconds since 1970.
    var expiresAt: Int64?
    var expiresByToken = false

    init(_ room: Room, _ options: NamespaceOptions) {
        self.room = room
        self.options = options
    }

    var channel: String { room.channel }
}

/// What came of it.
enum SubscriptionOutcome {
    case subscribed(SubscribeResult)
    case refused(ReplyError)
    case disconnected(Disconnect)
}

extension ChatDoor {
    func subscribe(_ request: SubscribeRequest, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        guard !request.channel.isEmpty, request.delta.isEmpty || request.delta == "fossil" else {
            return disconnect(slot, .badRequest)
        }
        switch room(for: request, chat) {
        case .failure(let error): reply(.error(error), id, to: slot)
        case .success(let room) where request.token.isEmpty:
            guard may(.subscribe, room, chat, isSubscribed: false) else {
                return reply(.error(.permissionDenied), id, to: slot)
            }
            subscribe(request, to: room, id, slot, chat, with: nil)
        case .success: subscribeByToken(request, id, slot, chat)
        }
    }

    /// The checks before anybody's rights are asked, in the protocol's order.
    private func room(for request: SubscribeRequest, _ chat: ChatConnection) -> Result<Room, ReplyError> {
        if request.channel.utf8.count > Rights.nameBytesMax { return .failure(.badRequest) }
        if chat.index(of: request.channel) != nil { return .failure(.alreadySubscribed) }
        if chat.subscriptions.count >= settings.subscriptionsMax { return .failure(.limitExceeded) }
        return rooms.find(request.channel).flatMap { room in
            // Maps and polls are not built.
            if request.type != 0 { return .failure(.notAvailable) }
            if room.address.isPrivate, request.token.isEmpty { return .failure(.permissionDenied) }
            return .success(room)
        }
    }

    private func subscribeByToken(_ request: SubscribeRequest, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection) {
        guard !desk.isOpen else { return reply(.error(.permissionDenied), id, to: slot) }
        let remote = table[slot].address
        wait(slot, chat) { done in
            desk.verifySubscription(request.token, from: remote, done)
        } then: { [unowned self] (verdict: TokenVerdict<SubscriptionClaims>) in
            switch verdict {
            case .accepted(let claims):
                // Meanwhile the API may have subscribed it.
                switch room(for: request, chat) {
                case .failure(let error): reply(.error(error), id, to: slot)
                case .success(let room): subscribe(request, to: room, id, slot, chat, with: claims)
                }
            case .expired: reply(.error(.tokenExpired), id, to: slot)
            case .revoked, .invalid: reply(.error(.permissionDenied), id, to: slot)
            case .busy: reply(.error(.tooManyRequests), id, to: slot)
            }
        }
    }

    private func subscribe(
        _ request: SubscribeRequest, to room: Room, _ id: UInt32, _ slot: UInt32, _ chat: ChatConnection,
        with claims: SubscriptionClaims?
    ) {
        if let claims {
            guard claims.mismatch(user: chat.user, channel: request.channel, client: chat.client) == nil else {
                return disconnect(slot, .invalidToken)
            }
            if let end = claims.expiresAt, end <= unixSeconds { return reply(.error(.expired), id, to: slot) }
        }
        let options = room.options.overridden(by: claims?.options)
        var wish = SubscriptionWish(room, options)
        if let filter = request.filter {
            guard options.allowTagsFilter, let checked = TagFilter(filter) else {
                return reply(.error(.badRequest), id, to: slot)
            }
            wish.filter = checked
        }
        wish.channelInfo = claims?.options.info ?? []
        wish.data = claims?.options.data ?? []
        wish.expiresAt = claims?.expiresAt
        wish.expiresByToken = claims?.expiresAt != nil
        wish.recovers = request.recovers
        wish.since = StreamPosition(offset: request.offset, epoch: request.epoch)
        // As a subscriber it will be one.
        let mayReadHistory = may(.history, room, chat, isSubscribed: true)
        wish.wantsPosition = request.wantsPosition && (options.allowPositioning || mayReadHistory)
        wish.wantsRecovery = request.wantsRecovery && (options.allowRecovery || mayReadHistory)
        wish.hearsJoins = request.wantsJoinsAndLeaves && may(.presence, room, chat, isSubscribed: true)
        wish.wantsDelta = request.delta == "fossil"
        wish.mustRecover = request.flags & 2 != 0
        enter(wish, slot, chat) { [unowned self] outcome in
            switch outcome {
            case .subscribed(let result):
                reply(.subscribe(result), id, to: slot)
                if let index = chat.index(of: request.channel) { announce(index, chat) }
            case .refused(let error): reply(.error(error), id, to: slot)
            case .disconnected(let reason): disconnect(slot, reason)
            }
        }
    }

    /// The others hear of the join; so does the subscriber itself, after its answer.
    func announce(_ index: Int, _ chat: ChatConnection) {
        let subscription = chat.subscriptions[index]
        guard subscription.announcesItself else { return }
        chat.subscriptions[index].isAnnounced = true
        rooms.ask(
            .announce(subscription.info, perSecond: subscription.joinsPerSecond),
            of: hub.name(of: subscription.hubChannel)
        ) { _ in }
    }

    // MARK: Entering

    /// Makes the connection a member.
    func enter(
        _ wish: SubscriptionWish, _ slot: UInt32, _ chat: ChatConnection,
        _ done: @escaping (SubscriptionOutcome) -> Void
    ) {
        let options = wish.options
        let stream = wish.room.stream
        let isRecoverable = stream != nil && (options.forceRecovery || wish.wantsRecovery)
        let isPositioned = stream != nil && (isRecoverable || options.forcePositioning || wish.wantsPosition)
        var form = WireForm(
            payload: chat.encoding == .json ? .chatJSON : .chatProtobuf,
            windowBits: sessions.windowBits(of: slot))
        form.hearsJoins = options.joinLeave && (options.forcePushJoinLeave || wish.hearsJoins)
        // A difference to what a filter held back would be none to what the subscriber has.
        form.takesDeltas = wish.wantsDelta && options.allowsFossilDelta && wish.filter == nil
        var kind: ChatAudience.Kind = isPositioned ? .positioned : []
        if wish.filter != nil { kind.insert(.filtered) }
        let info = ClientInfo(
            user: chat.user, client: chat.client, connectionInfo: chat.info, channelInfo: wish.channelInfo)
        let number = hub.expect(wish.room.name, form, kind)
        var subscription = ChatSubscription(
            channel: wish.channel, isServerSide: wish.isServerSide, info: info, hubChannel: number)
        subscription.hasPresence = options.presence && rooms.keepsStreams
        subscription.announcesItself = options.joinLeave
        subscription.joinsPerSecond = options.joinsPerSecondMax
        subscription.expiresByToken = wish.expiresByToken
        if let end = wish.expiresAt { subscription.expiresAt = instant(ofSecond: end + settings.graceSeconds) }
        chat.subscriptions.append(subscription)
        sessions.metrics.subscriptions.add()
        var entry = RoomEntry(info: info, keepsPresence: subscription.hasPresence, stream: isPositioned ? stream : nil)
        let isCache = options.recoveryMode == .cache
        let recovers = isRecoverable && (wish.recovers || isCache && options.autoCacheRecover)
        if recovers {
            entry.recovery = RecoveryWish(
                since: wish.since, isCache: isCache, limit: settings.historyMax, bytesMax: settings.historyBytesMax,
                isRequired: wish.mustRecover)
        }
        let plan = Entering(wish: wish, subscription: subscription, form: form, isRecoverable: isRecoverable)
        wait(slot, chat) { done in
            rooms.ask(.enter(entry), of: wish.room.name, done)
        } orphaned: { [unowned self] _ in
            abandon(subscription)
        } then: { [unowned self] (answer: RoomAnswer) in
            done(entered(answer, plan, slot, chat))
        }
    }

    private struct Entering {
        let wish: SubscriptionWish
        let subscription: ChatSubscription
        let form: WireForm
        let isRecoverable: Bool
    }

    private func entered(
        _ answer: RoomAnswer, _ plan: Entering, _ slot: UInt32, _ chat: ChatConnection
    ) -> SubscriptionOutcome {
        let wish = plan.wish
        guard let index = chat.index(of: wish.channel) else {
            abandon(plan.subscription)
            return .refused(.internalServerError)
        }
        func giveUp(_ outcome: SubscriptionOutcome) -> SubscriptionOutcome {
            chat.subscriptions.remove(at: index)
            abandon(plan.subscription)
            return outcome
        }
        guard case .entered(let entrance) = answer else {
            if case .failed(let error) = answer { return giveUp(.refused(error)) }
            return giveUp(.refused(.internalServerError))
        }
        var result = SubscribeResult()
        result.data = wish.data
        if wish.expiresAt != nil {
            result.secondsLeft = secondsLeft(until: chat.subscriptions[index].expiresAt, grace: settings.graceSeconds)
        }
        result.usesDelta = plan.form.takesDeltas
        if let top = entrance.top {
            result.isPositioned = true
            result.isRecoverable = plan.isRecoverable
            result.epoch = top.epoch
            result.offset = top.offset
        }
        if let recovery = entrance.recovery {
            result.wasRecovering = true
            result.isRecovered = recovery.isRecovered
            result.offset = recovery.offset
            guard let publications = shown(entrance.publications, plan, chat) else {
                return giveUp(.disconnected(.inappropriateProtocol))
            }
            result.publications = publications
        }
        let place = hub.join(slot, plan.subscription.hubChannel, at: entrance.top, filter: wish.filter)
        chat.subscriptions[index].place = place
        chat.subscriptions[index].isJoined = true
        if chat.subscriptions[index].expiresAt != .never { sessions.arm(slot) }
        return .subscribed(result)
    }

    /// What was missed, as this subscriber gets publications. Nil: one of them it cannot be told.
    private func shown(_ publications: [Publication], _ plan: Entering, _ chat: ChatConnection) -> [Publication]? {
        var shown: [Publication] = []
        for var publication in publications where plan.wish.filter?.accepts(publication.tags) ?? true {
            if chat.encoding == .json {
                guard publication.isJSON else { return nil }
                if plan.form.takesDeltas { publication.data = ChatMessage.quoted(publication.data) }
            }
            shown.append(publication)
        }
        return shown
    }

    /// The connection has gone, or was refused, while the home was asked.
    private func abandon(_ subscription: ChatSubscription) {
        sessions.metrics.subscriptions.add(-1)
        let name = hub.name(of: subscription.hubChannel)
        hub.giveUp(subscription.hubChannel)
        guard subscription.hasPresence else { return }
        // It was not announced.
        rooms.ask(.leave(subscription.info, hadPresence: true, isAnnounced: false, perSecond: 0), of: name) { _ in }
    }
}

extension NamespaceOptions {
    /// A token may say otherwise for its bearer.
    func overridden(by options: SubscriptionOptions?) -> NamespaceOptions {
        guard let options else { return self }
        return overridden(
            by: SubscriptionOverrides(
                presence: options.presence, joinLeave: options.joinLeave,
                forcePushJoinLeave: options.forcePushJoinLeave, forcePositioning: options.forcePositioning,
                forceRecovery: options.forceRecovery))
    }

    func overridden(by overrides: SubscriptionOverrides) -> NamespaceOptions {
        var changed = self
        changed.presence = overrides.presence ?? presence
        changed.joinLeave = overrides.joinLeave ?? joinLeave
        changed.forcePushJoinLeave = overrides.forcePushJoinLeave ?? forcePushJoinLeave
        changed.forcePositioning = overrides.forcePositioning ?? forcePositioning
        changed.forceRecovery = overrides.forceRecovery ?? forceRecovery
        return changed
    }
}
