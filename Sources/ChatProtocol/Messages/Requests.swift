// What a client asks for. A field that does not come has the value it has here.

package struct ConnectRequest: ReadableMessage, Sendable {
    package var token = ""
    package var data: [UInt8] = []
    /// Positions of server-side subscriptions that the client remembers.
    package var subscriptions: [(key: String, value: SubscribeRequest)] = []
    package var name = ""
    package var version = ""
    package var headers: [(key: String, value: String)] = []

    package init() {}

    package static let fields = [
        Field("token", 1), Field("data", 2), Field("subs", 3), Field("name", 4), Field("version", 5),
        Field("headers", 6),
    ]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 1: token = try reader.string()
        case 2: data = try reader.raw()
        case 3: try reader.map(&subscriptions)
        case 4: name = try reader.string()
        case 5: version = try reader.string()
        default: try reader.map(&headers)
        }
    }
}

package struct SubscribeRequest: ReadableMessage, Sendable {
    package var channel = ""
    package var token = ""
    /// Asks for what was published since `offset` of `epoch`.
    package var recovers = false
    package var epoch = ""
    package var offset: UInt64 = 0
    package var data: [UInt8] = []
    package var wantsPosition = false
    package var wantsRecovery = false
    package var wantsJoinsAndLeaves = false
    /// `fossil`, or empty.
    package var delta = ""
    package var filter: FilterNode?
    /// Bits: 1 understands numeric channel ids, 2 wants error 112 instead of a subscription that is not recovered.
    package var flags: Int64 = 0
    /// 0: a stream.
    package var type: Int64 = 0

    package init() {}

    package static let fields = [
        Field("channel", 1), Field("token", 2), Field("recover", 3), Field("epoch", 6), Field("offset", 7),
        Field("data", 8), Field("positioned", 9), Field("recoverable", 10), Field("join_leave", 11),
        Field("delta", 12), Field("tf", 13), Field("flag", 14), Field("type", 15),
    ]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 1: channel = try reader.string()
        case 2: token = try reader.string()
        case 3: recovers = try reader.boolean()
        case 6: epoch = try reader.string()
        case 7: offset = try reader.unsigned()
        case 8: data = try reader.raw()
        case 9: wantsPosition = try reader.boolean()
        case 10: wantsRecovery = try reader.boolean()
        case 11: wantsJoinsAndLeaves = try reader.boolean()
        case 12: delta = try reader.string()
        case 13: filter = try reader.message(FilterNode.self)
        case 14: flags = try reader.signed()
        default: type = try reader.signed()
        }
    }
}

/// Which publications a subscriber wants, by their tags.
package struct FilterNode: ReadableMessage, Sendable {
    /// `and`, `or`, `not`; empty: compares.
    package var operation = ""
    package var key = ""
    package var comparison = ""
    package var value = ""
    package var values: [String] = []
    package var nodes: [FilterNode] = []

    package init() {}

    package static let fields = [
        Field("op", 1), Field("key", 2), Field("cmp", 3), Field("val", 4), Field("vals", 5), Field("nodes", 6),
    ]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 1: operation = try reader.string()
        case 2: key = try reader.string()
        case 3: comparison = try reader.string()
        case 4: value = try reader.string()
        case 5: try reader.list(&values)
        default: try reader.list(&nodes)
        }
    }
}

package struct PublishRequest: ReadableMessage, Sendable {
    package var channel = ""
    package var data: [UInt8] = []

    package init() {}

    package static let fields = [Field("channel", 1), Field("data", 2)]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        if number == 1 { channel = try reader.string() } else { data = try reader.raw() }
    }
}

/// Unsubscribe, presence, presence_stats: a channel and nothing else.
package struct ChannelRequest: ReadableMessage, Sendable {
    package var channel = ""

    package init() {}

    package static let fields = [Field("channel", 1)]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        channel = try reader.string()
    }
}

/// A place in a channel's stream.
package struct StreamPosition: ReadableMessage, Equatable, Sendable {
    package var offset: UInt64 = 0
    package var epoch = ""

    package init() {}

    package init(offset: UInt64, epoch: String) {
        self.offset = offset
        self.epoch = epoch
    }

    package static let fields = [Field("offset", 1), Field("epoch", 2)]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        if number == 1 { offset = try reader.unsigned() } else { epoch = try reader.string() }
    }
}

package struct HistoryRequest: ReadableMessage, Sendable {
    package var channel = ""
    /// 0: none, below: all.
    package var limit: Int64 = 0
    package var since: StreamPosition?
    package var isReverse = false

    package init() {}

    package static let fields = [Field("channel", 1), Field("limit", 7), Field("since", 8), Field("reverse", 9)]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 1: channel = try reader.string()
        case 7: limit = try reader.signed()
        case 8: since = try reader.message(StreamPosition.self)
        default: isReverse = try reader.boolean()
        }
    }
}

package struct CallRequest: ReadableMessage, Sendable {
    package var data: [UInt8] = []
    package var method = ""

    package init() {}

    package static let fields = [Field("data", 1), Field("method", 2)]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        if number == 1 { data = try reader.raw() } else { method = try reader.string() }
    }
}

package struct SendRequest: ReadableMessage, Sendable {
    package var data: [UInt8] = []

    package init() {}

    package static let fields = [Field("data", 1)]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        data = try reader.raw()
    }
}

package struct RefreshRequest: ReadableMessage, Sendable {
    package var token = ""

    package init() {}

    package static let fields = [Field("token", 1)]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        token = try reader.string()
    }
}

package struct SubscriptionRefreshRequest: ReadableMessage, Sendable {
    package var channel = ""
    package var token = ""

    package init() {}

    package static let fields = [Field("channel", 1), Field("token", 2)]

    package mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        if number == 1 { channel = try reader.string() } else { token = try reader.string() }
    }
}
