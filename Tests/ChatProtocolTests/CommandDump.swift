// A command as the JSON members it stands for, so that what two decoders give can be held against what a fixture says.
import ChatProtocol
import Foundation

extension Command {
    var dump: NSDictionary {
        var members: [String: Any] = [:]
        members.put("id", id)
        if let (name, value) = request?.dump { members[name] = value }
        return members as NSDictionary
    }
}

extension Command.Request {
    fileprivate var dump: (String, [String: Any]) {
        var members: [String: Any] = [:]
        switch self {
        case .connect(let request):
            members.put("token", request.token)
            members.put(raw: "data", request.data)
            if !request.subscriptions.isEmpty {
                members["subs"] = Dictionary(
                    uniqueKeysWithValues: request.subscriptions.map { ($0.key, $0.value.dump) })
            }
            members.put("name", request.name)
            members.put("version", request.version)
            if !request.headers.isEmpty {
                members["headers"] = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.key, $0.value) })
            }
            return ("connect", members)
        case .subscribe(let request): return ("subscribe", request.dump)
        case .unsubscribe(let request): return ("unsubscribe", ["channel": request.channel])
        case .publish(let request):
            members.put("channel", request.channel)
            members.put(raw: "data", request.data)
            return ("publish", members)
        case .presence(let request): return ("presence", ["channel": request.channel])
        case .presenceStatistics(let request): return ("presence_stats", ["channel": request.channel])
        case .history(let request):
            members.put("channel", request.channel)
            members.put("limit", request.limit)
            if let since = request.since { members["since"] = ["offset": since.offset, "epoch": since.epoch] }
            members.put("reverse", request.isReverse)
            return ("history", members)
        case .call(let request):
            members.put("method", request.method)
            members.put(raw: "data", request.data)
            return ("rpc", members)
        case .send(let request):
            members.put(raw: "data", request.data)
            return ("send", members)
        case .refresh(let request): return ("refresh", ["token": request.token])
        case .subscriptionRefresh(let request):
            return ("sub_refresh", ["channel": request.channel, "token": request.token])
        }
    }
}

extension SubscribeRequest {
    fileprivate var dump: [String: Any] {
        var members: [String: Any] = [:]
        members.put("channel", channel)
        members.put("token", token)
        members.put("recover", recovers)
        members.put("epoch", epoch)
        members.put("offset", offset)
        members.put(raw: "data", data)
        members.put("positioned", wantsPosition)
        members.put("recoverable", wantsRecovery)
        members.put("join_leave", wantsJoinsAndLeaves)
        members.put("delta", delta)
        if let filter { members["tf"] = filter.dump }
        members.put("flag", flags)
        members.put("type", type)
        return members
    }
}

extension FilterNode {
    fileprivate var dump: [String: Any] {
        var members: [String: Any] = [:]
        members.put("op", operation)
        members.put("key", key)
        members.put("cmp", comparison)
        members.put("val", value)
        if !values.isEmpty { members["vals"] = values }
        if !nodes.isEmpty { members["nodes"] = nodes.map(\.dump) }
        return members
    }
}

extension [String: Any] {
    fileprivate mutating func put(_ name: String, _ value: String) { if !value.isEmpty { self[name] = value } }
    fileprivate mutating func put(_ name: String, _ value: Bool) { if value { self[name] = true } }
    fileprivate mutating func put(_ name: String, _ value: some BinaryInteger) {
        if value != 0 { self[name] = NSDecimalNumber(string: "\(value)") }
    }
    fileprivate mutating func put(raw name: String, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        self[name] = try? JSONSerialization.jsonObject(with: Data(value), options: .fragmentsAllowed)
    }
}

func jsonObject(_ bytes: [UInt8]) throws -> NSDictionary? {
    try JSONSerialization.jsonObject(with: Data(bytes)) as? NSDictionary
}
