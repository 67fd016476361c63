// A server's message from the members a fixture has for it.
import ChatProtocol
import Foundation
import Testing

typealias Members = [String: Any]

extension ServerMessage {
    init(_ members: Members) throws {
        if let push = members["push"] as? Members {
            self = .push(try Push(members: push))
        } else if members.isEmpty {
            self = .ping
        } else {
            self = .reply(try Reply(members: members))
        }
    }
}

extension Reply {
    fileprivate init(members: Members) throws {
        let id = UInt32(members.number("id"))
        let name = try #require(members.keys.first { $0 != "id" })
        let body = try #require(members[name] as? Members)
        let content: Content =
            switch name {
            case "error":
                .error(
                    ReplyError(
                        UInt32(body.number("code")), body.text("message"),
                        isTemporary: body["temporary"] as? Bool == true))
            case "connect": .connect(ConnectResult(body))
            case "subscribe": .subscribe(SubscribeResult(body))
            case "unsubscribe": .unsubscribe
            case "publish": .publish
            case "presence":
                .presence(
                    PresenceResult(
                        (body["presence"] as? [String: Members] ?? [:]).map { ($0.key, ClientInfo($0.value)) }))
            case "presence_stats":
                .presenceStatistics(
                    PresenceStatisticsResult(
                        clients: UInt32(body.number("num_clients")), users: UInt32(body.number("num_users"))))
            case "history":
                .history(
                    HistoryResult(
                        (body["publications"] as? [Members] ?? []).map(Publication.init),
                        StreamPosition(offset: body.number("offset"), epoch: body.text("epoch"))))
            case "rpc": .call(CallResult(data: body.raw("data")))
            case "refresh": .refresh(RefreshResult(seconds: body.seconds))
            case "sub_refresh": .subscriptionRefresh(RefreshResult(seconds: body.seconds))
            default: throw UnknownMember(name: name)
            }
        self.init(id: id, content)
    }
}

struct UnknownMember: Error { let name: String }

extension Push {
    fileprivate init(members: Members) throws {
        let name = try #require(members.keys.first { $0 != "channel" })
        let body = try #require(members[name] as? Members)
        let content: Content =
            switch name {
            case "pub": .publication(Publication(body))
            case "join": .join(ClientInfo(try #require(body["info"] as? Members)))
            case "leave": .leave(ClientInfo(try #require(body["info"] as? Members)))
            case "unsubscribe": .unsubscribe(Unsubscribe(UInt32(body.number("code")), body.text("reason")))
            case "subscribe": .subscribe(SubscribePush(body))
            case "message": .message(data: body.raw("data"))
            case "refresh": .refresh(RefreshResult(seconds: body.seconds))
            default: throw UnknownMember(name: name)
            }
        self.init(channel: members.text("channel"), content)
    }
}

extension ConnectResult {
    fileprivate init(_ members: Members) {
        self.init()
        client = members.text("client")
        version = members.text("version")
        secondsLeft = members.seconds
        data = members.raw("data")
        subscriptions = (members["subs"] as? [String: Members] ?? [:]).map { ($0.key, SubscribeResult($0.value)) }
        pingSeconds = UInt32(members.number("ping"))
        expectsPong = members["pong"] as? Bool == true
        time = Int64(members.number("time"))
    }
}

extension SubscribeResult {
    fileprivate init(_ members: Members) {
        self.init()
        secondsLeft = members.seconds
        isRecoverable = members["recoverable"] as? Bool == true
        epoch = members.text("epoch")
        publications = (members["publications"] as? [Members] ?? []).map(Publication.init)
        isRecovered = members["recovered"] as? Bool == true
        offset = members.number("offset")
        isPositioned = members["positioned"] as? Bool == true
        data = members.raw("data")
        wasRecovering = members["was_recovering"] as? Bool == true
        usesDelta = members["delta"] as? Bool == true
    }
}

extension SubscribePush {
    fileprivate init(_ members: Members) {
        self.init()
        isRecoverable = members["recoverable"] as? Bool == true
        epoch = members.text("epoch")
        offset = members.number("offset")
        isPositioned = members["positioned"] as? Bool == true
        data = members.raw("data")
    }
}

extension Publication {
    fileprivate init(_ members: Members) {
        self.init(
            data: members.raw("data"), info: (members["info"] as? Members).map(ClientInfo.init),
            offset: members.number("offset"),
            tags: (members["tags"] as? [String: String] ?? [:]).map { ($0.key, $0.value) },
            isDelta: members["delta"] as? Bool == true)
    }
}

extension ClientInfo {
    fileprivate init(_ members: Members) {
        self.init(
            user: members.text("user"), client: members.text("client"), connectionInfo: members.raw("conn_info"),
            channelInfo: members.raw("chan_info"))
    }
}

extension Members {
    fileprivate func text(_ name: String) -> String { self[name] as? String ?? "" }
    fileprivate func number(_ name: String) -> UInt64 { (self[name] as? NSNumber)?.uint64Value ?? 0 }
    fileprivate var seconds: UInt32? { self["expires"] as? Bool == true ? UInt32(number("ttl")) : nil }
    /// Members of a payload keep no order in Foundation: fixtures of payloads with several are compared where order is free.
    fileprivate func raw(_ name: String) -> [UInt8] {
        guard let value = self[name] else { return [] }
        let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .withoutEscapingSlashes, .sortedKeys]
        return (try? JSONSerialization.data(withJSONObject: value, options: options)).map { [UInt8]($0) } ?? []
    }
}
