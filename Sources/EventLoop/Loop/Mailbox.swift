// Messages for a loop from other threads. One lock for a batch; the loop is woken only by the batch that finds the box empty.
// Public and inlinable so that each element type is specialised where it is used; everything else of this room is `package`.

/// A queue into a loop. Several threads may post, one loop drains.
public final class Mailbox<Message: Sendable>: Sendable {
    @usableFromInline let messages = Lock<[Message]>([])
    @usableFromInline let wake: @Sendable () -> Void

    /// `wake` is called after a batch was put into an empty box.
    @inlinable
    public init(wake: @escaping @Sendable () -> Void) {
        self.wake = wake
    }

    /// Appends `batch` in its order. Post once per turn, not once per message.
    @inlinable
    public func post(_ batch: [Message]) {
        guard !batch.isEmpty else { return }
        let wasEmpty = messages.withLock { messages in
            let wasEmpty = messages.isEmpty
            if wasEmpty { messages = batch } else { messages.append(contentsOf: batch) }
            return wasEmpty
        }
        if wasEmpty { wake() }
    }

    /// Appends one message.
    @inlinable
    public func post(_ message: Message) { post([message]) }

    /// Takes everything, oldest first.
    @inlinable
    public func drain() -> [Message] {
        messages.withLock { messages in
            let taken = messages
            messages = []
            return taken
        }
    }
}

extension Mailbox {
    /// A mailbox whose first message rings `wakeup`; drain it in a handler of `EventLoop.onWakeup`.
    package convenience init(wakeup: Wakeup) {
        self.init { wakeup.signal() }
    }
}
