// Clients of the protocol door that ask too much, or that do not listen: what they cost is bounded, and others notice nothing.
import Foundation
import TestSupport
import Testing

@Suite("Hostile clients of the protocol door", .needs(.rookery), .ownsWhatItStarts)
struct ChatHostileTests {
    @Test("P15 3,000 questions for history that nobody reads the answers of are held back, then answered in order")
    func histories() throws {
        let node = try ChatNode.start(["--threads", "2"])
        let text = String(repeating: "x", count: 1_000)
        for _ in 0..<10 {
            _ = try ChatNode.post("publish", #"{"channel":"chat:1","data":"\#(text)"}"#, to: node)
        }
        let client = try ChatClient(node, receiveBufferBytes: 4_096)
        let before = node.process.residentBytes
        // 10 KB each, 30 MB together.
        for part in 0..<3 {
            let numbers = part * 1_000 + 2..<part * 1_000 + 1_002
            try client.socket.sendText(
                numbers.map { #"{"id":\#($0),"history":{"channel":"chat:1","limit":10}}"# }.joined(separator: "\n"))
        }
        #expect(try ChatNode.counts(node)[0] == 1)
        for id in 2..<3_002 {
            let reply = try client.next(seconds: 20)
            guard reply.utf8.count > 10_000, reply.hasPrefix("{\"id\":\(id),\"history\":") else {
                Issue.record("answer \(id): \(reply.prefix(100))")
                return
            }
        }
        #expect(node.peakResidentBytes - before < 16 << 20, "grew by \((node.peakResidentBytes - before) >> 20) MiB")
    }

    @Test("whoever reads its answers slowly is not cut off for a pong that stands behind its commands")
    func latePong() throws {
        let node = try ChatNode.start(["--ping-interval", "1s", "--client-pong-timeout", "1s"])
        let text = String(repeating: "x", count: 1_000)
        for _ in 0..<10 {
            _ = try ChatNode.post("publish", #"{"channel":"chat:1","data":"\#(text)"}"#, to: node)
        }
        let client = try ChatClient(node, receiveBufferBytes: 4_096)
        let commands = (2..<1_002).map { #"{"id":\#($0),"history":{"channel":"chat:1","limit":10}}"# }
        try client.socket.sendText(commands.joined(separator: "\n"))
        var pings = 0
        for id in 2..<1_002 {
            // Some four seconds for all of them; `next` answers pings, and then asks nothing else.
            Thread.sleep(forTimeInterval: 0.004)
            let reply = try client.next(seconds: 20, countingPings: &pings)
            guard reply.hasPrefix("{\"id\":\(id),\"history\":") else {
                Issue.record("\(id): \(reply.prefix(100))")
                return
            }
        }
        #expect(pings >= 1)
        try client.send(#"{"id":2000,"presence_stats":{"channel":"chat:1"}}"#)
        #expect(try client.next(countingPings: &pings).hasPrefix("{\"id\":2000,"))
    }

    @Test("10,000 questions to the home on another loop are answered in order")
    func questions() throws {
        let node = try ChatNode.start(["--threads", "3"])
        let client = try ChatClient(node)
        for part in 0..<20 {
            let numbers = part * 500 + 2..<part * 500 + 502
            try client.socket.sendText(
                numbers.map { #"{"id":\#($0),"presence_stats":{"channel":"chat:\#($0 % 7)"}}"# }
                    .joined(separator: "\n"))
        }
        for id in 2..<10_002 {
            let reply = try client.next()
            guard reply == "{\"id\":\(id),\"presence_stats\":{\"num_clients\":0,\"num_users\":0}}" else {
                Issue.record("answer \(id): \(reply)")
                return
            }
        }
    }

    @Test("128 subscriptions that leave at once leave nothing; the 129th is error 106")
    func leavesAll() throws {
        let node = try ChatNode.start(["--threads", "3"])
        let client = try ChatClient(node)
        let commands = (2..<131).map { #"{"id":\#($0),"subscribe":{"channel":"chat:\#($0)"}}"# }
        try client.socket.sendText(commands.joined(separator: "\n"))
        var answers = 0
        while answers < 129 {
            let message = try client.next()
            guard message.hasPrefix("{\"id\":") else { continue }
            answers += 1
            #expect(message.contains("\"code\":106") == (answers == 129), "\(message)")
        }
        #expect(try ChatNode.counts(node) == [1, 128, 128, 1])
        client.socket.socket.close()
        try wait(until: "all are gone") { try ChatNode.counts(node) == [0, 0, 0, 0] }
        for number in 2..<130 { #expect(try ChatNode.people(in: "chat:\(number)", node) == 0) }
    }

    @Test(
        "H10 one level of JSON too many closes with 3501, one node of a filter too many is answered 107",
        arguments: [
            ("publish", 30, "answered"), ("publish", 31, "closed"), ("publish", 10_000, "closed"),
            ("filter", 2_000, "closed"), ("many", 99, "answered"), ("many", 100, "refused"), ("many", 2_500, "refused"),
        ])
    func nested(kind: String, count: Int, expected: String) throws {
        let node = try ChatNode.start(["--threads", "1"])
        let client = try ChatClient(node)
        let leaf = #"{"key":"a","cmp":"ex"}"#
        switch kind {
        case "publish":
            // In two objects: 32 levels are taken.
            let data = String(repeating: "[", count: count) + String(repeating: "]", count: count)
            try client.send(#"{"id":2,"publish":{"channel":"room","data":\#(data)}}"#)
        case "filter":
            let head = String(repeating: #"{"op":"not","nodes":["#, count: count)
            let filter = head + leaf + String(repeating: "]}", count: count)
            try client.send(#"{"id":2,"subscribe":{"channel":"chat:1","tf":\#(filter)}}"#)
        default:
            // With the one around them: 100 nodes are taken.
            let nodes = Array(repeating: leaf, count: count).joined(separator: ",")
            try client.send(#"{"id":2,"subscribe":{"channel":"chat:1","tf":{"op":"or","nodes":[\#(nodes)]}}}"#)
        }
        switch try client.socket.receive() {
        case .close(3501, _): #expect(expected == "closed")
        case .text(let text):
            let isError = text.hasPrefix(#"{"id":2,"error":{"code":107,"#)
            #expect(
                expected == (isError ? "refused" : "answered") && text.hasPrefix(#"{"id":2,"#), "\(text.prefix(200))")
        case let other: Issue.record("\(other)")
        }
        guard expected != "answered" else { return }
        #expect(try ChatNode.people(in: "chat:1", node) == 0)
        #expect(try ChatNode.counts(node)[1] == 0)
    }

    @Test("a stream that had to go for others' memory has a new epoch, and its subscribers are told 2500")
    func eviction() throws {
        let node = try ChatNode.start(["--threads", "1", "--stream-memory", "20000"])
        let client = try ChatClient(node)
        try client.send(#"{"id":2,"subscribe":{"channel":"chat:1"}}"#)
        let reply = try client.object()["subscribe"] as? [String: Any]
        let epoch = try #require(reply?["epoch"] as? String)
        _ = try client.next()
        _ = try ChatNode.post("publish", #"{"channel":"chat:1","data":1}"#, to: node)
        #expect(try client.next() == #"{"push":{"channel":"chat:1","pub":{"data":1,"offset":1}}}"#)
        let text = String(repeating: "x", count: 10_000)
        for number in 2..<6 {
            _ = try ChatNode.post("publish", #"{"channel":"chat:\#(number)","data":"\#(text)"}"#, to: node)
        }
        _ = try ChatNode.post("publish", #"{"channel":"chat:1","data":2}"#, to: node)
        #expect(
            try client.next()
                == #"{"push":{"channel":"chat:1","unsubscribe":{"code":2500,"reason":"insufficient state"}}}"#)
        try client.send(#"{"id":3,"subscribe":{"channel":"chat:1","recover":true,"epoch":"\#(epoch)","offset":1}}"#)
        let again = try client.object()["subscribe"] as? [String: Any]
        #expect(again?["was_recovering"] as? Bool == true && again?["recovered"] == nil, "\(String(describing: again))")
        #expect(again?["epoch"] as? String != epoch)
    }

    @Test("a member of a large room who does not read is closed as slow; the others hear everything")
    func slowReader() throws {
        let node = try ChatNode.start(["--threads", "3", "--max-queue-bytes", "256KiB"])
        let slow = try ChatClient(node, receiveBufferBytes: 4_096)
        try slow.send(#"{"id":2,"subscribe":{"channel":"room"}}"#)
        let others = try (0..<20).map { _ in try ChatClient(node) }
        for other in others {
            try other.send(#"{"id":2,"subscribe":{"channel":"room"}}"#)
            #expect(try other.next() == #"{"id":2,"subscribe":{}}"#)
        }
        let text = String(repeating: "x", count: 50_000)
        var published = 0
        // The kernel takes some megabytes before anything has to wait here.
        while try node.metric("rookery_closed_total", ["reason": "slow"]) == 0, published < 400 {
            _ = try ChatNode.post("publish", #"{"channel":"room","data":["\#(published)","\#(text)"]}"#, to: node)
            for other in others {
                let push = try other.next()
                guard push.contains("[\"\(published)\",") else {
                    Issue.record("\(published): \(push.prefix(100))")
                    return
                }
            }
            published += 1
        }
        #expect(published < 400)
        #expect(try ChatNode.counts(node) == [20, 20, 1, 1])
    }
}
