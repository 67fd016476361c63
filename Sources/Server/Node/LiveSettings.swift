// The settings that may change while a node runs (SIGHUP). One immutable value, exchanged as a whole: whoever has fetched it sees either all of
// the old ones or all of the new ones. A loop looks for each
// request and connection whether its copy is still the latest, never for a message.

/// `Setting.changesWhileRunning` marks the same settings; everything else a node keeps from its start.
final class LiveSettings: Sendable {
    /// `allow_origin`, `host`, `trusted_proxy`.
    let access: AccessPolicy
    let plainChannels: [String]
    let relay: [String]
    let servesEcho: Bool
    let handshakeMilliseconds: Int
    let idleMilliseconds: Int
    let rateLimits: RateLimits
    let api: APIAccess
    /// What is allowed and still deserves a word in `/health`.
    let warnings: [String]
    /// Who may do what in which channel.
    let rights: Rights
    /// Some namespace has rules for what is published in it.
    let restrictsData: Bool
    /// How long a token in a URL may hold, in seconds.
    let tokenQuerySeconds: Int64

    init(_ configuration: Configuration, access: AccessPolicy) {
        self.access = access
        plainChannels = configuration.plainChannels
        relay = configuration.relay
        servesEcho = configuration.servesEcho
        handshakeMilliseconds = configuration.handshakeMilliseconds
        idleMilliseconds = configuration.idleMilliseconds
        rateLimits = configuration.rateLimits
        api = APIAccess(configuration.api)
        warnings = configuration.warnings
        rights = configuration.channels.rights
        restrictsData = configuration.channels.all.contains(where: \.restrictsData)
        tokenQuerySeconds = Int64(configuration.tokens.querySeconds)
    }

    /// The rules for data in this channel; nil: there are none.
    func payloadRules(of name: ChannelName) -> NamespaceOptions? {
        guard let options = rights.options(of: ChannelAddress("\(name)", rights.naming)), options.restrictsData else {
            return nil
        }
        return options
    }
}

/// One loop's copy: a look at a number that hardly ever changes, instead of a lock that all loops would meet at.
struct LiveCopy {
    private var settings: LiveSettings
    /// Which of the node's settings these are.
    private(set) var exchange: Int

    init(_ node: Node) {
        exchange = node.exchanges
        settings = node.live
    }

    mutating func latest(of node: Node) -> LiveSettings {
        let latest = node.exchanges
        if exchange != latest {
            exchange = latest
            settings = node.live
        }
        return settings
    }
}
