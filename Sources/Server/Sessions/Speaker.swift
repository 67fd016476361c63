// Who sends the frames of one receive: what does not change while they are read, looked up once for all of them.

struct Speaker {
    let sender: Sender
    let door: Door
    /// What it says is published.
    let publishes: Bool
    /// The hub's number of the channel the connection follows.
    let channel: UInt32
    /// Stands before each of its messages.
    let beginning: [UInt8]
    /// It may not publish, for this reason; nil: it may.
    let refusal: String?
    /// What the namespace asks of what it publishes; nil: nothing.
    let rules: NamespaceOptions?
    /// False: the closing handshake has begun, what it still sends is not read as data (RFC 6455 §1.4).
    let isOpen: Bool

    init(
        _ connection: borrowing Connection, _ sender: Sender, beginning: [UInt8], refusal: String? = nil,
        rules: NamespaceOptions? = nil
    ) {
        self.rules = rules
        self.sender = sender
        self.beginning = beginning
        self.refusal = refusal
        door = connection.door
        publishes = door == .plain || door == .relay
        channel = connection.channel
        isOpen = connection.phase == .open
    }
}
