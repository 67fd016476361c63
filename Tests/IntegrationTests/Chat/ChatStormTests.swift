// Crowds at the protocol door that come, vanish and come back while others publish.
import Foundation
import TestSupport
import Testing

@Suite("Storms at the protocol door", .needs(.rookery), .needs(.pythonPackages), .ownsWhatItStarts, .serialized)
struct ChatStormTests {
    private func storm(_ node: RookeryServer, _ arguments: String...) throws -> [String: Int] {
        let python = try #require(PythonEnvironment.interpreter)
        let script = PackageFolder.path("Tests/IntegrationTests/Peers/chat_storm.py")
        let process = try ChildProcess(python, [script, String(node.port)] + arguments)
        #expect(process.waitForExit(seconds: 120) == .exited(0), "\(process.output.suffix(2_000))")
        return try JSONSerialization.jsonObject(with: Data(process.output.utf8)) as? [String: Int] ?? [:]
    }

    @Test("200 clients drop and recover during 2,000 publications: no gap, no duplicate, nobody left behind")
    func recovers() throws {
        let quiet = ChatNode.namespaces.replacing("\"force_push_join_leave\": true,", with: "")
        let node = try ChatNode.start(["--threads", "3", "--max-history", "5000"], namespaces: quiet)
        let counted = try storm(node, "recover", "200", "2000")
        #expect(counted["gaps"] == 0 && counted["duplicates"] == 0, "\(counted)")
        #expect(counted["unrecovered"] == 0 && counted["lost"] == 0 && counted["recovered"] ?? 0 >= 200, "\(counted)")
        try wait(until: "all are gone", seconds: 10) { try ChatNode.counts(node) == [0, 0, 0, 0] }
        #expect(try ChatNode.people(in: "chat:storm", node) == 0)
    }

    @Test("600 connections vanish at every stage, in the middle of subscribes, too: nothing of them stays")
    func vanish() throws {
        let node = try ChatNode.start(["--threads", "3"])
        #expect(try storm(node, "vanish", "20")["vanished"] == 600)
        try wait(until: "all are gone", seconds: 10) { try ChatNode.counts(node) == [0, 0, 0, 0] }
        for number in 2..<20 { #expect(try ChatNode.people(in: "chat:\(number)", node) == 0) }
        // Who comes now is alone, and is served.
        let client = try ChatClient(node)
        try client.send(#"{"id":2,"subscribe":{"channel":"chat:2"}}"#)
        #expect(try client.next().hasPrefix(#"{"id":2,"subscribe":{"#))
        #expect(try ChatNode.people(in: "chat:2", node) == 1)
    }

    @Test("streams and subscriptions are counted, and so are the streams that had to go")
    func counted() throws {
        let node = try ChatNode.start(["--threads", "2", "--stream-memory", "8KiB"])
        let client = try ChatClient(node)
        try client.send(#"{"id":2,"subscribe":{"channel":"chat:0"}}"#)
        _ = try client.next()
        #expect(try node.metric("rookery_subscriptions") == 1)
        let data = String(repeating: "x", count: 1_000)
        for number in 0..<20 {
            _ = try ChatNode.post("publish", #"{"channel":"chat:\#(number)","data":"\#(data)"}"#, to: node)
        }
        try wait(until: "what is over the limit is gone", seconds: 10) {
            try node.metric("rookery_evicted_streams_total") > 10
        }
        let streams = try node.metric("rookery_streams")
        let bytes = try node.metric("rookery_stream_bytes")
        let evicted = try node.metric("rookery_evicted_streams_total")
        // Each publication takes some more than its data; half of the room is each thread's.
        #expect(bytes > streams * 1_000 && bytes <= 8_192 && streams + evicted >= 20, "\(streams) \(bytes) \(evicted)")
        try client.send(#"{"id":3,"unsubscribe":{"channel":"chat:0"}}"#)
        while try !client.next().contains("\"id\":3") {}
        #expect(try node.metric("rookery_subscriptions") == 0)
    }

    @Test("a crowd that joins is told up to the cap of a second, and the rest is counted")
    func joins() throws {
        let capped = ChatNode.namespaces.replacing(
            "\"join_leave\": true", with: "\"join_leave\": true, \"join_leave_max_per_second\": 5")
        let node = try ChatNode.start(["--threads", "2"], namespaces: capped)
        var clients: [ChatClient] = []
        for _ in 0..<60 {
            clients.append(try ChatClient(node))
            try clients.last?.send(#"{"id":2,"subscribe":{"channel":"chat:1"}}"#)
        }
        try wait(until: "all are in") { try ChatNode.people(in: "chat:1", node) == 60 }
        var dropped = 0
        try wait(until: "the joins that were not told are counted", seconds: 10) {
            dropped = try node.metric("rookery_dropped_total", ["reason": "join"])
            return dropped > 0
        }
        // The first one heard its answer, what was told, and then the publication.
        _ = try ChatNode.post("publish", #"{"channel":"chat:1","data":1}"#, to: node)
        _ = try clients[0].next()
        var told = 0
        while try clients[0].next().contains("\"join\":") { told += 1 }
        #expect(told + dropped == 60 && told >= 5, "\(told) told, \(dropped) not")
    }
}
