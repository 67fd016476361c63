// A token as it comes with a handshake (RFC 6750 §2.1, §2.3): in the field Authorization; or, for browsers cannot send that, as an offered
// subprotocol (`rookery`, `rookery.token.TOKEN`), which no log on the way shows; or in the query, which they do. Nothing that describes a
// token shows it.

import WSProtocol

struct BearerToken: Sendable {
    let text: String
    /// It stood in the target, and may be in logs on the way.
    let isInQuery: Bool

    /// Nil: there is none. RFC 6750 §2 — a request has one at most.
    init?(_ head: RequestHead) throws(HTTPRefusal) {
        let field = try BearerToken.inField(head)
        let item = head.query == nil ? nil : try head.queryItems().value(of: "token")
        let offered = BearerToken.offered(head)
        guard [field, item, offered].count(where: { $0 != nil }) < 2 else {
            throw HTTPRefusal(
                .badRequest,
                "There is more than one token: in Authorization, as a subprotocol or in the query; send one of them.")
        }
        guard let text = field ?? offered ?? item else { return nil }
        self.text = text
        isInQuery = item != nil
    }

    /// What a client that offers a token this way is answered: one of what it offers must be chosen (RFC 6455 §4.1).
    static let subprotocol = "rookery"
    private static let offerPrefix = "rookery.token."

    private static func offered(_ head: RequestHead) -> String? {
        guard head.fields.contains(.secWebSocketProtocol) else { return nil }
        return head.fields.elements(of: .secWebSocketProtocol).first { $0.hasPrefix(offerPrefix) }
            .map { String($0.dropFirst(offerPrefix.count)) }
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
