// Somebody at a door, before it opens.

import WSProtocol

/// A valid handshake, and who comes through which door.
struct DoorRequest {
    let upgrade: UpgradeRequest
    let door: Door
    let channel: ChannelName?
    let form: WireForm
    let clientID: String
    /// The offered one that is named in the answer.
    var subprotocol: String?
    /// At the protocol door.
    var chat: ChatRequest?
    /// Whose token has opened another door.
    var access: DoorAccess?
}
