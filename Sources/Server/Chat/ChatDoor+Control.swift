// What the HTTP API and other nodes do to connections that live already. Each loop looks at its own.

import ChatProtocol
import EventLoop

extension ChatDoor {
    func control(_ command: ControlCommand) {
        for slot in users[Array(command.user.utf8)] ?? [] {
            guard let chat = connection(slot), chat.state == .connected, table[slot].phase == .open else { continue }
            if let client = command.client, !client.utf8.elementsEqual(chat.client.utf8) { continue }
            control(command.action, slot, chat)
        }
    }

    private func control(_ action: ControlCommand.Action, _ slot: UInt32, _ chat: ChatConnection) {
        switch action {
        case .subscribe(let subscription): subscribe(subscription, slot, chat)
        case .unsubscribe(let channel):
            guard let index = chat.index(of: channel), chat.subscriptions[index].isJoined else { return }
            removeSubscription(index, slot, chat, telling: .server)
        case .disconnect(let reason, let keeping):
            guard !keeping.contains(where: { $0.utf8.elementsEqual(chat.client.utf8) }) else { return }
            disconnect(slot, reason)
        case .expire: disconnect(slot, .connectionExpired)
        case .refresh(let second, let info):
            if let info { chat.info = info }
            if let second, second <= unixSeconds { return disconnect(slot, .connectionExpired) }
            chat.expiresByToken = chat.expiresByToken && second != nil
            setExpiry(second, slot, chat)
            push(Push(.refresh(RefreshResult(seconds: second.map(secondsLeft)))), to: slot)
        }
    }

    /// Whoever is subscribed already stays so, and hears nothing.
    private func subscribe(_ subscription: ServerSubscription, _ slot: UInt32, _ chat: ChatConnection) {
        guard chat.index(of: subscription.channel) == nil, chat.subscriptions.count < settings.subscriptionsMax,
            case .success(let room) = rooms.find(subscription.channel)
        else { return }
        var wish = SubscriptionWish(room, room.options.overridden(by: subscription.overrides))
        wish.isServerSide = true
        wish.channelInfo = subscription.info
        wish.data = subscription.data
        wish.expiresAt = subscription.expiresAt
        if let since = subscription.recoverSince {
            wish.recovers = true
            wish.since = since
        }
        enter(wish, slot, chat) { [unowned self] outcome in
            guard case .subscribed(let result) = outcome else { return }
            var told = SubscribePush()
            told.isRecoverable = result.isRecoverable
            told.isPositioned = result.isPositioned
            told.epoch = result.epoch
            told.offset = result.offset
            told.data = result.data
            push(Push(channel: subscription.channel, .subscribe(told)), to: slot)
            // What it missed comes as publications.
            for publication in result.publications {
                push(Push(channel: subscription.channel, .publication(publication)), to: slot)
            }
            if let index = chat.index(of: subscription.channel) { announce(index, chat) }
        }
    }

    /// What this loop knows, for `RoomRoutes.survey`.
    func survey() -> LoopSurvey {
        var survey = LoopSurvey(channels: hub.chatChannels(rooms.prefix))
        for (user, slots) in users {
            survey.users.insert(user.hashValue)
            survey.clients += slots.count
        }
        survey.subscriptions = sessions.metrics.subscriptions.value
        return survey
    }
}
