// Rooms that answer what a test gives them, at once or when it says so, and keep a record of what they were asked.
import ChatProtocol
import Foundation
import TestSupport
import Testing

@testable import Server

final class FakeRooms: Rooms {
    /// What was asked, as the cases of Fixtures/api write it.
    private(set) var asked: [[String: Any]] = []
    /// What is answered, in the order of the questions.
    var given: [[String: Any]] = []
    /// Answers wait until `answerNext`.
    var isLate = false
    private var waiting: [() -> Void] = []
    private var next = 0

    /// Answers the first or the last of those that wait; false when there is none.
    func answerNext(last: Bool = false) -> Bool {
        guard !waiting.isEmpty else { return false }
        (last ? waiting.removeLast() : waiting.removeFirst())()
        return true
    }

    private func answer(_ question: String, _ members: [String: Any], _ body: @escaping ([String: Any]) -> Void) {
        asked.append([question: members])
        let answer = next < given.count ? given[next] : [:]
        next += 1
        if isLate { waiting.append { body(answer) } } else { body(answer) }
    }

    private func result<Value>(
        _ answer: [String: Any], _ value: ([String: Any]) -> Value
    ) -> Result<Value, ReplyError> {
        switch answer["error"] as? Int {
        case nil: .success(value(answer))
        case 102: .failure(.unknownChannel)
        case 108: .failure(.notAvailable)
        case 112: .failure(.unrecoverablePosition)
        case 113: .failure(.concurrentPagination)
        case .some: .failure(.internalServerError)
        }
    }

    // MARK: Rooms

    func publish(_ publication: RoomPublication, _ done: @escaping (Result<StreamPosition?, ReplyError>) -> Void) {
        var members: [String: Any] = ["channel": publication.channel]
        if let data = FakeRooms.json(publication.data) {
            members["data"] = data
        } else {
            members["hex"] = publication.data.map { String(format: "%02x", $0) }.joined()
        }
        if !publication.tags.isEmpty {
            members["tags"] = Dictionary(uniqueKeysWithValues: publication.tags.map { ($0.key, $0.value) })
        }
        if publication.skipsHistory { members["skip_history"] = true }
        if publication.wantsDelta { members["delta"] = true }
        if !publication.idempotencyKey.isEmpty {
            members["idempotency_key"] = String(decoding: publication.idempotencyKey, as: UTF8.self)
        }
        answer("publish", members) { [self] answer in
            done(result(answer) { ($0["position"] as? [String: Any]).map(FakeRooms.position) })
        }
    }

    func presence(
        of channel: String, _ done: @escaping (Result<[(key: String, value: ClientInfo)], ReplyError>) -> Void
    ) {
        answer("presence", ["channel": channel]) { [self] answer in
            done(
                result(answer) {
                    let clients = $0["presence"] as? [String: [String: Any]] ?? [:]
                    return clients.map { (key: $0.key, value: FakeRooms.info($0.value)) }
                })
        }
    }

    func presenceStatistics(
        of channel: String, _ done: @escaping (Result<PresenceStatisticsResult, ReplyError>) -> Void
    ) {
        answer("presence_stats", ["channel": channel]) { [self] answer in
            done(
                result(answer) {
                    let numbers = $0["presence_stats"] as? [String: UInt32] ?? [:]
                    return PresenceStatisticsResult(
                        clients: numbers["num_clients"] ?? 0, users: numbers["num_users"] ?? 0)
                })
        }
    }

    func history(_ query: HistoryQuery, _ done: @escaping (Result<HistoryResult, ReplyError>) -> Void) {
        var members: [String: Any] = ["channel": query.channel]
        if query.limit != 0 { members["limit"] = query.limit }
        if let since = query.since { members["since"] = FakeRooms.members(since) }
        if query.isReverse { members["reverse"] = true }
        answer("history", members) { [self] answer in
            done(
                result(answer) {
                    let history = $0["history"] as? [String: Any] ?? [:]
                    let publications = history["publications"] as? [[String: Any]] ?? []
                    return HistoryResult(publications.map(FakeRooms.publication), FakeRooms.position(history))
                })
        }
    }

    func removeHistory(of channel: String, _ done: @escaping (Result<Void, ReplyError>) -> Void) {
        answer("history_remove", ["channel": channel]) { [self] answer in done(result(answer) { _ in () }) }
    }

    func channels(_ done: @escaping ([(name: String, clients: Int)]) -> Void) {
        answer("channels", [:]) { answer in
            done((answer["channels"] as? [String: Int] ?? [:]).map { (name: $0.key, clients: $0.value) })
        }
    }

