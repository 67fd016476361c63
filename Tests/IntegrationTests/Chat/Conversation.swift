// A conversation of a fixture held with a real node: what clients send, what they must hear, in this order and nothing else.
import Foundation
import TestSupport
import Testing

/// One step is a list: `["open", client]`, `[client + " >", command, …]` (all in one frame; a text is sent as it is),
/// `[client + " <", message, …]`, `[client + " closed", code, reason]`, `["post", path, body, answer]`,
/// `["stop"]` (the node, with SIGTERM).
/// In what is expected a text that begins with `$` stands for any value, the same one each time; in what is sent for that value.
final class Conversation {
    private let node: RookeryServer
    private var clients: [String: TestWebSocket] = [:]
    private var heard: [String: [Any]] = [:]
    private var values: [String: Any] = [:]

    init(_ node: RookeryServer) { self.node = node }

    func hold(_ steps: [[Any]]) throws {
        for (index, step) in steps.enumerated() {
            guard let words = step.first as? String else { throw KitError("step \(index) has no name") }
            let rest = Array(step.dropFirst())
            let parts = words.split(separator: " ").map(String.init)
            let place = "step \(index), \(words)"
            if words == "open", let name = rest.first as? String {
                let query = rest.count > 1 ? rest[1] as? String ?? "" : ""
                clients[name] = try TestWebSocket(node.webSocketURL("/connection/websocket" + query))
            } else if words == "wait", let seconds = rest.first as? Double {
                Thread.sleep(forTimeInterval: seconds)
            } else if words == "drop", let name = rest.first as? String {
                clients[name]?.socket.close()
            } else if words == "post" {
                try post(rest, place)
            } else if words == "stop" {
                node.process.kill(SIGTERM)
            } else if parts.count == 2, let client = clients[parts[0]] {
                switch parts[1] {
                case ">": try client.sendText(rest.map(line).joined(separator: "\n"))
                case "<": for message in rest { try expect(message, from: client, parts[0], place) }
                case "closed": try expectClose(rest, from: client, place)
                default: throw KitError("\(place): no such step")
                }
            } else {
                throw KitError("\(place): no such step")
            }
        }
    }

    private func line(_ command: Any) throws -> String {
        if let text = command as? String { return text }
        return String(decoding: try JSONSerialization.data(withJSONObject: try filled(command)), as: UTF8.self)
    }

    /// With the values heard before.
    private func filled(_ value: Any) throws -> Any {
        switch value {
        case let text as String where text.hasPrefix("$"): values[text] ?? text
        case let list as [Any]: try list.map(filled)
        case let object as [String: Any] where object.count == 1 && object["$token"] != nil:
            try ConversationToken.sign(object["$token"] as? [String: Any] ?? [:])
        case let object as [String: Any]: try ConversationToken.date(object) ?? object.mapValues(filled)
        default: value
        }
    }

    private func expect(_ message: Any, from client: TestWebSocket, _ name: String, _ place: String) throws {
        while heard[name, default: []].isEmpty {
            switch try client.receive() {
            case .text(let text):
                for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
                    heard[name, default: []].append(try JSONSerialization.jsonObject(with: Data(line.utf8)))
                }
            case let other: throw KitError("\(place): expected \(message), came \(other)")
            }
        }
        let came = heard[name]!.removeFirst()
        if !matches(message, came) { throw KitError("\(place):\nexpected \(message)\ncame     \(came)") }
    }

    private func expectClose(_ expected: [Any], from client: TestWebSocket, _ place: String) throws {
        guard case .close(let code, let reason) = try client.receive() else {
            throw KitError("\(place): the connection is not closed")
        }
        if code != expected.first as? Int || expected.count > 1 && reason != expected[1] as? String {
            throw KitError("\(place): expected \(expected), came \(code ?? 0) \(reason)")
        }
    }

    private func matches(_ expected: Any, _ came: Any) -> Bool {
        switch (expected, came) {
        case (let text as String, _) where text.hasPrefix("$"):
            if text == "$any" { return true }
            guard let known = values[text] else {
                values[text] = came
                return true
            }
            return matches(known, came)
        case (let left as [Any], let right as [Any]):
            return left.count == right.count && zip(left, right).allSatisfy(matches)
        case (let left as [String: Any], let right as [String: Any]):
            // Names may stand for values, too.
            guard left.count == right.count else { return false }
            return left.allSatisfy { name, value in
                let name = name.hasPrefix("$") ? values[name] as? String ?? name : name
                return right[name].map { matches(value, $0) } ?? false
            }
        case (let left as NSNumber, let right as NSNumber): return left == right && isBoolean(left) == isBoolean(right)
        case (let left as String, let right as String): return left == right
        case (is NSNull, is NSNull): return true
        default: return false
        }
    }

    private func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }

    private func post(_ rest: [Any], _ place: String) throws {
        guard rest.count == 3, let path = rest[0] as? String else { throw KitError("\(place): path, body, answer") }
        let body = try line(rest[1])
        let answer = try RawHTTP.get(
            path, port: node.port, method: "POST", headers: ["X-API-Key: key-of-the-tests"], body: body)
        let came = try JSONSerialization.jsonObject(with: Data(answer.body))
        if !matches(rest[2], came) { throw KitError("\(place):\nexpected \(rest[2])\ncame     \(came)") }
    }
}
