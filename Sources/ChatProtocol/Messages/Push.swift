/// What the server tells without being asked.
package struct Push: WritableMessage, Sendable {
    package enum Content: Sendable {
        case publication(Publication)
        case join(ClientInfo)
        case leave(ClientInfo)
        case unsubscribe(Unsubscribe)
        case subscribe(SubscribePush)
        case message(data: [UInt8])
        case refresh(RefreshResult)
    }

    /// Empty: it is about the connection.
    package var channel: String
    package var content: Content

    package init(channel: String = "", _ content: Content) {
        self.channel = channel
        self.content = content
    }

    package func write(to writer: inout some MessageWriter) {
        writer.string(Field("channel", 2), channel)
        switch content {
        case .publication(let publication): writer.message(Field("pub", 4), publication)
        case .join(let info): writer.message(Field("join", 5), About(info: info))
        case .leave(let info): writer.message(Field("leave", 6), About(info: info))
        case .unsubscribe(let unsubscribe): writer.message(Field("unsubscribe", 7), unsubscribe)
        case .message(let data): writer.message(Field("message", 8), Message(data: data))
        case .subscribe(let subscribe): writer.message(Field("subscribe", 9), subscribe)
        case .refresh(let result): writer.message(Field("refresh", 12), RefreshPush(result: result))
        }
    }

    private struct About: WritableMessage {
        let info: ClientInfo
        func write(to writer: inout some MessageWriter) { writer.message(Field("info", 1), info) }
    }

    private struct Message: WritableMessage {
        let data: [UInt8]
        func write(to writer: inout some MessageWriter) { writer.foreign(Field("data", 1), data) }
    }

    private struct RefreshPush: WritableMessage {
        let result: RefreshResult
        func write(to writer: inout some MessageWriter) {
            writer.boolean(Field("expires", 1), result.expires)
            writer.unsigned(Field("ttl", 2), UInt64(result.secondsLeft))
        }
    }
}

/// The server has ended a subscription; below 2500 for good, from there on the client subscribes again.
package struct Unsubscribe: WritableMessage, Equatable, Sendable {
    package var code: UInt32
    package var reason: String

    package init(_ code: UInt32, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package static let server = Unsubscribe(2000, "server unsubscribe")
    package static let insufficientState = Unsubscribe(2500, "insufficient state")
    package static let expired = Unsubscribe(2501, "subscription expired")
    package static let stateInvalidated = Unsubscribe(2502, "state invalidated")

    package func write(to writer: inout some MessageWriter) {
        writer.unsigned(Field("code", 2), UInt64(code))
        writer.string(Field("reason", 3), reason)
    }
}

/// The server has subscribed the connection.
package struct SubscribePush: WritableMessage, Sendable {
    package var isRecoverable = false
    package var isPositioned = false
    package var epoch = ""
    package var offset: UInt64 = 0
    package var data: [UInt8] = []

    package init() {}

    package func write(to writer: inout some MessageWriter) {
        writer.boolean(Field("recoverable", 1), isRecoverable)
        writer.string(Field("epoch", 4), epoch)
        writer.unsigned(Field("offset", 5), offset)
        writer.boolean(Field("positioned", 6), isPositioned)
        writer.foreign(Field("data", 7), data)
    }
}
