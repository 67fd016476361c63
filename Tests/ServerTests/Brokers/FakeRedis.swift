// A Redis that does as a test says: confirms or does not, answers, errs or keeps silent, pushes or loses. It knows HELLO,
// SUBSCRIBE, UNSUBSCRIBE, PUBLISH and PING, and keeps a record of every publication.
import EventLoop
import Glibc
import TestSupport

final class FakeRedis: Sendable {
    struct Manners: Sendable {
        /// Confirmations of SUBSCRIBE leave at once; else they wait for `release`.
        var confirms = true
        /// Answers to PUBLISH leave at once; else they wait for `release`.
        var answers = true
        /// Instead of answering, PUBLISH fails with this.
        var error: String?
        /// Publications reach subscribers.
        var pushes = true
        /// PING is answered.
        var pongs = true
        /// A SUBSCRIBE that names one of these fails as a whole.
        var forbidden: Set<String> = []
        /// The greeting is answered.
        var greets = true
    }

    private final class Client: Sendable {
        let connection: ScriptedConnection
        /// Bytes that wait for `release`.
        let held = Lock<[UInt8]>([])
        private let sending = Lock(())

        init(_ connection: ScriptedConnection) { self.connection = connection }

        func send(_ text: String) { send(Array(text.utf8)) }
        func send(_ bytes: [UInt8]) { sending.withLock { _ in try? connection.send(bytes) } }
        func hold(_ text: String) { held.withLock { $0 += Array(text.utf8) } }
    }

    private struct State {
        var manners = Manners()
        var published: [(channel: String, payload: String)] = []
        var commands: [[String]] = []
        var clients: [Int: Client] = [:]
        var subscribers: [String: Set<Int>] = [:]
        var publishers: Set<Int> = []
    }

    private let state: Shared
    private let peer: ScriptedPeer

    private final class Shared: Sendable {
        let mutex = Lock(State())
    }

    init() throws {
        let state = Shared()
        self.state = state
        peer = try ScriptedPeer { connection in FakeRedis.serve(connection, state) }
    }

    deinit { peer.release() }

    var url: String { "redis://127.0.0.1:\(peer.port)" }
    var connections: Int { peer.acceptedCount }

    func set(_ change: (inout Manners) -> Void) { state.mutex.withLock { change(&$0.manners) } }

    /// Payloads of all PUBLISH commands, in order.
    var published: [String] { state.mutex.withLock { $0.published.map(\.payload) } }
    var publishedBytes: Int { state.mutex.withLock { $0.published.map { $0.payload.utf8.count }.reduce(0, +) } }
    /// Names of all commands, in order.
    var commands: [String] { state.mutex.withLock { $0.commands.map { $0[0] } } }

    /// What was held back leaves.
    func release() {
        let clients = state.mutex.withLock { Array($0.clients.values) }
        for client in clients {
            let bytes = client.held.withLock { held in
                defer { held = [] }
                return held
            }
            if !bytes.isEmpty { client.send(bytes) }
        }
    }

    /// Sends bytes to every subscriber.
    func push(_ bytes: [UInt8]) {
        let clients = state.mutex.withLock { state in
            state.subscribers.values.reduce(into: Set()) { $0.formUnion($1) }.compactMap { state.clients[$0] }
        }
        for client in clients { client.send(bytes) }
    }

    enum Link { case commands, publications, all }

    /// Ends connections.
    func cut(_ link: Link) {
        let clients = state.mutex.withLock { state in
            let subscribers = state.subscribers.values.reduce(into: Set()) { $0.formUnion($1) }
            let numbers: Set<Int> =
                switch link {
                case .commands: Set(state.clients.keys).subtracting(subscribers)
                case .publications: subscribers
                case .all: Set(state.clients.keys)
                }
            return numbers.compactMap { state.clients[$0] }
        }
        for client in clients { client.connection.socket.interrupt() }
    }

    private static func serve(_ connection: ScriptedConnection, _ state: Shared) {
        let client = Client(connection)
        let number = connection.number
        state.mutex.withLock { $0.clients[number] = client }
        defer {
            state.mutex.withLock { state in
                state.clients[number] = nil
                for name in state.subscribers.keys { state.subscribers[name]!.remove(number) }
            }
        }
        while let words = try? connection.command(seconds: 60).map({ String(decoding: $0, as: UTF8.self) }) {
            let manners = state.mutex.withLock { state in
                state.commands.append(words)
                return state.manners
            }
            switch words[0] {
            case "HELLO": if manners.greets { client.send("%1\r\n+version\r\n+7.0.15\r\n") }
            case "PING": if manners.pongs { client.send("+PONG\r\n") }
            case "SUBSCRIBE": subscribe(client, number, Array(words.dropFirst()), manners, state)
            case "UNSUBSCRIBE":
                for name in words.dropFirst() {
                    state.mutex.withLock { _ = $0.subscribers[name]?.remove(number) }
                    client.send(confirmation("unsubscribe", name))
                }
            case "PUBLISH": publish(client, words[1], words[2], manners, state)
            default: client.send("-ERR unknown command '\(words[0])', with args beginning with: \r\n")
            }
        }
    }

    private static func subscribe(
        _ client: Client, _ number: Int, _ names: [String], _ manners: Manners, _ state: Shared
    ) {
        guard manners.forbidden.isDisjoint(with: names) else {
            client.send("-NOPERM this user has no permissions to access one of the channels used as arguments\r\n")
            return
        }
        for name in names {
            state.mutex.withLock { _ = $0.subscribers[name, default: []].insert(number) }
            let text = confirmation("subscribe", name)
            if manners.confirms { client.send(text) } else { client.hold(text) }
        }
    }

    private static func publish(
        _ client: Client, _ channel: String, _ payload: String, _ manners: Manners, _ state: Shared
    ) {
        let subscribers = state.mutex.withLock { state in
            let subscribers = (state.subscribers[channel] ?? []).compactMap { state.clients[$0] }
            // Held before the record says that it came: a test may release it at once.
            let answer = manners.error.map { "-\($0)\r\n" } ?? ":\(subscribers.count)\r\n"
            if !manners.answers { client.hold(answer) }
            state.published.append((channel, payload))
            return subscribers
        }
        if manners.pushes, manners.error == nil {
            let push = ">3\r\n$7\r\nmessage\r\n" + bulk(channel) + bulk(payload)
            for subscriber in subscribers { subscriber.send(push) }
        }
        if manners.answers { client.send(manners.error.map { "-\($0)\r\n" } ?? ":\(subscribers.count)\r\n") }
    }

    private static func confirmation(_ kind: String, _ name: String) -> String {
        ">3\r\n" + bulk(kind) + bulk(name) + ":1\r\n"
    }

    private static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }
}
