// Who may do what in which channel. One function decides, for every door, for the HTTP page and for `rookery explain`; it says by which rule, in
// words an operator can look up in the configuration. The first rule that knows an answer gives it.

/// Who asks.
package struct Requester: Equatable, Sendable {
    /// Empty: anonymous.
    package var user = ""
    /// Open mode: everything but private channels is allowed.
    package var isInsecure = false
    /// From the `rooms` claim of the token: names of channels, or beginnings of names with a `*` behind.
    package var rooms: [String] = []

    package init(user: String = "", isInsecure: Bool = false, rooms: [String] = []) {
        self.user = user
        self.isInsecure = isInsecure
        self.rooms = rooms
    }
}

package enum ChannelAction: String, CaseIterable, Sendable { case subscribe, publish, presence, history }

/// What was decided, and by which rule.
package struct Decision: Equatable, Sendable {
    package enum Outcome: Equatable, Sendable {
        case allowed
        /// Error 103.
        case denied
        /// Error 102.
        case unknownChannel
        /// Error 107.
        case badName
    }

    package let outcome: Outcome
    package let rule: String

    package var isAllowed: Bool { outcome == .allowed }

    static func allowed(_ rule: String) -> Decision { Decision(outcome: .allowed, rule: rule) }
    static func denied(_ rule: String) -> Decision { Decision(outcome: .denied, rule: rule) }
}

/// The namespaces of a node, and what follows from them.
package struct Rights: Sendable {
    /// Bytes of a channel's name.
    package static let nameBytesMax = 255

    package let naming: ChannelNaming
    private let withoutNamespace: NamespaceOptions
    /// By their names as bytes: names that only look alike are different names (row P13).
    private let namespaces: [[UInt8]: NamespaceOptions]

    package init(
        withoutNamespace: NamespaceOptions = NamespaceOptions(), namespaces: [(String, NamespaceOptions)] = [],
        naming: ChannelNaming = ChannelNaming()
    ) {
        self.withoutNamespace = withoutNamespace
        self.namespaces = Dictionary(namespaces.map { (Array($0.utf8), $1) }) { first, _ in first }
        self.naming = naming
    }

    /// Nil: there is no such namespace.
    package func options(of channel: ChannelAddress) -> NamespaceOptions? {
        channel.namespace.map { namespaces[Array($0.utf8)] } ?? withoutNamespace
    }

    /// `hasToken`: a subscription token for this channel and user was found right. `isSubscribed`: it follows the channel, by its own wish or
    /// the server's.
    package func decide(
        _ action: ChannelAction, _ channel: ChannelAddress, for requester: Requester, hasToken: Bool = false,
        isSubscribed: Bool = false
    ) -> Decision {
        guard let options = options(of: channel) else {
            return Decision(outcome: .unknownChannel, rule: "there is no namespace \"\(channel.namespace ?? "")\"")
        }
        if let problem = nameProblem(channel, options) { return Decision(outcome: .badName, rule: problem) }
        return decide(action, channel, options, for: requester, hasToken: hasToken, isSubscribed: isSubscribed)
    }

    /// The same where the namespace was found and the name fits it.
    func decide(
        _ action: ChannelAction, _ channel: ChannelAddress, _ options: NamespaceOptions, for requester: Requester,
        hasToken: Bool = false, isSubscribed: Bool = false
    ) -> Decision {
        switch action {
        case .subscribe: return decideSubscribe(channel, options, requester, hasToken: hasToken)
        case .publish: return decide("publish", options.allowPublish, channel, requester, isSubscribed: isSubscribed)
        case .presence: return decide("presence", options.allowPresence, channel, requester, isSubscribed: isSubscribed)
        case .history: return decide("history", options.allowHistory, channel, requester, isSubscribed: isSubscribed)
        }
    }

    /// Why the channel may not be called so; nil when it may.
    func nameProblem(_ channel: ChannelAddress, _ options: NamespaceOptions) -> String? {
        if channel.name.isEmpty { return "the name is empty" }
        if channel.name.utf8.count > Rights.nameBytesMax {
            return "the name is longer than \(Rights.nameBytesMax) bytes"
        }
        guard let pattern = options.channelPattern else {
            return channel.name.utf8.allSatisfy { $0 < 0x80 }
                ? nil : "the name is not ASCII, and channel_regex is not set"
        }
        return pattern.matches(channel.rest) ? nil : "channel_regex does not match \"\(channel.rest)\""
    }

    private func decideSubscribe(
        _ channel: ChannelAddress, _ options: NamespaceOptions, _ requester: Requester, hasToken: Bool
    ) -> Decision {
        if hasToken { return .allowed("subscription token") }
        if channel.isPrivate {
            return .denied("a channel that begins with \(naming.privatePrefix) needs a subscription token")
        }
        if options.allowUserLimitedChannels, let users = channel.users, !requester.user.isEmpty,
            users.contains(where: { $0.utf8.elementsEqual(requester.user.utf8) })
        {
            return .allowed("allow_user_limited_channels: the channel names the user")
        }
        if let room = room(of: requester, channel) { return .allowed("rooms claim: \(room)") }
        if channel.users != nil {
            return .denied(
                options.allowUserLimitedChannels
                    ? "the channel names other users" : "allow_user_limited_channels is off")
        }
        if options.allowSubscribe.client, !requester.user.isEmpty { return .allowed("allow_subscribe_for_client") }
        if options.allowSubscribe.client, options.allowSubscribe.anonymous {
            return .allowed("allow_subscribe_for_client, allow_subscribe_for_anonymous")
        }
        return last("subscribe", requester)
    }

    private func decide(
        _ name: String, _ audience: NamespaceOptions.Audience, _ channel: ChannelAddress, _ requester: Requester,
        isSubscribed: Bool
    ) -> Decision {
        if let room = room(of: requester, channel) { return .allowed("rooms claim: \(room)") }
        let isKnown = !requester.user.isEmpty
        if isKnown || audience.anonymous {
            let also = isKnown ? "" : ", allow_\(name)_for_anonymous"
            if audience.client { return .allowed("allow_\(name)_for_client" + also) }
            if audience.subscriber, isSubscribed { return .allowed("allow_\(name)_for_subscriber" + also) }
        }
        return last(name, requester)
    }

    private func last(_ name: String, _ requester: Requester) -> Decision {
        requester.isInsecure
            ? .allowed("this server is open")
            : .denied(
                requester.user.isEmpty
                    ? "no rule grants \(name) to anonymous clients"
                    : "no rule grants \(name) to user \"\(requester.user)\"")
    }

    /// The entry of the claim that names the channel. Private channels and those of certain users must be named whole: who grants `room:*`
    /// does not think of `room:letters#42`.
    private func room(of requester: Requester, _ channel: ChannelAddress) -> String? {
        let isSpecial = channel.isPrivate || channel.users != nil
        return requester.rooms.first { room in
            if channel.name.utf8.elementsEqual(room.utf8) { return true }
            return !isSpecial && room.utf8.last == UInt8(ascii: "*")
                && channel.name.utf8.starts(with: room.utf8.dropLast())
        }
    }
}
