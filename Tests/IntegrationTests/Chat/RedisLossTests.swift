// The protocol door of a node whose Redis does not answer any more.
import Foundation
import TestSupport
import Testing

@Suite("The protocol door over Redis", .needs(.rookery), .needs(.redis), .ownsWhatItStarts)
struct RedisLossTests {
    @Test("what Redis does not confirm is answered with error 100, and works again when Redis does")
    func silence() throws {
        let redis = try RedisServer()
        let node = try RookeryServer([
            "--redis", redis.url, "--redis-timeout", "300ms", "--redis-ping", "300ms", "--broker-queue-time", "300ms",
        ])
        try node.waitUntilReady()
        let client = try TestWebSocket(node.webSocketURL("/connection/websocket"))
        func ask(_ command: String) throws -> String {
            try client.sendText(command)
            return try client.receiveText()
        }
        #expect(try ask(#"{"id":1,"connect":{}}"#).hasPrefix(#"{"id":1,"connect":{"#))
        #expect(try ask(#"{"id":2,"publish":{"channel":"room","data":1}}"#) == #"{"id":2,"publish":{}}"#)
        // Somebody is there already when Redis goes.
        let member = try ChatClient(node)
        try member.send(#"{"id":2,"subscribe":{"channel":"lobby"}}"#)
        #expect(try member.next() == #"{"id":2,"subscribe":{}}"#)
        redis.stall()
        let failure = #""error":{"code":100,"message":"internal server error","temporary":true}}"#
        #expect(try ask(#"{"id":3,"publish":{"channel":"room","data":2}}"#) == #"{"id":3,"# + failure)
        #expect(try ask(#"{"id":4,"subscribe":{"channel":"room"}}"#) == #"{"id":4,"# + failure)
        #expect(try ask(#"{"id":10,"subscribe":{"channel":"lobby"}}"#) == #"{"id":10,"# + failure)
        redis.resume()
        try node.waitUntilReady()
        #expect(try ask(#"{"id":5,"subscribe":{"channel":"room"}}"#) == #"{"id":5,"subscribe":{}}"#)
        #expect(try ask(#"{"id":6,"publish":{"channel":"room","data":3}}"#).hasPrefix(#"{"id":6,"publish":{}}"#))
    }
}
