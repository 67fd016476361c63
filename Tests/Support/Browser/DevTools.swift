// The Chrome DevTools Protocol: JSON over one WebSocket. Commands are answered by id; events are kept per tab.
import Foundation

package final class DevTools: @unchecked Sendable {
    private let socket: TestWebSocket
    private var lastID = 0
    private var answers: [Int: [String: Any]] = [:]
    /// Events by session, oldest first, until a tab takes them.
    private var events: [String: [(method: String, parameters: [String: Any])]] = [:]

    package init(_ url: String) throws { socket = try TestWebSocket(url, seconds: 20) }

    /// Sends a command and waits for its result.
    @discardableResult
    package func call(
        _ method: String, _ parameters: [String: Any] = [:], session: String? = nil, seconds: Double = 30
    ) throws -> [String: Any] {
        lastID += 1
        let id = lastID
        var message: [String: Any] = ["id": id, "method": method, "params": parameters]
        if let session { message["sessionId"] = session }
        let data = try JSONSerialization.data(withJSONObject: message)
        try socket.sendText(String(decoding: data, as: UTF8.self))
        let deadline = Deadline(seconds: seconds)
        while answers[id] == nil {
            guard try pump(seconds: deadline.remainingSeconds) else {
                throw KitError("\(method): no answer in \(seconds) s")
            }
        }
        let answer = answers.removeValue(forKey: id)!
        if let error = answer["error"] as? [String: Any] { throw KitError("\(method): \(error["message"] ?? error)") }
        return answer["result"] as? [String: Any] ?? [:]
    }

    /// The events of a session since the last time.
    func takeEvents(_ session: String) throws -> [(method: String, parameters: [String: Any])] {
        while try pump(seconds: 0) {}
        return events.removeValue(forKey: session) ?? []
    }

    /// Receives one message; false when none came in time.
    private func pump(seconds: Double) throws -> Bool {
        guard let event = try socket.receiveIfAny(seconds: seconds) else { return false }
        guard case .text(let text) = event else { throw KitError("DevTools ended: \(event)") }
        guard let message = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw KitError("DevTools said \(text.prefix(200))")
        }
        if let id = message["id"] as? Int {
            answers[id] = message
        } else if let method = message["method"] as? String, let session = message["sessionId"] as? String {
            events[session, default: []].append((method, message["params"] as? [String: Any] ?? [:]))
        }
        return true
    }
}
