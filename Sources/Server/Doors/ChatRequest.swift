// How a client comes through the protocol door: which encoding it asks for, and how (client protocol, transport).

import ChatProtocol
import WSProtocol

struct ChatRequest: Sendable {
    let encoding: ChatEncoding
    /// WebSocket pings instead of the protocol's.
    let usesFramePings: Bool
    /// Of the Authorization field; empty: none.
    let token: String

    /// The offered subprotocol that we speak.
    static func subprotocol(_ upgrade: UpgradeRequest) -> String? {
        upgrade.subprotocols.first { $0 == "centrifuge-json" || $0 == "centrifuge-protobuf" }
    }

    /// Unknown parameters are ignored. `known`: of `subprotocol`.
    init(_ head: RequestHead, _ known: String?) throws(HTTPRefusal) {
        let query = try head.queryItems()
        let names = query.values(of: "format") + query.values(of: "cf_protocol")
        let asksForProtobuf = known.map { $0 == "centrifuge-protobuf" } ?? names.contains("protobuf")
        encoding = asksForProtobuf ? .protobuf : .json
        usesFramePings = query.values(of: "cf_ws_frame_ping_pong").contains("true")
        token = try BearerToken.inField(head) ?? ""
        // Passed over, whoever sent it would be somebody else than it believes.
        guard try BearerToken(head) == nil || !token.isEmpty else {
            throw HTTPRefusal(
                .badRequest,
                "At this door a token stands in the connect command or in Authorization, not in the address or as a subprotocol."
            )
        }
    }
}
