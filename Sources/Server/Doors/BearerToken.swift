// A token as it comes with a handshake (RFC 6750 §2.1, §2.3): in the field Authorization, or in the query, where browsers must put it and proxies
// write it into their logs. Nothing that describes it shows it.

import WSProtocol

struct BearerToken: Sendable {
    let text: String
    /// It stood in the target, and may be in logs on the way.
    let isInQuery: Bool

    /// Nil: there is none. RFC 6750 §2 — a request has one at most.
    init?(_ head: RequestHead) throws(HTTPRefusal) {
        let field = try BearerToken.inField(head)
        let item = head.query == nil ? nil : try head.queryItems().value(of: "token")
        guard field == nil || item == nil else {
            throw HTTPRefusal(.badRequest, "There is a token in Authorization and one in the query; send one of them.")
        }
        guard let text = field ?? item else { return nil }
        self.text = text
        isInQuery = item != nil
    }

    /// Of `Authorization: Bearer`; other schemes are of proxies and mean nothing here.
    static func inField(_ head: RequestHead) throws(HTTPRefusal) -> String? {
        let values = head.fields.values(of: .authorization)
        guard let value = values.first else { return nil }
        guard values.count == 1 else {
            throw HTTPRefusal(.badRequest, "Authorization stands there twice; send it once.")
        }
        let parts = value.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard String(parts[0]).map({ $0.lowercased() == "bearer" }) ?? false else { return nil }
        let rest = parts.count > 1 ? parts[1].drop { $0 == UInt8(ascii: " ") } : parts[0][parts[0].endIndex...]
        return String(rest) ?? ""
    }

    /// RFC 6750 §3 — 401 names the scheme, and an error only where a token was sent.
    static func refusal(_ reason: String, isMissing: Bool = false) -> HTTPRefusal {
        let challenge = isMissing ? "Bearer" : "Bearer error=\"invalid_token\""
        return HTTPRefusal(.unauthorized, reason, headers: [HTTPField("WWW-Authenticate", challenge)])
    }
}

extension BearerToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "(hidden)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
