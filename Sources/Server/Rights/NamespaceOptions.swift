// What the channels of a namespace are for. The names of the members are the options' names in the configuration, in Swift's spelling; their
// meaning is that of the client protocol.

package struct NamespaceOptions: Equatable, Sendable {
    /// Keeps who is in a channel.
    package var presence = false
    /// Makes joins and leaves.
    package var joinLeave = false
    /// Delivers them to every subscriber.
    package var forcePushJoinLeave = false
    /// Of a channel; 0: no limit.
    package var joinsPerSecondMax = 100
    /// The stream's window: both or none.
    package var historySize = 0
    package var historySeconds = 0
    /// How long epoch and offset outlive it.
    package var historyMetaSeconds = 0
    package var forcePositioning = false
    package var allowPositioning = false
    package var forceRecovery = false
    package var allowRecovery = false
    package var recoveryMode = RecoveryMode.stream
    package var autoCacheRecover = false
    package var allowsFossilDelta = false
    package var deltaPublish = false
    package var allowTagsFilter = false
    package var allowSubscribe = Audience()
    package var allowPublish = Audience()
    package var allowPresence = Audience()
    package var allowHistory = Audience()
    package var allowUserLimitedChannels = false
    /// Tested on the part behind the namespace.
    package var channelPattern: ChannelPattern?
    package var dataFormat = DataFormat.notEmpty
    package var payloadRules = PayloadRules()

    package init() {}

    package enum RecoveryMode: String, Sendable { case stream, cache }

    /// What a publication's data must be.
    package enum DataFormat: String, Sendable {
        case notEmpty = ""
        case text
        case json
        case jsonObject = "json_object"
        case binary
    }

    /// Who may do something without a token for it.
    package struct Audience: Equatable, Sendable {
        /// Everybody with a user.
        package var client = false
        /// Who is subscribed, with a user. Means nothing for subscribing itself.
        package var subscriber = false
        /// Extends both to those without a user.
        package var anonymous = false

        package init(client: Bool = false, subscriber: Bool = false, anonymous: Bool = false) {
            self.client = client
            self.subscriber = subscriber
            self.anonymous = anonymous
        }
    }

    /// Some data may not be published.
    package var restrictsData: Bool {
        payloadRules != PayloadRules() || dataFormat != .notEmpty && dataFormat != .binary
    }

    package var hasHistory: Bool { historySize > 0 && historySeconds > 0 }
}
