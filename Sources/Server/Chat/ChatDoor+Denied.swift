// Who was let in at the protocol door and is denied since.

import ChatProtocol

extension ChatDoor {
    /// Closes everybody who is on the deny list now.
    func closeDenied() {
        for slot in table.slotsInUse where table[slot].phase == .open {
            guard let chat = table[slot].chat, chat.state != .refused,
                desk.isRevoked(user: chat.user, tokenIdentifier: chat.tokenIdentifier)
            else { continue }
            disconnect(slot, .forceDisconnect)
        }
    }
}
