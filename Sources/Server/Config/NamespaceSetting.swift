// The options of a namespace as the configuration file names them: one table of names, defaults and sentences, as `Settings` is for flags.
// The names are the client protocol's; what the options do together is in `NamespaceRules`.

struct NamespaceSetting: Sendable {
    let name: String
    /// One sentence.
    let help: String
    /// Takes a value of the file over or says what was expected.
    let apply: @Sendable (LocatedValue.Kind, inout NamespaceOptions) throws(SettingProblem) -> Void
    /// The value as the file would say it.
    let show: @Sendable (NamespaceOptions) -> String

    static let joinsPerSecondMax = 1_000_000
    static let historySizeMax = 1_000_000
    static let historySecondsMax = 365 * 86_400
    /// What `history_meta_ttl` 0 means.
    static let historyMetaSecondsStandard = 30 * 86_400

    static let all: [NamespaceSetting] =
        [
            onOff("presence", \.presence, "Keeps who is in a channel."),
            onOff("join_leave", \.joinLeave, "Makes a message of every join and leave."),
            onOff("force_push_join_leave", \.forcePushJoinLeave, "Delivers these to every subscriber, asked or not."),
            NamespaceSetting(
                name: "join_leave_max_per_second",
                help: "Joins and leaves of a channel that are told in one second, the others are not; 0: all.",
                apply: { value, into throws(SettingProblem) in
                    into.joinsPerSecondMax = try Quantities.count(
                        try digits(value, "a number"), in: 0...joinsPerSecondMax)
                },
                show: { "\($0.joinsPerSecondMax)" }),
            NamespaceSetting(
                name: "history_size", help: "Publications kept for each channel; needs history_ttl.",
                apply: { value, into throws(SettingProblem) in
                    into.historySize = try Quantities.count(try digits(value, "a number"), in: 0...historySizeMax)
                },
                show: { "\($0.historySize)" }),
            seconds("history_ttl", \.historySeconds, "How long they are kept; needs history_size."),
            seconds(
                "history_meta_ttl", \.historyMetaSeconds, "How long a channel's epoch and offset are known; 0: 30 days."
            ),
            onOff("force_positioning", \.forcePositioning, "Every subscriber's position in the stream is watched."),
            onOff("allow_positioning", \.allowPositioning, "Subscribers may ask for that."),
            onOff("force_recovery", \.forceRecovery, "Every subscriber may catch up on what it missed; needs history."),
            onOff("allow_recovery", \.allowRecovery, "Subscribers may ask for that."),
            choice(
                "force_recovery_mode", \.recoveryMode, ["stream", "cache"],
                "stream: all that was missed; cache: the newest publication."),
            onOff(
                "auto_cache_recover", \.autoCacheRecover,
                "The newest publication comes with each subscription; needs force_recovery and cache."),
            NamespaceSetting(
                name: "allowed_delta_types", help: "Deltas that subscribers may ask for: [] or [\"fossil\"].",
                apply: { value, into throws(SettingProblem) in
                    switch value {
                    case .list([]): into.allowsFossilDelta = false
                    case .list(let types) where types.allSatisfy({ $0.kind == .string("fossil") }):
                        into.allowsFossilDelta = true
                    default: throw SettingProblem("[] or [\"fossil\"]")
                    }
                },
                show: { $0.allowsFossilDelta ? "[\"fossil\"]" : "[]" }),
            onOff("delta_publish", \.deltaPublish, "Every publication is a delta for those who asked."),
            onOff("allow_tags_filter", \.allowTagsFilter, "Subscribers may ask for publications with certain tags."),
        ] + audiences + names + payloads

    private static let audiences: [NamespaceSetting] = [
        onOff("allow_subscribe_for_client", \.allowSubscribe.client, "Users may subscribe."),
        onOff("allow_subscribe_for_anonymous", \.allowSubscribe.anonymous, "So may clients without a user."),
        onOff("allow_publish_for_client", \.allowPublish.client, "Users may publish."),
        onOff("allow_publish_for_subscriber", \.allowPublish.subscriber, "Users who are subscribed may."),
        onOff("allow_publish_for_anonymous", \.allowPublish.anonymous, "Extends both to clients without a user."),
        onOff("allow_presence_for_client", \.allowPresence.client, "Users may ask who is there."),
        onOff("allow_presence_for_subscriber", \.allowPresence.subscriber, "Users who are subscribed may."),
        onOff("allow_presence_for_anonymous", \.allowPresence.anonymous, "Extends both to clients without a user."),
        onOff("allow_history_for_client", \.allowHistory.client, "Users may read the history."),
        onOff("allow_history_for_subscriber", \.allowHistory.subscriber, "Users who are subscribed may."),
        onOff("allow_history_for_anonymous", \.allowHistory.anonymous, "Extends both to clients without a user."),
    ]

