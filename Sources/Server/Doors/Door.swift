// The ways into the server for WebSockets. What a client says there and hears there is the door's wire; everything behind is one path.

enum Door: UInt8 {
    /// Not a WebSocket yet.
    case none
    /// `/ws/{client_id}`: the tutorial's wire, text only.
    case plain
    /// `/relay/{channel}`: a channel byte for byte.
    case relay
    /// `/echo`: every message comes back.
    case echo
    /// `/connection/websocket`: the client protocol.
    case chat
}
