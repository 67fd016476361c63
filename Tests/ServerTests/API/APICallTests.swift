// The cases of Fixtures/api, with channels that answer at once and later.
import ChatProtocol
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("HTTP API, calls")
struct APICallTests {
    enum Answers: CaseIterable { case atOnce, late, lateAndBackwards }

    @Test(
        "each call asks what it should, and answers what it should", arguments: Fixture.load("api/calls.jsonl"),
        Answers.allCases)
    func calls(_ fixture: Fixture, _ answers: Answers) throws {
        let caller = APICaller()
        caller.rooms.given = try #require(fixture.json["given"] as? [[String: Any]])
        caller.rooms.isLate = answers != .atOnce
        let body = try #require(fixture.json["body"] as? String)
        let answer = try caller.call(
            try #require(fixture.json["call"] as? String), Array(body.utf8), lastFirst: answers == .lateAndBackwards)
        let asked = try #require(fixture.json["asked"] as? [[String: Any]])
        #expect(caller.rooms.asked as NSArray == asked as NSArray, "asked \(caller.rooms.asked)")
        if let expected = fixture.json["expect"] as? [String: Any] {
            #expect(answer as NSDictionary == expected as NSDictionary, "answered \(answer)")
        } else {
            let expected = try #require(fixture.json["error"] as? [String: Any])
            let error = try #require(answer["error"] as? [String: Any], "answered \(answer)")
            #expect(error["code"] as? Int == expected["code"] as? Int)
            let message = try #require(error["message"] as? String)
            let words = try #require(expected["words"] as? [String])
            for word in words { #expect(message.contains(word), "\(message)") }
            #expect(Set(error.keys) == ["code", "message"] && answer.count == 1)
        }
    }

    @Test("an answer never has null, and says zero only where a client needs it")
    func noNull() throws {
        for fixture in Fixture.load("api/calls.jsonl") where fixture.json["expect"] != nil {
            let caller = APICaller()
            caller.rooms.given = try #require(fixture.json["given"] as? [[String: Any]])
            let body = try #require(fixture.json["body"] as? String)
            let call = try #require(fixture.json["call"] as? String)
            let request = try APIObject(body: Array(body.utf8))
            var bytes: [UInt8] = []
            let commands = APICommands(rooms: caller.rooms, node: caller.node) { _, _ in }
            let method = try #require(APIMethod(call.utf8))
            if method == .batch {
                commands.batch(request) { bytes = (try? $0.get()) ?? [] }
            } else {
                commands.run(method, request) { bytes = (try? $0.get()) ?? [] }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("null") && !text.isEmpty, "\(fixture.id): \(text)")
        }
    }

    // MARK: Bodies

    @Test(
        "a body that is no object is told apart",
        arguments: [
            ("", "empty"), (" \n\t", "empty"), ("[]", "not an object"), ("7", "not an object"),
            ("null", "not an object"),
            ("{", "not JSON"), ("{} {}", "not JSON"), ("{\"a\":1,}", "not JSON"), ("{'a':1}", "not JSON"),
            ("{\"a\":1,\"\\u0061\":2}", "twice"), ("[", "not JSON"), ("{\"a\":\"\\ud800\"}", "not JSON"),
        ])
    func unreadable(_ body: String, _ what: String) {
        do throws(APIObject.Problem) {
            _ = try APIObject(body: Array(body.utf8))
            Issue.record("taken")
        } catch {
            let found =
                switch error {
                case .empty: "empty"
                case .notAnObject: "not an object"
                case .json: "not JSON"
                case .duplicate: "twice"
                }
            #expect(found == what)
        }
    }

    @Test("a payload stands on one line, however it was sent")
    func oneLine() throws {
        let object = try APIObject(body: Array("{\"data\": {\n \"x y\" : [1,\r\n\t2] } }".utf8))
        #expect(object.raw("data") == Array("{\"x y\":[1,2]}".utf8))
    }

    @Test("H10 a million brackets are refused at the limit of levels, and cost nothing")
    func brackets() throws {
        let deep = "{\"data\":" + String(repeating: "[", count: 1_000_000)
        #expect(throws: APIObject.Problem.self) { try APIObject(body: Array(deep.utf8)) }
        let levels = APILimits.depthMax - 1
        let most =
            "{\"channel\":\"a\",\"data\":" + String(repeating: "[", count: levels)
            + String(repeating: "]", count: levels) + "}"
        #expect(try APICaller().call("publish", most)["result"] != nil)
        let more =
            "{\"channel\":\"a\",\"data\":[" + String(repeating: "[", count: levels)
            + String(repeating: "]", count: levels) + "]}"
        #expect(throws: APIObject.Problem.self) { try APIObject(body: Array(more.utf8)) }
    }

    @Test("H10 lists have an end: channels of a broadcast, commands of a batch")
    func entries() throws {
        let names = [String](repeating: "\"a\"", count: APILimits.entriesMax + 1).joined(separator: ",")
        let broadcast = try APICaller().error("broadcast", "{\"channels\":[\(names)],\"data\":1}")
        #expect(broadcast.code == 107 && broadcast.message.contains("channels has more than 10000 entries"))
        let commands = [String](repeating: "{}", count: APILimits.entriesMax + 1).joined(separator: ",")
        let batch = try APICaller().error("batch", "{\"commands\":[\(commands)]}")
        #expect(batch.code == 107 && batch.message.contains("commands has more than 10000 entries"))
    }

    @Test("a broadcast that would copy its data too often is refused before anybody gets it")
    func broadcastBytes() throws {
        let names = [String](repeating: "\"a\"", count: 9_000).joined(separator: ",")
        let data = String(repeating: "x", count: 8_000)
        let caller = APICaller()
        let error = try caller.error("broadcast", "{\"channels\":[\(names)],\"data\":\"\(data)\"}")
        #expect(error.code == 107 && error.message.contains("send several"))
        #expect(caller.rooms.asked.isEmpty)
    }

    // MARK: Batches

    @Test("commands of a batch run one after the other, each when the one before is answered")
    func inOrder() throws {
        let rooms = FakeRooms()
        rooms.isLate = true
        let body = "{\"commands\":[{\"presence\":{\"channel\":\"a\"}},{\"presence\":{\"channel\":\"b\"}}]}"
        let commands = APICommands(rooms: rooms, node: APICaller().node) { _, _ in }
        var isDone = false
        commands.batch(try APIObject(body: Array(body.utf8))) { _ in isDone = true }
        #expect(rooms.asked.count == 1)
        #expect(rooms.answerNext() && rooms.asked.count == 2 && !isDone)
        #expect(rooms.answerNext() && isDone)
    }

    @Test("with parallel they all run at once")
    func parallel() throws {
        let rooms = FakeRooms()
        rooms.isLate = true
        let body =
            "{\"parallel\":true,\"commands\":[{\"presence\":{\"channel\":\"a\"}},{\"presence\":{\"channel\":\"b\"}}]}"
        let commands = APICommands(rooms: rooms, node: APICaller().node) { _, _ in }
        var isDone = false
        commands.batch(try APIObject(body: Array(body.utf8))) { _ in isDone = true }
        #expect(rooms.asked.count == 2 && rooms.answerNext(last: true) && !isDone)
        #expect(rooms.answerNext() && isDone)
    }

    @Test("ten thousand commands that answer at once need no deep stack", arguments: [false, true])
    func many(isParallel: Bool) throws {
        let commands = [String](repeating: "{\"publish\":{\"channel\":\"a\",\"data\":1}}", count: APILimits.entriesMax)
        let body = "{\"commands\":[\(commands.joined(separator: ","))],\"parallel\":\(isParallel)}"
        let caller = APICaller()
        let replies = try #require(try caller.call("batch", body)["replies"] as? [[String: Any]])
        #expect(replies.count == APILimits.entriesMax && caller.rooms.asked.count == APILimits.entriesMax)
    }

    @Test("a command that is wrong is told in its place, and the others run")
    func wrongCommands() throws {
        let body =
            "{\"commands\":[null,{},{\"nothing\":{}},{\"batch\":{\"commands\":[]}},{\"info\":{},\"rpc\":{}},7,{\"info\":null},{\"info\":{}},{\"publish\":{\"channel\":1}}]}"
        let replies = try #require(try APICaller().call("batch", body)["replies"] as? [[String: Any]])
        let codes = replies.map { ($0["error"] as? [String: Any])?["code"] as? Int }
        #expect(codes == [107, 104, 104, 104, 107, 107, 107, nil, 107])
        #expect(replies[7]["info"] != nil)
        let message = (replies[8]["error"] as? [String: Any])?["message"] as? String ?? ""
        let place = body.utf8.count - "1}}]}".utf8.count
        #expect(message.contains("commands[8].publish.channel") && message.contains("byte \(place)"), "\(message)")
    }

    @Test("H12 every call is counted once under its method and outcome, those of a batch, too")
    func counting() throws {
        let caller = APICaller()
        caller.rooms.given = [["position": NSNull()], ["error": 100], ["error": 108]]
        _ = try caller.call(
            "batch",
            "{\"commands\":[{\"publish\":{\"channel\":\"a\",\"data\":1}},{\"presence\":{\"channel\":\"a\"}},{\"history\":{\"channel\":\"a\"}},{\"x\":{}}]}"
        )
        #expect(caller.counted == ["publish done", "presence failed", "history refused", "batch done"])
    }

    @Test("errors have their own status and stand bare where the caller asks for that")
    func transportErrors() throws {
        let cases: [(ReplyError, Int)] = [
            (.internalServerError, 500), (.unknownChannel, 404), (.methodNotFound, 404), (.badRequest, 400),
            (.notAvailable, 400), (.unrecoverablePosition, 416), (.concurrentPagination, 409), (.limitExceeded, 500),
        ]
        for (error, status) in cases {
            let answer = APIDesk.response(.failure(error), .publish, wantsTransportErrors: true)
            #expect(answer.status.rawValue == status)
            let body = try #require(FakeRooms.json(answer.body) as? [String: Any])
            #expect(body["code"] as? Int == Int(error.code) && body["message"] as? String == error.message)
        }
        #expect(APIDesk.response(.success(APIResult.empty), .publish, wantsTransportErrors: true).status == .ok)
    }
}
