// How a client comes through the protocol door: which encoding it asks for, and how (client protocol, transport).

import ChatProtocol
import WSProtocol

struct ChatRequest: Sendable {
    let encoding: ChatEncoding
    /// The offered one that we speak, to be named in the answer.
    let subprotocol: String?
    /// WebSocket pings instead of the protocol's.
    let usesFramePings: Bool
    /// Of the Authorization field; empty: none.
    let token: String

    /// Unknown subprotocols and parameters are ignored.
    init(_ head: RequestHead, _ upgrade: UpgradeRequest) throws(HTTPRefusal) {
        let query = try head.queryItems()
        let known = upgrade.subprotocols.first { $0 == "centrifuge-json" || $0 == "centrifuge-protobuf" }
        let names = query.values(of: "format") + query.values(of: "cf_protocol")
        let asksForProtobuf = known.map { $0 == "centrifuge-protobuf" } ?? names.contains("protobuf")
        encoding = asksForProtobuf ? .protobuf : .json
        subprotocol = known
        usesFramePings = query.values(of: "cf_ws_frame_ping_pong").contains("true")
        token = try BearerToken.inField(head) ?? ""
    }
}
