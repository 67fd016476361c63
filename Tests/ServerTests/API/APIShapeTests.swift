// The document and the commands are one thing: what the document tells is read, and as it says.
import Foundation
import TestSupport
import Testing

@testable import Server

@Suite("HTTP API, the document")
struct APIShapeTests {
    private static var document: [String: Any] {
        get throws { try #require(FakeRooms.json(OpenAPIDocument.bytes) as? [String: Any]) }
    }

    private static func at(_ path: String...) throws -> [String: Any] {
        try path.reduce(document) { try #require($0[$1] as? [String: Any], "\(path)") }
    }

    @Test("it tells every method that exists, and no other")
    func methods() throws {
        let paths = try APIShapeTests.at("paths")
        #expect(Set(paths.keys) == Set(APIMethod.allCases.map { "/api/\($0.rawValue)" }))
        for (path, item) in paths {
            let post = try #require((item as? [String: Any])?["post"] as? [String: Any])
            #expect(post["operationId"] as? String == String(path.dropFirst("/api/".count)))
        }
    }

    /// A body that the method takes.
    private func body(_ method: APIMethod) -> [String: Any] {
        switch method {
        case .publish: ["channel": "a", "data": 1]
        case .broadcast: ["channels": ["a"], "data": 1]
        case .subscribe, .unsubscribe: ["user": "7", "channel": "a"]
        case .disconnect, .refresh: ["user": "7"]
        case .presence, .presenceStatistics, .history, .historyRemove: ["channel": "a"]
        case .channels, .info: [:]
        case .call: ["method": "x"]
        case .batch: ["commands": [["info": [:]]]]
        }
    }

    private func call(_ method: APIMethod, _ body: [String: Any]) throws -> [String: Any] {
        let text = try JSONSerialization.data(withJSONObject: body)
        return try APICaller().call(method.rawValue, Array(text))
    }

    /// A value of another kind, and one of the right kind.
    private func values(_ kind: APIKind) -> (wrong: Any?, right: Any) {
        switch kind {
        case .string: (7, "")
        case .boolean: ("true", false)
        case .integer: ("1", 0)
        case .any: (nil, ["x": 1])
        case .list(.shape): (["x": 1], [[:]])
        case .list: ("a", ["a"])
        case .map: ([1], [:])
        case .shape: ([1], [:])
        }
    }

    @Test("each member it tells is read: of another kind it is refused by its name", arguments: APIMethod.allCases)
    func members(_ method: APIMethod) throws {
        for member in method.shape.request {
            guard let wrong = values(member.kind).wrong else { continue }
            var body = body(method)
            body[member.name] = wrong
            let answer = try call(method, body)
            let error = try #require(answer["error"] as? [String: Any], "\(member.name): \(answer)")
            #expect(error["code"] as? Int == 107)
            let message = error["message"] as? String ?? ""
            #expect(message.hasPrefix("bad request: \(member.name) must be "), "\(message)")
        }
    }

    @Test("members of objects inside, too")
    func nestedMembers() throws {
        let places: [(APIMethod, String, String)] = [
            (.subscribe, "recover_since", "StreamPosition"), (.subscribe, "override", "Override"),
            (.disconnect, "disconnect", "Disconnect"), (.history, "since", "StreamPosition"),
        ]
        for (method, name, shape) in places {
            let members = try #require(APIShape.named.first { $0.name == shape }).members
            for member in members {
                var body = body(method)
                body[name] = [member.name: try #require(values(member.kind).wrong)]
                let error = try #require(try call(method, body)["error"] as? [String: Any], "\(name).\(member.name)")
                let message = error["message"] as? String ?? ""
                #expect(message.hasPrefix("bad request: \(name).\(member.name) must be "), "\(message)")
            }
        }
    }

    @Test("what it calls required is needed, and nothing else is", arguments: APIMethod.allCases)
    func required(_ method: APIMethod) throws {
        let needed = method.shape.request.filter(\.isRequired).map(\.name)
        #expect(Set(needed) == Set(body(method).keys))
        for name in needed {
            var body = body(method)
            body[name] = nil
            // An empty batch is one, too.
            guard method != .batch else { continue }
            let error = try #require(try call(method, body)["error"] as? [String: Any], "\(name)")
            #expect((error["message"] as? String)?.contains("\(name) is missing") == true, "\(error)")
        }
    }

    @Test("whatever a case of Fixtures/api sends or hears is told in it")
    func cases() throws {
        for fixture in Fixture.load("api/calls.jsonl") where fixture.id.hasPrefix("accept-") {
            guard fixture.id != "accept-publish-unknown-member" else { continue }
            let method = try #require(APIMethod((fixture.json["call"] as? String ?? "").utf8))
            let body = try #require(fixture.json["body"] as? String)
            let sent = try #require(FakeRooms.json(Array(body.utf8)) as? [String: Any])
            #expect(Set(sent.keys).isSubset(of: method.shape.request.map(\.name)), "\(fixture.id)")
            let answer = try #require(fixture.json["expect"] as? [String: Any])
            let result = method == .batch ? answer : try #require(answer["result"] as? [String: Any])
            #expect(Set(result.keys).isSubset(of: method.shape.result.map(\.name)), "\(fixture.id)")
            let needed = method.shape.result.filter(\.isRequired).map(\.name)
            #expect(Set(needed).isSubset(of: result.keys), "\(fixture.id)")
        }
    }

    @Test("every shape it names is there")
    func references() throws {
        let schemas = try APIShapeTests.at("components", "schemas")
        let text = String(decoding: OpenAPIDocument.bytes, as: UTF8.self)
        let parts = text.components(separatedBy: "\"$ref\":\"#/components/schemas/").dropFirst()
        #expect(parts.count >= 50)
        for part in parts {
            let name = String(part.prefix { $0 != "\"" })
            #expect(schemas[name] != nil, "\(name)")
        }
    }
}
