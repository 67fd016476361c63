// The protocol door of two nodes on one real Redis: what is said on one is heard on the other, and nothing is called published that was not.
import Foundation
import TestSupport
import Testing

@Suite("The client protocol on two nodes", .needs(.rookery), .needs(.redis), .ownsWhatItStarts)
struct ChatNodesTests {
    private func twoNodes(_ redis: RedisServer, _ flags: [String] = []) throws -> [RookeryServer] {
        let nodes = try (0..<2).map { _ in try ChatNode.start(["--redis", redis.url, "--threads", "2"] + flags) }
        for node in nodes { try node.waitUntilReady() }
        return nodes
    }

    private func error(_ reply: [String: Any]) -> (code: Int, isTemporary: Bool)? {
        let error = reply["error"] as? [String: Any]
        return (error?["code"] as? Int).map { ($0, error?["temporary"] as? Bool ?? false) }
    }

    @Test("publications, joins and leaves cross; presence and history answer 108")
    func crosses() throws {
        let redis = try RedisServer()
        let nodes = try twoNodes(redis)
        let ann = try ChatClient(nodes[0])
        try ann.send(#"{"id":2,"subscribe":{"channel":"chat:1","recover":true,"epoch":"abcdefgh","offset":5}}"#)
        // No position is promised that nobody keeps.
        #expect(try ann.next() == #"{"id":2,"subscribe":{}}"#)
        func push(_ kind: String, _ client: ChatClient) -> String {
            #"{"push":{"channel":"chat:1","\#(kind)":{"info":{"user":"","client":"\#(client.identifier)"}}}}"#
        }
        #expect(try ann.next() == push("join", ann))
        let bob = try ChatClient(nodes[1])
        try bob.send(#"{"id":2,"subscribe":{"channel":"chat:1"}}"#)
        #expect(try bob.next() == #"{"id":2,"subscribe":{}}"#)
        #expect(try bob.next() == push("join", bob))
        #expect(try ann.next() == push("join", bob))
        try bob.send(#"{"id":3,"publish":{"channel":"chat:1","data":{"n": 1}}}"#)
        func isPublication(_ message: [String: Any]) -> Bool {
            let publication = (message["push"] as? [String: Any])?["pub"] as? [String: Any]
            let (data, info) = (publication?["data"] as? [String: Int], publication?["info"] as? [String: String])
            return data == ["n": 1] && info == ["user": "", "client": bob.identifier] && publication?.count == 2
        }
        let heard = try ann.object()
        #expect(isPublication(heard), "\(heard)")
        let both = try [bob.object(), bob.object()]
        #expect(both.contains(where: isPublication) && both.contains { $0["publish"] != nil }, "\(both)")
        for (id, method) in [(4, "presence"), (5, "presence_stats"), (6, "history")] {
            try ann.send(#"{"id":\#(id),"\#(method)":{"channel":"chat:1"}}"#)
            #expect(try error(ann.object())?.code == 108, "\(method)")
            let answer = try ChatNode.post(method, #"{"channel":"chat:1"}"#, to: nodes[1])
            #expect(error(answer)?.code == 108, "\(answer)")
        }
        bob.socket.socket.close()
        #expect(try ann.next() == push("leave", bob))
    }

    @Test("2,000 messages of two publishers are heard on both nodes in one order, each publisher's in its own")
    func order() throws {
        let redis = try RedisServer()
        let nodes = try twoNodes(redis)
        let readers = try nodes.map { try ChatClient($0) }
        for reader in readers {
            try reader.send(#"{"id":2,"subscribe":{"channel":"room"}}"#)
            #expect(try reader.next() == #"{"id":2,"subscribe":{}}"#)
        }
        let writers = try nodes.map { try ChatClient($0) }
        for part in 0..<20 {
            for (name, writer) in zip(["a", "b"], writers) {
                let numbers = part * 50..<part * 50 + 50
                try writer.socket.sendText(
                    numbers.map { #"{"id":\#($0 + 2),"publish":{"channel":"room","data":"\#(name)\#($0)"}}"# }
                        .joined(separator: "\n"))
            }
        }
        for writer in writers {
            for id in 2..<1_002 { #expect(try writer.next() == "{\"id\":\(id),\"publish\":{}}") }
        }
        let heard = try readers.map { reader in
            try (0..<2_000).map { _ in
                let push = try reader.object()["push"] as? [String: Any]
                return (push?["pub"] as? [String: Any])?["data"] as? String ?? "?"
            }
        }
        #expect(heard[0] == heard[1])
        for name in ["a", "b"] {
            #expect(heard[0].filter { $0.hasPrefix(name) } == (0..<1_000).map { "\(name)\($0)" })
        }
    }

    @Test("while Redis is away nothing is called published that is lost, and who subscribes is told 100")
    func outage() throws {
        let redis = try RedisServer()
        let nodes = try twoNodes(redis, ["--broker-queue-time", "2s"])
        let reader = try ChatClient(nodes[1])
        try reader.send(#"{"id":2,"subscribe":{"channel":"room"}}"#)
        #expect(try reader.next() == #"{"id":2,"subscribe":{}}"#)
        let writer = try ChatClient(nodes[0])
        var published: [Int] = []
        func publish(_ number: Int) throws {
            try writer.send(#"{"id":\#(number),"publish":{"channel":"room","data":\#(number)}}"#)
            let reply = try writer.object(seconds: 15)
            #expect(reply["id"] as? Int == number)
            if let error = error(reply) { #expect(error == (100, true)) } else { published.append(number) }
        }
        for number in 2..<20 { try publish(number) }
        #expect(published.count == 18)
        redis.kill()
        try publish(20)
        #expect(published.count == 18)
        let late = try ChatClient(nodes[0])
        try late.send(#"{"id":2,"subscribe":{"channel":"elsewhere"}}"#)
        let refusal = try late.object(seconds: 15)
        #expect(error(refusal).map { $0 == (100, true) } ?? false, "\(refusal)")
        #expect(try ChatNode.counts(nodes[0]) == [2, 0, 0, 1])
        try redis.start()
        for node in nodes { try node.waitUntilReady() }
        try redis.waitForSubscribers(1, on: "rookery.client.room")
        try late.send(#"{"id":3,"subscribe":{"channel":"elsewhere"}}"#)
        #expect(try late.next() == #"{"id":3,"subscribe":{}}"#)
        for number in 21..<30 { try publish(number) }
        #expect(published.count == 27)
        var heard: [Int] = []
        while heard.last != 29 {
            let push = try reader.object()["push"] as? [String: Any]
            heard.append((push?["pub"] as? [String: Any])?["data"] as? Int ?? -1)
        }
        // What was refused may have arrived; what was called published has, once.
        #expect(heard.filter { $0 != 20 } == published)
    }
}
