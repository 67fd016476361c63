// The rooms of the node as one loop sees them: looks up what a channel's namespace says, and asks the channel's home, wherever that is.

import ChatProtocol
import EventLoop

/// How a loop reaches the homes of channels and the other loops: the worker decides whether that is a call or a mail.
protocol RoomRoutes: AnyObject {
    func ask(_ question: RoomQuestion, of name: ChannelName, _ done: @escaping (RoomAnswer) -> Void)
    /// Each loop of this node answers once.
    func survey(_ done: @escaping ([LoopSurvey]) -> Void)
    /// All loops of this node, and the other nodes.
    func control(_ command: ControlCommand)
}

/// What one loop knows of the protocol door.
struct LoopSurvey: Sendable {
    var channels: [(name: String, clients: Int)] = []
    var clients = 0
    /// Hashes of the users, the same on all loops.
    var users: Set<Int> = []
    var subscriptions = 0
}

final class LoopRooms: Rooms {
    private let node: Node
    private unowned let routes: any RoomRoutes
    private var liveCopy: LiveCopy
    /// The one that was found last, and the settings it was found in: whoever publishes asks for the same one again and again.
    private var latest: Room?
    private var latestExchange = 0
    let prefix: ChannelName

    init(_ node: Node, _ routes: any RoomRoutes) {
        self.node = node
        self.routes = routes
        liveCopy = LiveCopy(node)
        prefix = LoopRooms.prefix(node.configuration)
    }

    /// Names of the protocol door's channels begin so, for the homes and on Redis: no other door reaches them.
    static func prefix(_ configuration: Configuration) -> ChannelName {
        ChannelName(configuration.redisPrefix + ".client.")
    }

    /// Nodes talk among themselves there.
    static func controlName(_ configuration: Configuration) -> ChannelName {
        ChannelName(configuration.redisPrefix + ".control")
    }

    var rights: Rights { liveCopy.latest(of: node).rights }
    /// Streams and presence are kept by the memory broker only.
    var keepsStreams: Bool { node.homesEverywhere }

    /// The channel and what it is for; 102, 107.
    func find(_ channel: String) -> Result<Room, ReplyError> {
        let live = liveCopy.latest(of: node)
        if liveCopy.exchange == latestExchange, let latest, latest.channel.utf8.elementsEqual(channel.utf8) {
            return .success(latest)
        }
        let address = ChannelAddress(channel, live.rights.naming)
        guard let options = live.rights.options(of: address) else { return .failure(.unknownChannel) }
        if let problem = live.rights.nameProblem(address, options) {
            return .failure(ReplyError(ReplyError.badRequest.code, "bad request: channel: \(problem)"))
        }
        let name = ChannelName(prefix.bytes + Array(channel.utf8))
        let room = Room(address, name, options, stream: keepsStreams ? options.stream : nil)
        latest = room
        latestExchange = liveCopy.exchange
        return .success(room)
    }

    /// `name`: with the prefix.
    func ask(_ question: RoomQuestion, of name: ChannelName, _ done: @escaping (RoomAnswer) -> Void) {
        routes.ask(question, of: name, done)
    }

    // MARK: Rooms

    func publish(_ publication: RoomPublication, _ done: @escaping (Result<StreamPosition?, ReplyError>) -> Void) {
        find(publication.channel, done) { room in
            var publication = publication
            if !publication.isJSON, PayloadText.isJSON(publication.data) {
                PayloadText.putOnOneLine(&publication.data)
                publication.isJSON = true
            }
            if let problem = room.options.payloadProblem(publication.data, isJSON: publication.isJSON) {
                return done(.failure(ReplyError(ReplyError.badRequest.code, "bad request: \(problem)")))
            }
            if room.options.deltaPublish { publication.wantsDelta = true }
            ask(.publish(publication, stream: room.stream), of: room, done) { answer in
                if case .position(let position) = answer { .some(position) } else { nil }
            }
        }
    }

    func presence(
        of channel: String, _ done: @escaping (Result<[(key: String, value: ClientInfo)], ReplyError>) -> Void
    ) {
        find(channel, for: .presence, done) { room in
            ask(.presence, of: room, done) { if case .presence(let clients) = $0 { clients } else { nil } }
        }
    }

    func presenceStatistics(
        of channel: String, _ done: @escaping (Result<PresenceStatisticsResult, ReplyError>) -> Void
    ) {
        find(channel, for: .presence, done) { room in
            ask(.presenceStatistics, of: room, done) {
                if case .presenceStatistics(let numbers) = $0 { numbers } else { nil }
            }
        }
    }

    func history(_ query: HistoryQuery, _ done: @escaping (Result<HistoryResult, ReplyError>) -> Void) {
        find(query.channel, for: .history, done) { room in
            if query.isReverse, let since = query.since, since.offset == 0 { return done(.failure(.badRequest)) }
            guard let stream = room.stream else { return done(.failure(.notAvailable)) }
            let range = StreamRange(
                limit: query.limit < 0 ? nil : Int(clamping: query.limit), since: query.since?.offset,
                isReverse: query.isReverse, bytesMax: query.bytesMax)
            ask(.history(range, since: query.since, stream), of: room, done) { answer in
                if case .history(let publications, let top) = answer { HistoryResult(publications, top) } else { nil }
            }
        }
    }

    func removeHistory(of channel: String, _ done: @escaping (Result<Void, ReplyError>) -> Void) {
        find(channel, for: .history, done) { room in
            ask(.removeHistory, of: room, done) { if case .done = $0 { () } else { nil } }
        }
    }

    func channels(_ done: @escaping ([(name: String, clients: Int)]) -> Void) {
        routes.survey { loops in
            var counts: [[UInt8]: Int] = [:]
            for loop in loops {
                for (name, clients) in loop.channels { counts[Array(name.utf8), default: 0] += clients }
            }
            done(counts.map { (name: String(decoding: $0.key, as: UTF8.self), clients: $0.value) })
        }
    }

    func statistics(_ done: @escaping (RoomStatistics) -> Void) {
        routes.survey { loops in
            var statistics = RoomStatistics()
            var users: Set<Int> = []
            var channels: Set<[UInt8]> = []
            for loop in loops {
                statistics.clients += loop.clients
                statistics.subscriptions += loop.subscriptions
                users.formUnion(loop.users)
                for (name, _) in loop.channels { channels.insert(Array(name.utf8)) }
            }
            statistics.users = users.count
            statistics.channels = channels.count
            done(statistics)
        }
    }

    func control(_ command: ControlCommand) { routes.control(command) }

    // MARK: Pieces

    /// 102, 107, or 108 when the namespace does not have what the action needs.
    private func find<Value>(
        _ channel: String, for action: ChannelAction = .publish, _ done: (Result<Value, ReplyError>) -> Void,
        then body: (Room) -> Void
    ) {
        switch find(channel) {
        case .failure(let error): done(.failure(error))
        case .success(let room):
            guard room.options.has(action) else { return done(.failure(.notAvailable)) }
            body(room)
        }
    }

    /// `value`: what the answer says when it is one to this question.
    private func ask<Value>(
        _ question: RoomQuestion, of room: Room, _ done: @escaping (Result<Value, ReplyError>) -> Void,
        _ value: @escaping (RoomAnswer) -> Value?
    ) {
        ask(question, of: room.name) { answer in
            if case .failed(let error) = answer { return done(.failure(error)) }
            done(value(answer).map { .success($0) } ?? .failure(.internalServerError))
        }
    }
}
