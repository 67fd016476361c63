/// One message of a client.
package struct Command: ReadableMessage, Sendable {
    package enum Request: Sendable {
        case connect(ConnectRequest)
        case subscribe(SubscribeRequest)
        case unsubscribe(ChannelRequest)
        case publish(PublishRequest)
        case presence(ChannelRequest)
        case presenceStatistics(ChannelRequest)
        case history(HistoryRequest)
        case call(CallRequest)
        case send(SendRequest)
        case refresh(RefreshRequest)
        case subscriptionRefresh(SubscriptionRefreshRequest)

        /// Of several in one command the first in this order counts.
        fileprivate var rank: Int {
            switch self {
            case .connect: 0
            case .subscribe: 1
            case .unsubscribe: 2
            case .publish: 3
            case .presence: 4
            case .presenceStatistics: 5
            case .history: 6
            case .call: 7
            case .send: 8
            case .refresh: 9
            case .subscriptionRefresh: 10
            }
        }
    }

    /// The reply repeats it. 0: no reply is expected.
    package private(set) var id: UInt32 = 0
    /// Nil: none of those we know.
    package private(set) var request: Request?

    package init() {}

    /// The answer to a ping: whatever has no id and is no `send`.
    package var isPong: Bool {
        guard id == 0 else { return false }
        if case .send = request { return false }
        return true
    }

    package static let fields = [
        Field("id", 1), Field("connect", 4), Field("subscribe", 5), Field("unsubscribe", 6), Field("publish", 7),
        Field("presence", 8), Field("presence_stats", 9), Field("history", 10), Field("send", 12), Field("rpc", 13),
        Field("refresh", 14), Field("sub_refresh", 15),
    ]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 1:
            let number = try reader.unsigned()
            guard let id = UInt32(exactly: number) else { throw MessageError(.outOfRange, at: 0) }
            self.id = id
        case 4: take(try reader.message(ConnectRequest.self).map(Request.connect))
        case 5: take(try reader.message(SubscribeRequest.self).map(Request.subscribe))
        case 6: take(try reader.message(ChannelRequest.self).map(Request.unsubscribe))
        case 7: take(try reader.message(PublishRequest.self).map(Request.publish))
        case 8: take(try reader.message(ChannelRequest.self).map(Request.presence))
        case 9: take(try reader.message(ChannelRequest.self).map(Request.presenceStatistics))
        case 10: take(try reader.message(HistoryRequest.self).map(Request.history))
        case 12: take(try reader.message(SendRequest.self).map(Request.send))
        case 13: take(try reader.message(CallRequest.self).map(Request.call))
        case 14: take(try reader.message(RefreshRequest.self).map(Request.refresh))
        default: take(try reader.message(SubscriptionRefreshRequest.self).map(Request.subscriptionRefresh))
        }
    }

    private mutating func take(_ other: Request?) {
        guard let other, request.map({ other.rank <= $0.rank }) ?? true else { return }
        request = other
    }
}