    private static let names: [NamespaceSetting] = [
        onOff(
            "allow_user_limited_channels", \.allowUserLimitedChannels,
            "The users named behind # in a channel's name may subscribe."),
        NamespaceSetting(
            name: "channel_regex", help: "What the name behind the namespace must match; empty: any ASCII.",
            apply: { value, into throws(SettingProblem) in
                guard case .string(let text) = value else { throw SettingProblem("a pattern such as \"^[a-z]+$\"") }
                do throws(ChannelPattern.Problem) {
                    into.channelPattern = text.isEmpty ? nil : try ChannelPattern(text)
                } catch {
                    throw SettingProblem("a pattern of the supported kind: \(error)")
                }
            },
            show: { ConfigurationWriter.string($0.channelPattern?.text ?? "") }),
    ]

    private static let payloads: [NamespaceSetting] = [
        choice(
            "publication_data_format", \.dataFormat, ["", "text", "json", "json_object", "binary"],
            "What a publication's data must be; empty: anything but nothing. binary: anything."),
        NamespaceSetting(
            name: "publication_max_bytes", help: "How many bytes the data may have; 0: as many as a message may.",
            apply: { value, into throws(SettingProblem) in
                into.payloadRules.bytesMax = try Quantities.bytes(
                    try digits(value, "bytes such as 65536 or \"64KiB\""), in: 0...PayloadRules.bytesMaxMax)
            },
            show: { "\($0.payloadRules.bytesMax)" }),
        NamespaceSetting(
            name: "publication_members",
            help:
                "Members of the data, which is a JSON object then: {\"text\": {\"type\": \"string\", \"required\": true, \"max_length\": 1000}}.",
            apply: { value, into throws(SettingProblem) in
                into.payloadRules.members = try MemberRuleReader.rules(value)
            },
            show: { MemberRuleReader.text($0.payloadRules.members) }),
    ]

    /// Options of the client protocol that this server does not have yet.
    static func isUnavailable(_ name: String) -> Bool {
        name.hasSuffix("_proxy_enabled") || name.hasSuffix("_proxy_name") || name == "subscription_type"
    }
}

// MARK: - Kinds of entries

extension NamespaceSetting {
    private static func onOff(
        _ name: String, _ path: any WritableKeyPath<NamespaceOptions, Bool> & Sendable, _ help: String
    ) -> NamespaceSetting {
        NamespaceSetting(
            name: name, help: help,
            apply: { value, into throws(SettingProblem) in
                guard case .boolean(let isOn) = value else { throw SettingProblem("true or false") }
                into[keyPath: path] = isOn
            },
            show: { "\($0[keyPath: path])" })
    }

    private static func seconds(
        _ name: String, _ path: any WritableKeyPath<NamespaceOptions, Int> & Sendable, _ help: String
    ) -> NamespaceSetting {
        NamespaceSetting(
            name: name, help: help,
            apply: { value, into throws(SettingProblem) in
                into[keyPath: path] = try Quantities.seconds(
                    try digits(value, "a time such as \"300s\""), in: 0...historySecondsMax)
            },
            show: { "\"\($0[keyPath: path])s\"" })
    }

    private static func choice<Choice: RawRepresentable<String> & SendableMetatype>(
        _ name: String, _ path: any WritableKeyPath<NamespaceOptions, Choice> & Sendable, _ choices: [String],
        _ help: String
    ) -> NamespaceSetting {
        NamespaceSetting(
            name: name, help: help,
            apply: { value, into throws(SettingProblem) in
                guard case .string(let text) = value, let choice = Choice(rawValue: text) else {
                    throw SettingProblem("one of " + choices.map { "\"\($0)\"" }.joined(separator: ", "))
                }
                into[keyPath: path] = choice
            },
            show: { "\"\($0[keyPath: path].rawValue)\"" })
    }

    /// The text of a number or a string.
    private static func digits(_ value: LocatedValue.Kind, _ expected: String) throws(SettingProblem) -> String {
        switch value {
        case .number(let text), .string(let text): return text
        default: throw SettingProblem(expected)
        }
    }
}
