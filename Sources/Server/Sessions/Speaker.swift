// Who sends the frames of one receive: what does not change while they are read, looked up once for all of them.

struct Speaker {
    let sender: Sender
    let door: Door
    /// The hub's number of the channel the connection follows.
    let channel: UInt32

    init(_ connection: borrowing Connection, _ sender: Sender) {
        self.sender = sender
        door = connection.door
        channel = connection.channel
    }
}
