// A Redis of ours that does Pub/Sub in RESP3 and answers PUBLISH as a test wants: with an error, with silence, with its end.
import EventLoop

package final class FakeRedis: Sendable {
    package enum Answer: Sendable {
        /// As Redis does: to the subscribers, then the count.
        case publish
        /// An error line without its "-", and nothing published.
        case error(String)
        /// To the subscribers, and the connection ends before the count is told.
        case publishAndEnd
        /// Neither published nor answered.
        case silence
    }

    /// What the fake has seen of PUBLISH, in order: each was answered as told.
    package struct Publication: Equatable, Sendable {
        package var channel: String
        package var payload: String
    }

    private struct State {
        var subscribers: [String: [ScriptedConnection]] = [:]
        var publications: [Publication] = []
        var answer: @Sendable (Publication) -> Answer = { _ in .publish }
        var greets = true
    }

    private let state: Shared
    private let peer: ScriptedPeer

    private final class Shared: Sendable {
        let value = Lock(State())
    }

    package init() throws {
        let state = Shared()
        self.state = state
        peer = try ScriptedPeer { connection in
            defer { FakeRedis.forget(connection, state) }
            try FakeRedis.serve(connection, state)
        }
    }

    package var port: Int { peer.port }
    package var url: String { "redis://127.0.0.1:\(port)" }
    /// Connections accepted so far.
    package var acceptedCount: Int { peer.acceptedCount }
    package var publications: [Publication] { state.value.withLock { $0.publications } }

    /// From now on PUBLISH is answered so.
    package func answer(_ answer: @escaping @Sendable (Publication) -> Answer) {
        state.value.withLock { $0.answer = answer }
    }

    /// With `false` new connections are accepted and their greeting never answered.
    package func greets(_ greets: Bool) { state.value.withLock { $0.greets = greets } }

    private static func serve(_ connection: ScriptedConnection, _ state: Shared) throws {
        while true {
            let words: [String]
            do { words = try connection.commandText(seconds: 120) } catch { return }
            switch words.first {
            case "HELLO", "AUTH", "CLIENT", "SELECT":
                guard state.value.withLock({ $0.greets }) else { continue }
                let fields = "$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nversion\r\n$5\r\n7.0.0\r\n$5\r\nproto\r\n:3\r\n"
                try connection.send(words[0] == "HELLO" ? "%3\r\n" + fields : "+OK\r\n")
            case "PING": try connection.send("+PONG\r\n")
            case "SUBSCRIBE", "UNSUBSCRIBE": try subscribe(connection, words, state)
            case "PUBLISH" where words.count == 3:
                guard try publish(connection, Publication(channel: words[1], payload: words[2]), state) else { return }
            default: try connection.send("-ERR unknown command\r\n")
            }
        }
    }

    private static func subscribe(_ connection: ScriptedConnection, _ words: [String], _ state: Shared) throws {
        for name in words.dropFirst() {
            let isWanted = words[0] == "SUBSCRIBE"
            state.value.withLock { state in
                state.subscribers[name, default: []].removeAll { $0 === connection }
                if isWanted { state.subscribers[name, default: []].append(connection) }
            }
            try connection.send(">3\r\n\(bulk(words[0].lowercased()))\(bulk(name)):1\r\n")
        }
    }

    /// False when the connection is to end.
    private static func publish(
        _ connection: ScriptedConnection, _ publication: Publication, _ state: Shared
    ) throws -> Bool {
        let (answer, subscribers) = state.value.withLock { state in
            state.publications.append(publication)
            return (state.answer(publication), state.subscribers[publication.channel] ?? [])
        }
        switch answer {
        case .silence: return true
        case .error(let line): try connection.send("-\(line)\r\n")
        case .publish, .publishAndEnd:
            for subscriber in subscribers {
                try? subscriber.send(">3\r\n\(bulk("message"))\(bulk(publication.channel))\(bulk(publication.payload))")
            }
            if case .publishAndEnd = answer { return false }
            try connection.send(":\(subscribers.count)\r\n")
        }
        return true
    }

    private static func forget(_ connection: ScriptedConnection, _ state: Shared) {
        state.value.withLock { state in
            for name in state.subscribers.keys { state.subscribers[name]?.removeAll { $0 === connection } }
        }
    }

    private static func bulk(_ text: String) -> String { "$\(text.utf8.count)\r\n\(text)\r\n" }
}
