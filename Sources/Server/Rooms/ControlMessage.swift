// What nodes tell each other about connections, on the control channel (`PREFIX.control`): who is to be disconnected, subscribed, refreshed,
// wherever he is connected. Every node hears it, the sender included, which ignores its own. Nobody confirms.

import ChatProtocol

struct ControlMessage: Sendable {
    /// `Node.identifier` of the sender.
    let node: String
    let command: ControlCommand

    init(node: String, command: ControlCommand) {
        self.node = node
        self.command = command
    }

    /// Nil: not one of ours, or of a version, or with an action, that this node does not know.
    init?(_ bytes: [UInt8]) {
        var offset = 0
        guard let read = try? ProtobufReader.read(ControlFields.self, from: bytes, at: &offset),
            offset == bytes.count, read.version == ControlFields.version, !read.node.isEmpty, let action = read.action
        else { return nil }
        self.init(node: read.node, command: ControlCommand(user: read.user, client: read.client, action: action))
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        ChatEncoding.protobuf.append(ControlFields(self), to: &bytes)
        return bytes
    }
}

// MARK: - On the wire

/// A message as far as its fields have said.
private struct ControlFields: WritableMessage, ReadableMessage {
    /// Raised when an older node would misread it.
    static let version: UInt64 = 1

    private(set) var version: UInt64 = 0
    private(set) var node = ""
    private(set) var user = ""
    private(set) var client: String?
    /// Nil: none, or one that this node does not know.
    private(set) var action: ControlCommand.Action?

    init() {}

    init(_ message: ControlMessage) {
        node = message.node
        user = message.command.user
        client = message.command.client
        action = message.command.action
    }

    static let fields = [
        Field("version", 1), Field("node", 2), Field("user", 3), Field("client", 4), Field("subscribe", 5),
        Field("unsubscribe", 6), Field("disconnect", 7), Field("refresh", 8), Field("expire", 9),
    ]

    func write(to writer: inout some MessageWriter) {
        writer.unsigned(Field("version", 1), ControlFields.version)
        writer.string(Field("node", 2), node)
        writer.string(Field("user", 3), user)
        writer.string(Field("client", 4), client ?? "")
        switch action {
        case nil: break
        case .subscribe(let subscription): writer.message(Field("subscribe", 5), subscription)
        case .unsubscribe(let channel): writer.string(Field("unsubscribe", 6), channel)
        case .disconnect(let reason, let keeping):
            writer.message(Field("disconnect", 7), ControlDisconnect(reason: reason, keeping: keeping))
        case .refresh(let second, let info):
            writer.message(Field("refresh", 8), ControlRefresh(expiresAt: second, info: info))
        case .expire: writer.boolean(Field("expire", 9), true)
        }
    }

    mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 1: version = try reader.unsigned()
        case 2: node = try reader.string()
        case 3: user = try reader.string()
        case 4: client = try reader.string()
        // A channel without a name is none: a push about it would break an SDK.
        case 5:
            action = try reader.message(ServerSubscription.self).flatMap { $0.channel.isEmpty ? nil : .subscribe($0) }
        case 6:
            let channel = try reader.string()
            action = channel.isEmpty ? nil : .unsubscribe(channel: channel)
        case 7: action = try reader.message(ControlDisconnect.self)?.action
        case 8: action = try reader.message(ControlRefresh.self)?.action
        default: action = try reader.boolean() ? .expire : nil
        }
    }
}

private struct ControlDisconnect: WritableMessage, ReadableMessage {
    /// On the wire nothing stands for an empty reason.
    var reason = Disconnect(Disconnect.forceDisconnect.code, "")
    var keeping: [String] = []

    init() {}

    init(reason: Disconnect, keeping: [String]) {
        self.reason = reason
        self.keeping = keeping
    }

    var action: ControlCommand.Action { .disconnect(reason, keeping: keeping) }

    static let fields = [Field("code", 1), Field("reason", 2), Field("keep", 3)]

    func write(to writer: inout some MessageWriter) {
        writer.unsigned(Field("code", 1), UInt64(reason.code))
        writer.string(Field("reason", 2), reason.reason)
        writer.map(Field("keep", 3), keeping.map { (key: $0, value: "") })
    }

    mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 1:
            guard let code = UInt16(exactly: try reader.unsigned()), 3_000...4_999 ~= code else {
                throw MessageError(.outOfRange, at: 0)
            }
            reason = Disconnect(code, reason.reason)
        case 2: reason = Disconnect(reason.code, try reader.string())
        default:
            var entries: [(key: String, value: String)] = []
            try reader.map(&entries)
            keeping += entries.map(\.key)
        }
    }
}

private struct ControlRefresh: WritableMessage, ReadableMessage {
    var expiresAt: Int64?
    /// Behind one byte, so that "empty" is not "none".
    var info: [UInt8]?

    init() {}

    init(expiresAt: Int64?, info: [UInt8]?) {
        self.expiresAt = expiresAt
        self.info = info
    }

    var action: ControlCommand.Action { .refresh(expiresAt: expiresAt, info: info) }

    static let fields = [Field("expire_at", 1), Field("info", 2)]

    func write(to writer: inout some MessageWriter) {
        if let expiresAt { writer.signed(Field("expire_at", 1), expiresAt) }
        if let info { writer.raw(Field("info", 2), [0] + info) }
    }

    mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        if number == 1 { expiresAt = try reader.signed() } else { info = Array(try reader.raw().dropFirst()) }
    }
}

extension ServerSubscription: WritableMessage, ReadableMessage {
    init() { self.init(channel: "") }

    static let fields = [
        Field("channel", 1), Field("info", 2), Field("data", 3), Field("expire_at", 4), Field("offset", 5),
        Field("epoch", 6), Field("overrides", 7),
    ]

    func write(to writer: inout some MessageWriter) {
        writer.string(Field("channel", 1), channel)
        writer.raw(Field("info", 2), info)
        writer.raw(Field("data", 3), data)
        if let expiresAt { writer.signed(Field("expire_at", 4), expiresAt) }
        if let recoverSince {
            writer.unsigned(Field("offset", 5), recoverSince.offset, always: true)
            writer.string(Field("epoch", 6), recoverSince.epoch)
        }
        writer.unsigned(Field("overrides", 7), overrides.bits)
    }

    mutating func read(_ number: Int, from reader: inout some MessageReader) throws(MessageError) {
        switch number {
        case 1: channel = try reader.string()
        case 2: info = try reader.raw()
        case 3: data = try reader.raw()
        case 4: expiresAt = try reader.signed()
        case 5: recoverSince = StreamPosition(offset: try reader.unsigned(), epoch: recoverSince?.epoch ?? "")
        case 6: recoverSince = StreamPosition(offset: recoverSince?.offset ?? 0, epoch: try reader.string())
        default: overrides = SubscriptionOverrides(bits: try reader.unsigned())
        }
    }
}

extension SubscriptionOverrides {
    /// Two bits each: whether it is said, and what.
    fileprivate var bits: UInt64 {
        var bits: UInt64 = 0
        for value in [presence, joinLeave, forcePushJoinLeave, forcePositioning, forceRecovery].reversed() {
            bits = bits << 2 | (value.map { $0 ? 3 : 1 } ?? 0)
        }
        return bits
    }

    fileprivate init(bits: UInt64) {
        func value(_ place: UInt64) -> Bool? { bits >> (2 * place) & 1 == 1 ? bits >> (2 * place) & 2 == 2 : nil }
        self.init(
            presence: value(0), joinLeave: value(1), forcePushJoinLeave: value(2), forcePositioning: value(3),
            forceRecovery: value(4))
    }
}
