// Whether a file is still the one that was read: its place, size and times, as the kernel tells them. Asked again and again, so that a change
// is seen without a word from anybody.
import Glibc

/// What changes when a file is written, or another one takes its name.
package struct FileMark: Equatable, Sendable {
    private let device: UInt64
    private let number: UInt64
    private let bytes: Int64
    private let modified: Int64
    private let changed: Int64
    /// The bits of chmod(1).
    package let mode: UInt32

    /// Nobody but its owner may read or write it, and nobody run it.
    package var isPrivate: Bool { mode & ~0o600 == 0 }

    /// Nil: there is no such file, or it may not be looked at.
    package init?(_ path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        number = UInt64(truncatingIfNeeded: status.st_ino)
        bytes = Int64(status.st_size)
        modified = FileMark.nanoseconds(status.st_mtim)
        changed = FileMark.nanoseconds(status.st_ctim)
        mode = UInt32(status.st_mode) & 0o7777
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
