// What accept came to, sorted by what the listener has to do. A pure function of errno: accept(2) on Linux also reports
// errors of the *new* connection, which must never stop the listener (row E2 of the fault list).
import Glibc

/// What taking one waiting connection came to.
package enum AcceptResult: Hashable, Sendable {
    /// A descriptor of ours now, and who called.
    case accepted(Int32, SocketAddress)
    /// Nobody waits any more.
    case wouldBlock
    /// That one caller is gone before we came; the next may be there.
    case callerGone(SystemError)
    /// No descriptor or no memory for it: the caller still waits, so asking again at once would spin.
    case outOfDescriptors(SystemError)
    case outOfMemory(SystemError)
    /// The listener itself is of no use any more; only a mistake of ours leads here.
    case broken(SystemError)

    package static func ofFailure(_ number: Int32) -> AcceptResult {
        let error = SystemError(operation: "accept a connection", errno: number)
        switch number {
        case EAGAIN, EWOULDBLOCK: return .wouldBlock
        case EMFILE, ENFILE: return .outOfDescriptors(error)
        case ENOBUFS, ENOMEM: return .outOfMemory(error)
        case EBADF, EINVAL, ENOTSOCK, EFAULT: return .broken(error)
        // ECONNABORTED, EINTR, EPERM (a firewall) and the pending network errors of accept(2): EPROTO, ENETDOWN, …
        default: return .callerGone(error)
        }
    }
}
