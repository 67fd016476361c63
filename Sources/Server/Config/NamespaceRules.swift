// Which options make sense together. What could never work is refused; what merely does nothing is a warning of `rookery check`.

enum NamespaceRules {
    /// The option at fault, and why.
    struct Finding: Equatable {
        let key: String
        let text: String
    }

    static func problems(_ options: NamespaceOptions) -> [Finding] {
        var found: [Finding] = []
        func refuse(_ key: String, _ text: String, if isWrong: Bool) {
            if isWrong { found.append(Finding(key: key, text: text)) }
        }
        refuse(
            "history_size", "it keeps nothing without history_ttl; add history_ttl, for example \"300s\"",
            if: options.historySize > 0 && options.historySeconds == 0)
        refuse(
            "history_ttl", "it keeps nothing without history_size; add history_size, for example 100",
            if: options.historySeconds > 0 && options.historySize == 0)
        let metaSeconds =
            options.historyMetaSeconds == 0
            ? NamespaceSetting.historyMetaSecondsStandard : options.historyMetaSeconds
        refuse(
            options.historyMetaSeconds == 0 ? "history_ttl" : "history_meta_ttl",
            "history_meta_ttl (\(metaSeconds)s) must be at least history_ttl (\(options.historySeconds)s); raise it",
            if: metaSeconds < options.historySeconds)
        refuse(
            "force_recovery", "nothing can be recovered without history; add history_size and history_ttl",
            if: options.forceRecovery && !options.hasHistory)
        refuse(
            "auto_cache_recover", "it needs force_recovery true and force_recovery_mode \"cache\"; add what is missing",
            if: options.autoCacheRecover && !(options.forceRecovery && options.recoveryMode == .cache))
        refuse(
            "force_recovery_mode", "\"cache\" says how to recover, but neither force_recovery nor allow_recovery is on",
            if: options.recoveryMode == .cache && !options.forceRecovery && !options.allowRecovery)
        refuse(
            "force_push_join_leave", "without join_leave there are no joins and leaves; add join_leave",
            if: options.forcePushJoinLeave && !options.joinLeave)
        refuse(
            "delta_publish", "nobody may ask for deltas; add allowed_delta_types [\"fossil\"]",
            if: options.deltaPublish && !options.allowsFossilDelta)
        refuse(
            "publication_members",
            "data with members are JSON objects; set publication_data_format to \"json_object\" or leave it out",
            if: !options.payloadRules.members.isEmpty
                && (options.dataFormat == .text || options.dataFormat == .binary))
        for (action, audience) in audiences(options) {
            refuse(
                "allow_\(action)_for_anonymous",
                "it extends what allow_\(action)_for_client allows\(action == "subscribe" ? "" : " (or …_for_subscriber)"), which is off; switch that on",
                if: audience.anonymous && !audience.client && !audience.subscriber)
        }
        return found
    }

    static func warnings(_ options: NamespaceOptions) -> [Finding] {
        var found: [Finding] = []
        func warn(_ key: String, _ text: String, if isPointless: Bool) {
            if isPointless { found.append(Finding(key: key, text: text)) }
        }
        warn(
            "allow_recovery", "does nothing without history_size and history_ttl",
            if: options.allowRecovery && !options.hasHistory)
        let grantsPresence = options.allowPresence.client || options.allowPresence.subscriber
        warn(
            "allow_presence_for_…", "does nothing while presence is off", if: grantsPresence && !options.presence)
        let grantsHistory = options.allowHistory.client || options.allowHistory.subscriber
        warn(
            "allow_history_for_…", "does nothing without history_size and history_ttl",
            if: grantsHistory && !options.hasHistory)
        return found
    }

    private static func audiences(_ options: NamespaceOptions) -> [(String, NamespaceOptions.Audience)] {
        [
            ("subscribe", options.allowSubscribe), ("publish", options.allowPublish),
            ("presence", options.allowPresence), ("history", options.allowHistory),
        ]
    }
}
