// Reads the members of the cases in Fixtures/ws.
import Testing
import TestSupport
import WSProtocol

extension Fixture {
    var role: Role { json["role"] as? String == "client" ? .client : .server }

    var wsLimits: WSLimits {
        var limits = WSLimits()
        let given = json["limits"] as? [String: Int] ?? [:]
        if let bytes = given["message"] { limits.messageBytesMax = bytes }
        if let count = given["fragments"] { limits.fragmentCountMax = count }
        return limits
    }

    /// What was agreed on; absent members have the values of RFC 7692 §7.1.
    var deflate: PermessageDeflate? { (json["deflate"] as? [String: Any]).map(Fixture.deflate) }

    static func deflate(_ json: [String: Any]) -> PermessageDeflate {
        PermessageDeflate(
            serverNoContextTakeover: json["server_no_context_takeover"] as? Bool ?? false,
            clientNoContextTakeover: json["client_no_context_takeover"] as? Bool ?? false,
            serverMaxWindowBits: (json["server_max_window_bits"] as? Int).map(UInt8.init) ?? 15,
            clientMaxWindowBits: (json["client_max_window_bits"] as? Int).map(UInt8.init) ?? 15)
    }

    /// The events of `expect`, or of `before` and then the failure.
    var heard: [Heard] {
        let events = (json["expect"] ?? json["before"]) as? [[String: Any]] ?? []
        let failure = (json["error"] as? Int).map { [Heard.failed(UInt16($0))] } ?? []
        return events.map(Fixture.heard) + failure
    }

    static func heard(_ event: [String: Any]) -> Heard {
        if let text = event["text"] as? String { return .text(text) }
        if let hex = event["text"] { return .text(String(decoding: bytes(from: hex)!, as: UTF8.self)) }
        if let hex = event["binary"] { return .binary(bytes(from: hex)!) }
        if let hex = event["ping"] { return .ping(bytes(from: hex)!) }
        if let hex = event["pong"] { return .pong(bytes(from: hex)!) }
        if let code = event["failed"] as? Int { return .failed(UInt16(code)) }
        return .close((event["close"] as? Int).map(UInt16.init), event["reason"] as? String ?? "")
    }
}
