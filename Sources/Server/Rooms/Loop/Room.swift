// A channel of the protocol door, found once for each command: what its name says, and what its namespace has.

final class Room: Sendable {
    let address: ChannelAddress
    /// As its home and Redis call it.
    let name: ChannelName
    let options: NamespaceOptions
    /// Nil: no stream is kept.
    let stream: StreamSettings?

    init(_ address: ChannelAddress, _ name: ChannelName, _ options: NamespaceOptions, stream: StreamSettings?) {
        self.address = address
        self.name = name
        self.options = options
        self.stream = stream
    }

    /// As clients call it.
    var channel: String { address.name }
}

extension NamespaceOptions {
    /// The namespace keeps what the action reads.
    func has(_ action: ChannelAction) -> Bool {
        switch action {
        case .subscribe, .publish: true
        case .presence: presence
        case .history: hasHistory
        }
    }

    /// Nil: the channel keeps no stream.
    var stream: StreamSettings? {
        guard hasHistory else { return nil }
        let meta = historyMetaSeconds > 0 ? historyMetaSeconds : NamespaceOptions.metaSecondsDefault
        return StreamSettings(
            size: historySize, milliseconds: UInt64(clamping: historySeconds) * 1_000,
            metaMilliseconds: UInt64(clamping: meta) * 1_000)
    }

    /// 30 days.
    private static let metaSecondsDefault = 2_592_000
}
