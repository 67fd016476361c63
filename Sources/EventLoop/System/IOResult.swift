// What one read or write came to. Interrupted calls (EINTR) are repeated before anyone sees them. The classification is a
// pure function of the kernel's answer, so that tests can play through answers the kernel seldom gives.
import Glibc

/// What one receive or send came to.
package enum IOResult: Hashable, Sendable {
    /// So many bytes were moved, at least one; a send may be short.
    case bytes(Int)
    /// Nothing can be moved now; the loop tells when it can.
    case wouldBlock
    /// The peer has ended its direction; only a receive says so.
    case endOfStream
    /// The connection is of no use any more.
    case failed(SystemError)
}

/// The raw answer of a system call, sorted.
package enum CallVerdict: Hashable, Sendable {
    case moved(Int), again, wouldBlock, failed(Int32)

    /// Sorts `result` of read, recv, send or sendmsg; `errno` counts only when it is negative.
    package static func of(_ result: Int, errno: Int32) -> CallVerdict {
        if result >= 0 { return .moved(result) }
        switch errno {
        case EINTR: return .again
        case EAGAIN, EWOULDBLOCK: return .wouldBlock
        default: return .failed(errno)
        }
    }
}
