// Rate limits and payload rules as a client of the protocol meets them: the codes, the words, and what the others hear of it.
import Foundation
import TestSupport
import Testing

@Suite("The protocol door keeps to limits and rules", .needs(.rookery), .ownsWhatItStarts)
struct DoorLimitTests {
    /// A client that waits for each answer.
    private final class Client {
        let socket: TestWebSocket
        private var number = 0
        private var heard: [[String: Any]] = []

        /// Connects; `reply` is the answer to that.
        init(_ node: RookeryServer, token: String? = nil, expecting code: Int? = nil) throws {
            socket = try TestWebSocket(node.webSocketURL("/connection/websocket"))
            let reply = try ask("connect", token.map { ["token": $0] } ?? [:])
            let error = (reply["error"] as? [String: Any])?["code"] as? Int
            guard error == code else { throw KitError("\(reply)") }
        }

        func ask(_ method: String, _ request: [String: Any]) throws -> [String: Any] {
            number += 1
            let command: [String: Any] = ["id": number, method: request]
            try socket.sendText(String(decoding: JSONSerialization.data(withJSONObject: command), as: UTF8.self))
            while true {
                let message = try next()
                if message["id"] as? Int == number { return message }
                heard.append(message)
            }
        }

        /// 0: no error.
        func code(_ method: String, _ request: [String: Any]) throws -> Int {
            (try ask(method, request)["error"] as? [String: Any])?["code"] as? Int ?? 0
        }

        /// The next message that is no answer.
        func push() throws -> [String: Any] { heard.isEmpty ? try next() : heard.removeFirst() }

        private var lines: [[String: Any]] = []

        private func next() throws -> [String: Any] {
            while lines.isEmpty {
                guard case .text(let text) = try socket.receive() else { throw KitError("no text") }
                lines = try text.split(separator: "\n").map {
                    try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
                }
            }
            return lines.removeFirst()
        }
    }

    private func node(_ settings: String, isOpen: Bool = true) throws -> RookeryServer {
        let folder = try TemporaryFolder("limits")
        let open = isOpen ? #""open": true, "# : #""allow_weak_hmac_key": true, "#
        let path = try folder.write("{\(open)\(settings)}", to: "rookery.json")
        return try RookeryServer(
            ["--config", path, "--threads", "2"],
            environment: isOpen ? [:] : ["ROOKERY_TOKEN_SECRET": ConversationToken.secret])
    }

    private func limited(_ node: RookeryServer, _ kind: String, _ scope: String) throws -> Int {
        try node.metric("rookery_limited_total", ["kind": kind, "scope": scope])
    }

