// subscribe, unsubscribe, disconnect and refresh: what is done to connections that live already. Whoever matches nobody is answered all the same.

import ChatProtocol
import JSON

extension APICommands {
    /// Whom a command means. Nil: nobody can be meant. A user that is missing is an error, for without it a slip in a program's data would mean all
    /// the anonymous.
    private func target(_ request: APIObject) throws(ReplyError) -> (user: String, client: String?)? {
        guard let user = try request.string("user") else {
            throw .badMember(place: request.path(to: "user"), "is missing; \"\" means the anonymous")
        }
        let client = try request.string("client") ?? ""
        // Only the transports that are left out here tell their clients a session.
        let session = try request.string("session") ?? ""
        return session.isEmpty ? (user, client.isEmpty ? nil : client) : nil
    }

    /// Nil: there is nobody to do it to.
    func control(_ command: ControlCommand?, _ done: @escaping (APIReply) -> Void) {
        if let command { rooms.control(command) }
        done(.success(APIResult.empty))
    }

    private func command(_ request: APIObject, _ action: ControlCommand.Action) throws(ReplyError) -> ControlCommand? {
        guard let target = try target(request) else { return nil }
        return ControlCommand(user: target.user, client: target.client, action: action)
    }

    func subscription(_ request: APIObject) throws(ReplyError) -> ControlCommand? {
        var subscription = ServerSubscription(channel: try request.neededString("channel"))
        subscription.info = try request.payload("info", orBase64: "b64info")?.bytes ?? []
        subscription.data = try request.payload("data", orBase64: "b64data")?.bytes ?? []
        subscription.expiresAt = try expiry(request)
        subscription.recoverSince = try position(request.object("recover_since"))
        if let override = try request.object("override") {
            subscription.overrides.presence = try value(override, "presence")
            subscription.overrides.joinLeave = try value(override, "join_leave")
            subscription.overrides.forcePushJoinLeave = try value(override, "force_push_join_leave")
            subscription.overrides.forcePositioning = try value(override, "force_positioning")
            subscription.overrides.forceRecovery = try value(override, "force_recovery")
        }
        return try command(request, .subscribe(subscription))
    }

    /// `{"value": true}`; without a value it is false.
    private func value(_ object: APIObject, _ name: String) throws(ReplyError) -> Bool? {
        guard let option = try object.object(name) else { return nil }
        return try option.boolean("value") ?? false
    }

    func unsubscription(_ request: APIObject) throws(ReplyError) -> ControlCommand? {
        // A push without a channel breaks an SDK.
        try command(request, .unsubscribe(channel: request.neededString("channel")))
    }

    func disconnection(_ request: APIObject) throws(ReplyError) -> ControlCommand? {
        var reason = Disconnect.forceDisconnect
        if let object = try request.object("disconnect") {
            let code = try object.integer("code", in: 0...Int64(UInt16.max)) ?? 0
            // RFC 6455 §7.4.2 — the codes that belong to libraries and applications. Zero is a member that is not there.
            guard code == 0 || (3_000...4_999).contains(code) else {
                throw .badMember(place: object.path(to: "code"), "must be from 3000 to 4999, not \(code)")
            }
            let text = try object.string("reason") ?? ""
            let standard = code == 0 ? reason : Disconnect(UInt16(clamping: code), "disconnected by the application")
            reason = Disconnect(standard.code, text.isEmpty ? standard.reason : try checked(text, object))
        }
        return try command(request, .disconnect(reason, keeping: request.strings("whitelist") ?? []))
    }

    private func checked(_ reason: String, _ object: APIObject) throws(ReplyError) -> String {
        let bytes = Array(reason.utf8)
        guard bytes.count <= APILimits.reasonBytesMax else {
            throw .badMember(place: object.path(to: "reason"), "is longer than \(APILimits.reasonBytesMax) bytes")
        }
        guard !PayloadText.isJSON(bytes) else {
            throw .badMember(
                place: object.path(to: "reason"), "must not be JSON: an SDK would take it for something else")
        }
        return reason
    }

    func refresh(_ request: APIObject) throws(ReplyError) -> ControlCommand? {
        let expiry = try expiry(request)
        let info = try request.payload("info", orBase64: "b64info")?.bytes
        let isOver = try request.boolean("expired") ?? false || expiry.map { $0 <= node.now } ?? false
        return try command(request, isOver ? .expire : .refresh(expiresAt: expiry, info: info))
    }

    /// Zero is a member that is not there.
    private func expiry(_ request: APIObject) throws(ReplyError) -> Int64? {
        let second = try request.integer("expire_at", in: 0...Int64.max) ?? 0
        return second == 0 ? nil : second
    }
}
