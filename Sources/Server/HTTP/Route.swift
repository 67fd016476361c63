// What a request comes to: an answer, or a WebSocket behind one of the doors.

import WSProtocol

enum Route {
    case answer(HTTPResponse)
    case open(DoorRequest)
}

/// A valid handshake, and who comes through which door.
struct DoorRequest {
    let upgrade: UpgradeRequest
    let door: Door
    let channel: ChannelName?
    let form: WireForm
    let clientID: String
    /// At the protocol door.
    var chat: ChatRequest?
}
