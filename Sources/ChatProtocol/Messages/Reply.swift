/// The answer to one command.
package struct Reply: WritableMessage, Sendable {
    package enum Content: Sendable {
        case error(ReplyError)
        case connect(ConnectResult)
        case subscribe(SubscribeResult)
        case unsubscribe
        case publish
        case presence(PresenceResult)
        case presenceStatistics(PresenceStatisticsResult)
        case history(HistoryResult)
        case call(CallResult)
        case refresh(RefreshResult)
        case subscriptionRefresh(RefreshResult)
    }

    /// Of the command.
    package var id: UInt32
    package var content: Content

    package init(id: UInt32, _ content: Content) {
        self.id = id
        self.content = content
    }

    package func write(to writer: inout some MessageWriter) {
        writer.unsigned(Field("id", 1), UInt64(id))
        switch content {
        case .error(let error): writer.message(Field("error", 2), Failure(error: error))
        case .connect(let result): writer.message(Field("connect", 5), result)
        case .subscribe(let result): writer.message(Field("subscribe", 6), result)
        case .unsubscribe: writer.message(Field("unsubscribe", 7), EmptyResult())
        case .publish: writer.message(Field("publish", 8), EmptyResult())
        case .presence(let result): writer.message(Field("presence", 9), result)
        case .presenceStatistics(let result): writer.message(Field("presence_stats", 10), result)
        case .history(let result): writer.message(Field("history", 11), result)
        case .call(let result): writer.message(Field("rpc", 13), result)
        case .refresh(let result):
            writer.message(Field("refresh", 14), Refreshed(result, Field("expires", 3), Field("ttl", 4)))
        case .subscriptionRefresh(let result):
            writer.message(Field("sub_refresh", 15), Refreshed(result, Field("expires", 1), Field("ttl", 2)))
        }
    }

    private struct Failure: WritableMessage {
        let error: ReplyError
        func write(to writer: inout some MessageWriter) {
            writer.unsigned(Field("code", 1), UInt64(error.code))
            writer.string(Field("message", 2), error.message)
            writer.boolean(Field("temporary", 3), error.isTemporary)
        }
    }

    private struct Refreshed: WritableMessage {
        let result: RefreshResult
        let expires: Field
        let secondsLeft: Field

        init(_ result: RefreshResult, _ expires: Field, _ secondsLeft: Field) {
            self.result = result
            self.expires = expires
            self.secondsLeft = secondsLeft
        }

        func write(to writer: inout some MessageWriter) {
            writer.boolean(expires, result.expires)
            if result.expires { writer.unsigned(secondsLeft, UInt64(result.secondsLeft), always: true) }
        }
    }
}

/// A reply or push, as it stands in a frame.
package enum ServerMessage: WritableMessage, Sendable {
    case reply(Reply)
    case push(Push)
    case ping

    package func write(to writer: inout some MessageWriter) {
        switch self {
        case .reply(let reply): reply.write(to: &writer)
        case .push(let push): writer.message(Field("push", 4), push)
        case .ping: break
        }
    }
}
