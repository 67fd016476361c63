// The wire of the plain-text door, to the letter: programs in other languages share the Redis channel with it.

enum PlainDoor {
    static let channel = ChannelName("chat_channel")
    /// What is added to a client's text, at most.
    static let decorationBytesMax = ClientID.bytesMax + "Client # says: ".utf8.count

    /// `Client #42 says: `, before the client's text.
    static func beginSaying(_ clientID: String, into bytes: inout [UInt8]) {
        bytes.append(contentsOf: "Client #".utf8)
        bytes.append(contentsOf: clientID.utf8)
        bytes.append(contentsOf: " says: ".utf8)
    }

    /// `Client #42 left the chat`
    static func left(_ clientID: String, into bytes: inout [UInt8]) {
        bytes.append(contentsOf: "Client #".utf8)
        bytes.append(contentsOf: clientID.utf8)
        bytes.append(contentsOf: " left the chat".utf8)
    }
}
