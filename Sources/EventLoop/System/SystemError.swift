// What the kernel refused, in words for a person: "connect to 127.0.0.1:6379: Connection refused".
import Glibc

/// A system call that failed: what was tried, and the kernel's number for why not.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// What was tried, as the beginning of a sentence: `connect to 127.0.0.1:6379`.
    package var operation: String
    /// The number of the kernel, such as `ECONNREFUSED`.
    package var errno: Int32

    package init(operation: String, errno: Int32) {
        self.operation = operation
        self.errno = errno
    }

    /// The failure of the call that was just made on this thread.
    static func last(_ operation: String) -> SystemError {
        SystemError(operation: operation, errno: Glibc.errno)
    }

    /// The reason alone: `Connection refused`.
    package var reason: String {
        // strerror may share a buffer between threads; strerror_r writes into ours. 128 bytes hold every text of glibc.
        var text = [CChar](repeating: 0, count: 128)
        guard unsafe strerror_r(errno, &text, text.count) == 0 else { return "error \(errno)" }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var description: String { "\(operation): \(reason)" }

    /// The address is taken by another program (`--listen` on a port in use).
    package var isAddressInUse: Bool { errno == EADDRINUSE }
    /// The process or the machine has no descriptor left.
    package var isOutOfDescriptors: Bool { errno == EMFILE || errno == ENFILE }
    /// There is nothing at the path.
    package var isMissing: Bool { errno == ENOENT }
    /// The other side went away, the everyday end of a connection: worth a counter, not a line in the log.
    package var isPeerGone: Bool {
        switch errno {
        case ECONNRESET, EPIPE, ENOTCONN, ECONNABORTED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH, ENETDOWN: true
        default: false
        }
    }
}
