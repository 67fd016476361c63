// What each method does: its members are read and checked, then the rooms are asked. Nothing here knows of HTTP.

import ChatProtocol
import JSON

/// The bytes of a result, one JSON object; or an error.
typealias APIReply = Result<[UInt8], ReplyError>

/// What the API tells of its node.
struct APINode: Sendable {
    let identifier: String
    let name: String
    let version: String
    let uptimeSeconds: Int
    /// Seconds since 1970.
    let now: Int64
}

struct APICommands {
    let rooms: any Rooms
    let node: APINode
    /// Each call once, those of a batch, too.
    let count: (APIMethod, APIOutcome) -> Void

    /// Answers once, at once or in a later turn.
    func run(_ method: APIMethod, _ request: APIObject, _ done: @escaping (APIReply) -> Void) {
        let count = count
        let counting: (APIReply) -> Void = { reply in
            count(method, APIOutcome(reply))
            done(reply)
        }
        do throws(ReplyError) {
            try start(method, request, counting)
        } catch {
            counting(.failure(error))
        }
    }

    private func start(
        _ method: APIMethod, _ request: APIObject, _ done: @escaping (APIReply) -> Void
    ) throws(ReplyError) {
        switch method {
        case .publish: try publish(request, done)
        case .broadcast: try broadcast(request, done)
        case .subscribe: try control(subscription(request), done)
        case .unsubscribe: try control(unsubscription(request), done)
        case .disconnect: try control(disconnection(request), done)
        case .refresh: try control(refresh(request), done)
        case .presence:
            rooms.presence(of: try request.neededString("channel")) { done($0.map(APIResult.presence)) }
        case .presenceStatistics:
            rooms.presenceStatistics(of: try request.neededString("channel")) { done($0.map(APIResult.statistics)) }
        case .history: rooms.history(try query(request)) { done($0.map(APIResult.history)) }
        case .historyRemove:
            rooms.removeHistory(of: try request.neededString("channel")) { done($0.map { APIResult.empty }) }
        case .channels: try channels(request, done)
        case .info:
            let node = node
            rooms.statistics { done(.success(APIResult.info(node, $0))) }
        case .call:
            _ = try request.neededString("method")
            // Nobody has registered one: there is nothing to register it with.
            throw .methodNotFound
        case .batch: throw ReplyError(ReplyError.methodNotFound.code, "method not found: a batch inside of a batch")
        }
    }

    private func query(_ request: APIObject) throws(ReplyError) -> HistoryQuery {
        var query = HistoryQuery(channel: try request.neededString("channel"))
        query.limit = try request.integer("limit", in: Int64(Int32.min)...Int64(Int32.max)) ?? 0
        query.since = try position(request.object("since"))
        query.isReverse = try request.boolean("reverse") ?? false
        if query.isReverse, query.since?.offset == 0 {
            throw .badMember(
                place: "\(request.path(to: "since")).offset", "must not be 0 with reverse: nothing is before it")
        }
        return query
    }

    func position(_ object: APIObject?) throws(ReplyError) -> StreamPosition? {
        guard let object else { return nil }
        return StreamPosition(offset: try object.unsigned("offset") ?? 0, epoch: try object.string("epoch") ?? "")
    }

    private func channels(_ request: APIObject, _ done: @escaping (APIReply) -> Void) throws(ReplyError) {
        var pattern: GlobPattern?
        if let text = try request.string("pattern"), !text.isEmpty {
            do throws(GlobPattern.Problem) {
                pattern = try GlobPattern(text)
            } catch {
                throw .badMember(place: request.path(to: "pattern"), error.text)
            }
        }
        rooms.channels { found in
            let channels = found.filter { $0.clients > 0 && pattern?.matches($0.name) != false }
            done(.success(APIResult.channels(channels)))
        }
    }
}

extension APIOutcome {
    init(_ reply: APIReply) {
        switch reply {
        case .success: self = .done
        case .failure(.internalServerError): self = .failed
        case .failure: self = .refused
        }
    }
}