    @Test(
        "P15 the command over the rate is 111 and temporary; who is refused a hundred times and goes on is closed with 3013"
    )
    func messages() throws {
        let node = try node(#""limit_messages_per_connection": "5/h""#)
        let client = try Client(node)
        for _ in 0..<5 { #expect(try client.code("rpc", ["method": "x"]) == 108) }
        let refused = try client.ask("rpc", ["method": "x"])
        let error = refused["error"] as? [String: Any]
        #expect(error?["code"] as? Int == 111 && error?["temporary"] as? Bool == true, "\(refused)")
        for _ in 0..<99 { #expect(try client.code("rpc", ["method": "x"]) == 111) }
        try client.socket.sendText(#"{"id":1000,"rpc":{"method":"x"}}"#)
        #expect(try client.socket.receive() == .close(3013, "too many requests"))
        #expect(try limited(node, "messages", "connection") == 101)
        let other = try Client(node)
        #expect(try other.code("rpc", ["method": "x"]) == 108, "another connection is not concerned")
    }

    @Test("P15 what has no answer closes at the first refusal")
    func noReply() throws {
        let node = try node(#""limit_messages_per_connection": "1/h""#)
        let client = try Client(node)
        #expect(try client.code("rpc", ["method": "x"]) == 108)
        try client.socket.sendText(#"{"send":{"data":{}}}"#)
        #expect(try client.socket.receive() == .close(3013, "too many requests"))
    }

    @Test("P15 subscriptions and bytes over their rates are 111, and the rest goes on")
    func others() throws {
        let node = try node(
            #""limit_subscriptions_per_connection": "2/h", "max_message_bytes": "1KiB", "limit_bytes_per_connection": "2KiB/h""#
        )
        let client = try Client(node)
        #expect(try client.code("subscribe", ["channel": "a"]) == 0 && client.code("subscribe", ["channel": "b"]) == 0)
        #expect(try client.code("subscribe", ["channel": "c"]) == 111)
        #expect(try client.code("publish", ["channel": "a", "data": ["x": 1]]) == 0)
        let large = ["channel": "a", "data": String(repeating: "x", count: 900)] as [String: Any]
        #expect(try client.code("publish", large) == 0 && client.code("publish", large) == 111)
        #expect(try client.code("unsubscribe", ["channel": "b"]) == 0, "a small one still fits")
        #expect(try limited(node, "subscriptions", "connection") == 1 && limited(node, "bytes", "connection") == 1)
    }

    @Test("P15 all connections of a user, and all of an address, share one allowance")
    func shared() throws {
        let node = try node(
            #""limit_messages_per_user": "4/h", "limit_connects_per_user": "2/h", "limit_subscriptions_per_address": "1/h", "namespaces": [{"name": "ro", "allow_subscribe_for_client": true}]"#,
            isOpen: false)
        let token = try ConversationToken.sign(["sub": "ann", "exp": ["$in": 600]])
        let clients = try [Client(node, token: token), Client(node, token: token)]
        _ = try Client(node, token: token, expecting: 111)
        for number in 0..<4 { #expect(try clients[number % 2].code("rpc", ["method": "x"]) == 108) }
        for client in clients { #expect(try client.code("rpc", ["method": "x"]) == 111) }
        let bob = try Client(node, token: try ConversationToken.sign(["sub": "bob"]))
        #expect(try bob.code("rpc", ["method": "x"]) == 108)
        #expect(
            try bob.code("subscribe", ["channel": "ro:1"]) == 0 && bob.code("subscribe", ["channel": "ro:2"]) == 111)
        #expect(try limited(node, "messages", "user") == 2 && limited(node, "connects", "user") == 1)
        #expect(try limited(node, "subscriptions", "address") == 1)
    }

    @Test("P15 what breaks a rule of the namespace is 107 with the rule's name, and nobody hears it")
    func payloads() throws {
        let node = try node(
            #""namespaces": [{"name": "room", "publication_max_bytes": 60, "publication_members": {"text": {"type": "string", "required": true, "max_length": 5}}}]"#
        )
        let reader = try Client(node)
        let writer = try Client(node)
        #expect(try reader.code("subscribe", ["channel": "room:1"]) == 0)
        for (data, words) in [
            (["text": "123456"], "publication_members: text: more than 5 characters (max_length) at byte 16"),
            (["text": 5], "publication_members: text: type number instead of string"),
            (["other": "x"], "publication_members: text: it is missing"),
            (["text": "a", "more": String(repeating: "x", count: 60)], "publication_max_bytes: the data has"),
        ] as [([String: Any], String)] {
            let reply = try writer.ask("publish", ["channel": "room:1", "data": data])
            let error = reply["error"] as? [String: Any]
            #expect(error?["code"] as? Int == 107, "\(reply)")
            #expect((error?["message"] as? String)?.contains(words) == true, "\(reply)")
        }
        #expect(try writer.code("publish", ["channel": "room:1", "data": ["text": "12345"]]) == 0)
        let push = try reader.push()["push"] as? [String: Any]
        let data = (push?["pub"] as? [String: Any])?["data"] as? [String: Any]
        #expect(data?["text"] as? String == "12345", "the first thing heard is what keeps to the rules")
    }
}
