// How the messages of a client of the plain door begin. Who speaks often speaks with the same beginning: it is kept from receive to receive.

struct PlainBeginning {
    private var speaker: Sender?
    private var bytes: [UInt8] = []

    /// `Client #42 says: `
    mutating func of(_ clientID: @autoclosure () -> String, _ sender: Sender) -> [UInt8] {
        guard speaker != sender else { return bytes }
        bytes.removeAll(keepingCapacity: true)
        PlainDoor.beginSaying(clientID(), into: &bytes)
        speaker = sender
        return bytes
    }

    /// A client has left: its number may be given to the next connection.
    mutating func forget() { speaker = nil }
}
