// Makes the publications of the plain door in one buffer of its own, so that a message needs no memory. Who speaks often speaks with
// the same beginning: it is kept from message to message.

final class PlainLine {
    /// As long as the longest line so far; what stands behind a line's end is left from others.
    private var bytes = [UInt8](repeating: 0, count: 1_024)
    /// Whose beginning stands there, and how long it is.
    private var speaker: Sender?
    private var beginning = 0

    /// `Client #42 says: hi`, lent to `publish`.
    func says(
        _ clientID: @autoclosure () -> String, _ sender: Sender, _ text: Span<UInt8>, _ publish: (Span<UInt8>) -> Void
    ) {
        var bytes = takeBytes()
        if speaker != sender {
            var start: [UInt8] = []
            PlainDoor.beginSaying(clientID(), into: &start)
            beginning = start.count
            speaker = sender
            makeRoom(beginning, in: &bytes)
            bytes.overwrite(at: 0, copying: start.span)
        }
        let count = beginning + text.count
        makeRoom(count, in: &bytes)
        bytes.overwrite(at: beginning, copying: text)
        publish(bytes.span.extracting(first: count))
        swap(&self.bytes, &bytes)
    }

    /// `Client #42 left the chat`, lent to `publish`.
    func left(_ clientID: String, _ publish: (Span<UInt8>) -> Void) {
        // Its number may be given to the next connection.
        speaker = nil
        var line: [UInt8] = []
        PlainDoor.left(clientID, into: &line)
        publish(line.span)
    }

    private func makeRoom(_ count: Int, in bytes: inout [UInt8]) {
        if bytes.count < count { bytes += [UInt8](repeating: 0, count: max(count, 2 * bytes.count) - bytes.count) }
    }

    /// A span of an array that stands in an object could outlive it: it is lent from a variable.
    private func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }
}
