// The mailboxes of a node's loops, by worker. Each worker takes the whole list once, before its loop runs; this lock is not
// touched while they do.

import EventLoop

final class PostOffice: Sendable {
    /// Filled before the threads start, in the order of the workers.
    private let mailboxes = Lock<[Mailbox<Mail>]>([])

    func add(_ mailbox: Mailbox<Mail>) { mailboxes.withLock { $0.append(mailbox) } }
    var all: [Mailbox<Mail>] { mailboxes.withLock { $0 } }
}
