/// A handshake that is valid: what the answer needs and what the client offers.
package struct UpgradeRequest: Sendable {
    /// The client's key, as it was sent: 16 bytes in Base64.
    package let key: InlineArray<24, UInt8>
    /// The subprotocols the client offers, in its order of preference.
    package let subprotocols: [String]
    /// The values of all Sec-WebSocket-Extensions fields, as they were sent.
    package let extensions: [String]
    /// The extensions they offer, in the client's order of preference.
    package let offers: [ExtensionElement]
}
