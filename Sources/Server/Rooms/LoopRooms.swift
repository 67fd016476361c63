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

    func name(of channel: String) -> ChannelName { ChannelName(prefix.bytes + Array(channel.utf8)) }

    func ask(_ question: RoomQuestion, of channel: String, _ done: @escaping (RoomAnswer) -> Void) {
        routes.ask(question, of: name(of: channel), done)
    }

    /// What the channel is for; 102, 107.
    func options(of channel: String) -> Result<NamespaceOptions, ReplyError> {
        let address = ChannelAddress(channel, rights.naming)
        guard let options = rights.options(of: address) else { return .failure(.unknownChannel) }
        return rights.nameProblem(address, options) == nil ? .success(options) : .failure(.badRequest)
    }

    // MARK: Rooms

    func publish(_ publication: RoomPublication, _ done: @escaping (Result<StreamPosition?, ReplyError>) -> Void) {
        let options: NamespaceOptions
        switch self.options(of: publication.channel) {
        case .success(let found): options = found
        case .failure(let error): return done(.failure(error))
        }
        let isJSON = PayloadText.isJSON(publication.data)
        if let problem = options.payloadProblem(publication.data, isJSON: isJSON) {
            return done(.failure(ReplyError(ReplyError.badRequest.code, "bad request: \(problem)")))
        }
        var publication = publication
        if isJSON { PayloadText.putOnOneLine(&publication.data) }
        if options.deltaPublish { publication.wantsDelta = true }
        let stream = keepsStreams ? options.stream : nil
        ask(.publish(publication, isJSON: isJSON, stream: stream), of: publication.channel) { answer in
            switch answer {
            case .position(let position): done(.success(position))
            case .failed(let error): done(.failure(error))
            default: done(.failure(.internalServerError))
            }
        }
    }

    func presence(
        of channel: String, _ done: @escaping (Result<[(key: String, value: ClientInfo)], ReplyError>) -> Void
    ) {
        read(.presence, of: channel, needs: \.presence) { result in
            done(
                result.flatMap { answer in
                    if case .presence(let clients) = answer {
                        .success(clients)
                    } else {
                        .failure(.internalServerError)
                    }
                })
        }
    }

    func presenceStatistics(
        of channel: String, _ done: @escaping (Result<PresenceStatisticsResult, ReplyError>) -> Void
    ) {
        read(.presenceStatistics, of: channel, needs: \.presence) { result in
            done(
                result.flatMap { answer in
                    if case .presenceStatistics(let numbers) = answer {
                        .success(numbers)
                    } else {
                        .failure(.internalServerError)
                    }
                })
        }
    }

    func history(_ query: HistoryQuery, _ done: @escaping (Result<HistoryResult, ReplyError>) -> Void) {
        let settings: StreamSettings
        switch options(of: query.channel) {
        case .failure(let error): return done(.failure(error))
        case .success(let options):
            guard let stream = options.stream else { return done(.failure(.notAvailable)) }
            settings = stream
        }
        if query.isReverse, let since = query.since, since.offset == 0 { return done(.failure(.badRequest)) }
        let range = StreamRange(
            limit: query.limit < 0 ? nil : Int(clamping: query.limit), since: query.since?.offset,
            isReverse: query.isReverse, bytesMax: query.bytesMax)
        ask(.history(range, since: query.since, settings), of: query.channel) { answer in
            switch answer {
            case .history(let publications, let position): done(.success(HistoryResult(publications, position)))
            case .failed(let error): done(.failure(error))
            default: done(.failure(.internalServerError))
            }
        }
    }

    func removeHistory(of channel: String, _ done: @escaping (Result<Void, ReplyError>) -> Void) {
        read(.removeHistory, of: channel, needs: \.hasHistory) { done($0.map { _ in () }) }
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

    func control(_ command: ControlCommand, _ done: @escaping () -> Void) {
        routes.control(command)
        done()
    }

    /// Asks when the channel's namespace has what is asked for; else 102, 107 or 108.
    private func read(
        _ question: RoomQuestion, of channel: String, needs feature: KeyPath<NamespaceOptions, Bool>,
        _ done: @escaping (Result<RoomAnswer, ReplyError>) -> Void
    ) {
        switch options(of: channel) {
        case .failure(let error): done(.failure(error))
        case .success(let options):
            guard options[keyPath: feature] else { return done(.failure(.notAvailable)) }
            ask(question, of: channel) { answer in
                if case .failed(let error) = answer { done(.failure(error)) } else { done(.success(answer)) }
            }
        }
    }
}

extension NamespaceOptions {
    /// Nil: the channel keeps no stream.
    var stream: StreamSettings? {
        guard hasHistory else { return nil }
        let meta = historyMetaSeconds > 0 ? historyMetaSeconds : NamespaceOptions.metaSecondsDefault
        return StreamSettings(
            size: historySize, milliseconds: UInt64(clamping: historySeconds) * 1_000,
            metaMilliseconds: UInt64(clamping: meta) * 1_000)
    }

    /// 30 days.
    private static let metaSecondsDefault = 2_592_000
}

/// What a payload is, as text.
enum PayloadText {
    static func isJSON(_ data: [UInt8]) -> Bool { JSONValueText.isOne(data.span) }

    /// Line ends stand only between the values of JSON; in a frame they would end the message.
    static func putOnOneLine(_ data: inout [UInt8]) {
        for index in data.indices where data[index] == 0x0A || data[index] == 0x0D { data[index] = 0x20 }
    }
}