    func statistics(_ done: @escaping (RoomStatistics) -> Void) {
        answer("info", [:]) { answer in
            let node = answer["node"] as? [String: Any] ?? [:]
            done(
                RoomStatistics(
                    clients: node["num_clients"] as? Int ?? 0, users: node["num_users"] as? Int ?? 0,
                    channels: node["num_channels"] as? Int ?? 0, subscriptions: node["num_subs"] as? Int ?? 0))
        }
    }

    func control(_ command: ControlCommand) {
        var members: [String: Any] = ["user": command.user]
        members["client"] = command.client
        let name: String
        switch command.action {
        case .subscribe(let subscription):
            name = "subscribe"
            members.merge(FakeRooms.members(subscription)) { $1 }
        case .unsubscribe(let channel):
            name = "unsubscribe"
            members["channel"] = channel
        case .disconnect(let disconnect, let keeping):
            name = "disconnect"
            members["code"] = Int(disconnect.code)
            members["reason"] = disconnect.reason
            if !keeping.isEmpty { members["whitelist"] = keeping }
        case .refresh(let expiresAt, let info):
            name = "refresh"
            members["expire_at"] = expiresAt
            members["info"] = info.flatMap(FakeRooms.json)
        case .expire: name = "expire"
        }
        asked.append([name: members])
    }

    // MARK: Pieces

    static func json(_ bytes: [UInt8]) -> Any? {
        try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    }

    private static func text(_ value: Any?) -> [UInt8] {
        guard let value, let data = try? JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
        else {
            return []
        }
        return Array(data)
    }

    private static func position(_ members: [String: Any]) -> StreamPosition {
        StreamPosition(offset: UInt64(members["offset"] as? Int ?? 0), epoch: members["epoch"] as? String ?? "")
    }

    private static func members(_ position: StreamPosition) -> [String: Any] {
        ["offset": Int(position.offset), "epoch": position.epoch]
    }

    private static func info(_ members: [String: Any]) -> ClientInfo {
        ClientInfo(
            user: members["user"] as? String ?? "", client: members["client"] as? String ?? "",
            connectionInfo: text(members["conn_info"]), channelInfo: text(members["chan_info"]))
    }

    private static func publication(_ members: [String: Any]) -> Publication {
        let tags = members["tags"] as? [String: String] ?? [:]
        var publication = Publication(
            data: (members["hex"] as? String).flatMap(Fixture.decodeHex) ?? text(members["data"]),
            info: (members["info"] as? [String: Any]).map(info), offset: UInt64(members["offset"] as? Int ?? 0),
            tags: tags.map { (key: $0.key, value: $0.value) })
        publication.isJSON = members["hex"] == nil
        return publication
    }

    private static func members(_ subscription: ServerSubscription) -> [String: Any] {
        var members: [String: Any] = ["channel": subscription.channel]
        members["info"] = json(subscription.info)
        members["data"] = json(subscription.data)
        members["expire_at"] = subscription.expiresAt
        members["recover_since"] = subscription.recoverSince.map(FakeRooms.members)
        let overrides = subscription.overrides
        var options: [String: Bool] = [:]
        options["presence"] = overrides.presence
        options["join_leave"] = overrides.joinLeave
        options["force_push_join_leave"] = overrides.forcePushJoinLeave
        options["force_positioning"] = overrides.forcePositioning
        options["force_recovery"] = overrides.forceRecovery
        if !options.isEmpty { members["override"] = options }
        return members
    }
}

/// One call, without HTTP.
final class APICaller {
    let rooms = FakeRooms()
    private(set) var counted: [String] = []
    var node = APINode(identifier: "u1", name: "n1", version: "1.0", uptimeSeconds: 60, now: 1_700_000_000)
    private(set) var replies: [APIReply] = []

    /// The body of the answer.
    func call(_ method: String, _ body: String) throws -> [String: Any] {
        try call(method, Array(body.utf8))
    }

    func call(_ method: String, _ body: [UInt8], lastFirst: Bool = false) throws -> [String: Any] {
        let request = try APIObject(body: body)
        let method = try #require(APIMethod(method.utf8))
        let commands = APICommands(rooms: rooms, node: node) { [self] in counted.append("\($0.rawValue) \($1.label)") }
        replies = []
        if method == .batch {
            commands.batch(request) { [self] in replies.append($0) }
        } else {
            commands.run(method, request) { [self] in replies.append($0) }
        }
        while rooms.answerNext(last: lastFirst) {}
        let reply = try #require(replies.first)
        #expect(replies.count == 1)
        let answer = APIDesk.response(reply, method, wantsTransportErrors: false)
        #expect(answer.status == .ok)
        return try #require(FakeRooms.json(answer.body) as? [String: Any])
    }

    /// Code and words of the error.
    func error(_ method: String, _ body: String) throws -> (code: Int, message: String) {
        let answer = try call(method, body)
        let error = try #require(answer["error"] as? [String: Any])
        return (try #require(error["code"] as? Int), try #require(error["message"] as? String))
    }
}
