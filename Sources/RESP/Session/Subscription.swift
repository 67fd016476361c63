// What a connection can subscribe: a channel by its name, all channels whose names match a pattern (Redis: PSUBSCRIBE), or a
// channel of a cluster's shard (Redis 7: SSUBSCRIBE), which only the nodes of its slot know. The three are apart: a channel
// and a shard channel of one name have nothing to do with each other.

/// A name and what kind of name it is. Bytes, compared as they are: Redis knows no encoding.
package enum Subscription: Hashable, Sendable {
    case channel([UInt8])
    case pattern([UInt8])
    case shardChannel([UInt8])

    /// The three commands of Redis.
    package enum Kind: Hashable, Sendable, CaseIterable {
        case channel, pattern, shardChannel
    }

    /// `name` is a glob-style pattern for `.pattern`.
    package init(_ kind: Kind, _ name: [UInt8]) {
        switch kind {
        case .channel: self = .channel(name)
        case .pattern: self = .pattern(name)
        case .shardChannel: self = .shardChannel(name)
        }
    }

    /// The channel's name, or the pattern.
    package var name: [UInt8] {
        switch self {
        case .channel(let name), .pattern(let name), .shardChannel(let name): name
        }
    }

    /// Which of the three.
    package var kind: Kind {
        switch self {
        case .channel: .channel
        case .pattern: .pattern
        case .shardChannel: .shardChannel
        }
    }
}

extension Subscription.Kind {
    /// The command that begins it; its confirmation carries the same word in small letters.
    var subscribeVerb: [UInt8] {
        switch self {
        case .channel: Array("SUBSCRIBE".utf8)
        case .pattern: Array("PSUBSCRIBE".utf8)
        case .shardChannel: Array("SSUBSCRIBE".utf8)
        }
    }

    /// The command that ends it.
    var unsubscribeVerb: [UInt8] {
        switch self {
        case .channel: Array("UNSUBSCRIBE".utf8)
        case .pattern: Array("PUNSUBSCRIBE".utf8)
        case .shardChannel: Array("SUNSUBSCRIBE".utf8)
        }
    }

    /// How many one command may name. Shard channels of one command must lie in one slot, or the server refuses them all
    /// (CROSSSLOT); this side knows no slots, so each is asked for alone.
    var namesPerCommandMax: Int {
        switch self {
        case .channel, .pattern: Subscriptions.batchChannelsMax
        case .shardChannel: 1
        }
    }
}
