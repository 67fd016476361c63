// Makes the publications of the plain door in one buffer of its own, so that a message needs no memory. Who speaks often speaks with
// the same beginning: it is kept from message to message.

final class PlainLine {
    private var bytes: [UInt8] = []
    /// Whose beginning stands there, and how long it is.
    private var speaker: Sender?
    private var beginning = 0

    /// `Client #42 says: hi`, lent to `publish`.
    func says(_ clientID: String, _ sender: Sender, _ text: Span<UInt8>, _ publish: (Span<UInt8>) -> Void) {
        var bytes = takeBytes()
        if speaker == sender {
            bytes.removeLast(bytes.count - beginning)
        } else {
            bytes.removeAll(keepingCapacity: true)
            PlainDoor.beginSaying(clientID, into: &bytes)
            speaker = sender
            beginning = bytes.count
        }
        bytes.append(copying: text)
        publish(bytes.span)
        swap(&self.bytes, &bytes)
    }

    /// `Client #42 left the chat`, lent to `publish`.
    func left(_ clientID: String, _ publish: (Span<UInt8>) -> Void) {
        speaker = nil
        var bytes = takeBytes()
        bytes.removeAll(keepingCapacity: true)
        PlainDoor.left(clientID, into: &bytes)
        publish(bytes.span)
        swap(&self.bytes, &bytes)
    }

    /// A span of an array that stands in an object could outlive it: it is lent from a variable.
    private func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }
}
