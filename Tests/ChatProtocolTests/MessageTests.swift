// Both encodings of every message, held against the message module of another implementation.
import ChatProtocol
import Foundation
import TestSupport
import Testing

@Suite("Messages of the client protocol")
struct MessageTests {
    private func commands(_ frame: [UInt8], _ encoding: ChatEncoding) throws -> [NSDictionary] {
        var reader = CommandReader(frame, encoding)
        var commands: [NSDictionary] = []
        while let command = try reader.next() { commands.append(command.dump) }
        return commands
    }

    @Test("a client's message means the same in JSON and in Protobuf", arguments: Fixture.load("chat/commands.jsonl"))
    func commands(_ fixture: Fixture) throws {
        let text = Array(try #require(fixture.json["json"] as? String).utf8)
        let bytes = try #require(fixture.bytes("protobuf"))
        let expected = try #require(try jsonObject(text))
        #expect(try commands(text, .json) == [expected])
        #expect(try commands(bytes, .protobuf) == [expected])
        // Several in one frame, with the line end that is allowed behind the last.
        #expect(try commands(text + [0x0A] + text + [0x0A], .json) == [expected, expected])
        #expect(try commands(bytes + bytes, .protobuf) == [expected, expected])
    }

    @Test("every beginning of a message is refused, none traps", arguments: Fixture.load("chat/commands.jsonl"))
    func beginnings(_ fixture: Fixture) throws {
        let text = Array(try #require(fixture.json["json"] as? String).utf8)
        for count in 0..<text.count {
            #expect(throws: MessageError.self, "\(count)") { try commands(Array(text[..<count]), .json) }
        }
        let bytes = try #require(fixture.bytes("protobuf"))
        for count in 0..<bytes.count {
            #expect(throws: MessageError.self, "\(count)") { try commands(Array(bytes[..<count]), .protobuf) }
        }
    }

    @Test("a server's message is written as another program writes it", arguments: Fixture.load("chat/messages.jsonl"))
    func messages(_ fixture: Fixture) throws {
        let text = Array(try #require(fixture.json["json"] as? String).utf8)
        let members = try #require(try jsonObject(text) as? Members)
        let message = try ServerMessage(members)
        var json: [UInt8] = []
        ChatEncoding.json.append(message, to: &json)
        #expect(try jsonObject(json) == members as NSDictionary)
        #expect(!json.contains(0x0A))
        var protobuf: [UInt8] = []
        ChatEncoding.protobuf.append(message, to: &protobuf)
        #expect(protobuf == fixture.bytes("protobuf"))
        // A second one in the same frame.
        ChatEncoding.json.append(message, to: &json)
        #expect(json.split(separator: 0x0A).count == 2)
        ChatEncoding.protobuf.append(message, to: &protobuf)
        #expect(protobuf == fixture.bytes("protobuf").map { $0 + $0 })
    }

    @Test("a frame that is no commands is refused where it breaks", arguments: Fixture.load("chat/frames.jsonl"))
    func frames(_ fixture: Fixture) throws {
        let encoding: ChatEncoding = fixture.json["encoding"] as? String == "json" ? .json : .protobuf
        var reader = CommandReader(try #require(fixture.bytes("wire")), encoding)
        var read: [NSDictionary] = []
        var failure: MessageError?
        do {
            while let command = try reader.next() { read.append(command.dump) }
        } catch {
            failure = error
        }
        #expect(read == fixture.json["expect"] as? [NSDictionary] ?? [])
        #expect(failure?.word == fixture.json["error"] as? String)
    }

    @Test("what has no id is a pong, unless it sends")
    func pongs() throws {
        func isPong(_ text: String) throws -> Bool {
            var reader = CommandReader(Array(text.utf8), .json)
            return try #require(try reader.next()).isPong
        }
        #expect(try isPong("{}"))
        #expect(try isPong(#"{"what":"ever","publish":{"channel":"a"}}"#))
        #expect(try !isPong(#"{"send":{"data":1}}"#))
        #expect(try !isPong(#"{"id":1}"#))
    }
}

extension MessageError {
    /// The word of the fixtures.
    fileprivate var word: String {
        switch rule {
        case .notJSON: "json"
        case .wrongType: "type"
        case .outOfRange: "range"
        case .notUTF8: "utf8"
        case .cut: "cut"
        case .badTag: "tag"
        case .tooDeep: "too-deep"
        case .tooManyEntries: "too-many"
        case .empty: "empty"
        }
    }
}
