// A node with the protocol door open to all and an API key, and one client of it, as the tests of crowds and of trouble use them.
import Foundation
import TestSupport

enum ChatNode {
    static let key = "key-of-the-tests"

    /// `chat` keeps everything, `bin` takes any bytes.
    static let namespaces = #"""
        [{"name": "chat", "presence": true, "join_leave": true, "force_push_join_leave": true,
          "history_size": 5000, "history_ttl": "300s", "force_recovery": true, "allow_tags_filter": true}]
        """#

    static func start(_ flags: [String] = [], namespaces: String = ChatNode.namespaces) throws -> RookeryServer {
        let folder = try TemporaryFolder("chat")
        let path = folder.file("rookery.json")
        try Data(#"{"open": true, "namespaces": \#(namespaces)}"#.utf8).write(to: URL(filePath: path))
        return try RookeryServer(["--config", path] + flags, environment: ["ROOKERY_API_KEY": key])
    }

    /// The answer of the HTTP API.
    static func post(_ method: String, _ body: String, to node: RookeryServer) throws -> [String: Any] {
        let answer = try RawHTTP.get(
            "/api/\(method)", port: node.port, method: "POST", headers: ["X-API-Key: \(key)"], body: body, seconds: 20)
        return try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any] ?? [:]
    }

    /// Connections, subscriptions, channels and users of the node, as `/api/info` counts them.
    static func counts(_ node: RookeryServer) throws -> [Int] {
        let result = try post("info", "{}", to: node)["result"] as? [String: Any]
        let info = (result?["nodes"] as? [[String: Any]])?.first ?? [:]
        return ["num_clients", "num_subs", "num_channels", "num_users"].map { info[$0] as? Int ?? -1 }
    }

    static func people(in channel: String, _ node: RookeryServer) throws -> Int {
        let answer = try post("presence_stats", #"{"channel":"\#(channel)"}"#, to: node)
        return (answer["result"] as? [String: Any])?["num_clients"] as? Int ?? -1
    }
}

final class ChatClient {
    let socket: TestWebSocket
    private var lines: [Substring] = []

    /// Connects; `identifier` is the connection's.
    let identifier: String

    init(_ node: RookeryServer, receiveBufferBytes: Int? = nil) throws {
        socket = try TestWebSocket(
            node.webSocketURL("/connection/websocket"), receiveBufferBytes: receiveBufferBytes)
        try socket.sendText(#"{"id":1,"connect":{}}"#)
        let reply = try JSONSerialization.jsonObject(with: Data(try socket.receiveText().utf8)) as? [String: Any]
        identifier = (reply?["connect"] as? [String: Any])?["client"] as? String ?? ""
    }

    func send(_ commands: String...) throws { try socket.sendText(commands.joined(separator: "\n")) }

    /// The next message, as it came. Pings are answered and not shown.
    func next(seconds: Double = 10) throws -> String {
        var pings = 0
        return try next(seconds: seconds, countingPings: &pings)
    }

    func next(seconds: Double = 10, countingPings pings: inout Int) throws -> String {
        while true {
            while lines.isEmpty { lines = try socket.receiveText(seconds: seconds).split(separator: "\n") }
            let line = lines.removeFirst()
            if line != "{}" { return String(line) }
            pings += 1
            try socket.sendText("{}")
        }
    }

    /// The next message as an object.
    func object(seconds: Double = 10) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(try next(seconds: seconds).utf8)) as? [String: Any] ?? [:]
    }
}
