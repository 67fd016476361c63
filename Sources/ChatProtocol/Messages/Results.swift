// What the server answers. Fields that have no meaning for a stream over WebSocket are not here.

package struct ConnectResult: WritableMessage, Sendable {
    package var client = ""
    package var version = ""
    /// Seconds until the client must refresh its token; nil: never.
    package var secondsLeft: UInt32?
    package var data: [UInt8] = []
    /// Server-side subscriptions.
    package var subscriptions: [(key: String, value: SubscribeResult)] = []
    /// Seconds between pings; 0: none.
    package var pingSeconds: UInt32 = 0
    /// The client must answer them.
    package var expectsPong = false
    /// The server's clock, milliseconds; 0: not told.
    package var time: Int64 = 0

    package init() {}

    package func write(to writer: inout some MessageWriter) {
        writer.string(Field("client", 1), client)
        writer.string(Field("version", 2), version)
        writer.boolean(Field("expires", 3), secondsLeft != nil)
        if let secondsLeft { writer.unsigned(Field("ttl", 4), UInt64(secondsLeft), always: true) }
        writer.foreign(Field("data", 5), data)
        writer.map(Field("subs", 6), subscriptions)
        writer.unsigned(Field("ping", 7), UInt64(pingSeconds))
        writer.boolean(Field("pong", 8), expectsPong)
        writer.signed(Field("time", 11), time)
    }
}

package struct SubscribeResult: WritableMessage, Sendable {
    package var secondsLeft: UInt32?
    package var isRecoverable = false
    package var epoch = ""
    package var publications: [Publication] = []
    package var isRecovered = false
    package var offset: UInt64 = 0
    package var isPositioned = false
    package var data: [UInt8] = []
    package var wasRecovering = false
    package var usesDelta = false

    package init() {}

    package func write(to writer: inout some MessageWriter) {
        writer.boolean(Field("expires", 1), secondsLeft != nil)
        if let secondsLeft { writer.unsigned(Field("ttl", 2), UInt64(secondsLeft), always: true) }
        writer.boolean(Field("recoverable", 3), isRecoverable)
        writer.string(Field("epoch", 6), epoch)
        writer.list(Field("publications", 7), publications)
        writer.boolean(Field("recovered", 8), isRecovered)
        writer.unsigned(Field("offset", 9), offset)
        writer.boolean(Field("positioned", 10), isPositioned)
        writer.foreign(Field("data", 11), data)
        writer.boolean(Field("was_recovering", 12), wasRecovering)
        writer.boolean(Field("delta", 13), usesDelta)
    }
}

/// Of unsubscribe and publish.
package struct EmptyResult: WritableMessage, Sendable {
    package init() {}
    package func write(to writer: inout some MessageWriter) {}
}

package struct PresenceResult: WritableMessage, Sendable {
    /// By connection.
    package var clients: [(key: String, value: ClientInfo)]

    package init(_ clients: [(key: String, value: ClientInfo)]) { self.clients = clients }

    package func write(to writer: inout some MessageWriter) {
        writer.map(Field("presence", 1), clients, always: true)
    }
}

package struct PresenceStatisticsResult: WritableMessage, Sendable {
    package var clients: UInt32
    package var users: UInt32

    package init(clients: UInt32, users: UInt32) {
        self.clients = clients
        self.users = users
    }

    package func write(to writer: inout some MessageWriter) {
        writer.unsigned(Field("num_clients", 1), UInt64(clients), always: true)
        writer.unsigned(Field("num_users", 2), UInt64(users), always: true)
    }
}

package struct HistoryResult: WritableMessage, Sendable {
    package var publications: [Publication]
    /// The top of the stream.
    package var position: StreamPosition

    package init(_ publications: [Publication], _ position: StreamPosition) {
        self.publications = publications
        self.position = position
    }

    package func write(to writer: inout some MessageWriter) {
        writer.list(Field("publications", 1), publications, always: true)
        writer.string(Field("epoch", 2), position.epoch, always: true)
        writer.unsigned(Field("offset", 3), position.offset, always: true)
    }
}

package struct CallResult: WritableMessage, Sendable {
    package var data: [UInt8]

    package init(data: [UInt8]) { self.data = data }

    package func write(to writer: inout some MessageWriter) { writer.raw(Field("data", 1), data) }
}

/// Of refresh and sub_refresh.
package struct RefreshResult: Equatable, Sendable {
    /// Nil: never expires.
    package var seconds: UInt32?

    package init(seconds: UInt32?) { self.seconds = seconds }

    var expires: Bool { seconds != nil }
    var secondsLeft: UInt32 { seconds ?? 0 }
}
