// What a valid opening handshake asks for (RFC 6455 §4.1). The head is kept as it came; texts are made of it when somebody asks, so a
// handshake without subprotocols and extensions that matter costs none.

/// A handshake that is valid: what the answer needs and what the client offers.
package struct UpgradeRequest: Sendable {
    /// The client's key, as it was sent: 16 bytes in Base64.
    package let key: InlineArray<24, UInt8>
    private let fields: HeaderFields

    /// `fields` were checked by `ServerHandshake`.
    init(key: InlineArray<24, UInt8>, fields: HeaderFields) {
        self.key = key
        self.fields = fields
    }

    /// The subprotocols the client offers, in its order of preference.
    package var subprotocols: [String] { fields.elements(of: .secWebSocketProtocol) }

    /// The values of all Sec-WebSocket-Extensions fields, as they were sent.
    package var extensions: [String] { fields.values(of: .secWebSocketExtensions) }

    /// The extensions they offer, in the client's order of preference.
    package var offers: [ExtensionElement] { ExtensionList.parse(extensions) ?? [] }
}
