// Whole small files of the system (/proc, /sys, /etc), read at once.
import Glibc

package enum SmallFile {
    /// The text of a file of at most `bytesMax`; nil when it cannot be read. Not for a loop: a disk may make it wait.
    package static func read(_ path: String, bytesMax: Int = 1 << 20) -> String? {
        (try? bytes(path, bytesMax: bytesMax)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a file, or why they cannot be read. Of a longer file a few more than `bytesMax` come: enough to see that it is longer. A pipe
    /// (`<(command)` of a shell) is read until its other end closes it; where nobody says anything for `patience` milliseconds that is ETIME.
    package static func bytes(_ path: String, bytesMax: Int, patience: Int32 = 10_000) throws(SystemError) -> [UInt8] {
        let descriptor = try open(path)
        defer { Socket.close(descriptor) }
        return try bytes(of: descriptor, bytesMax: bytesMax, patience: patience)
    }

    /// Without waiting: opening a named pipe would last until somebody writes to it.
    static func open(_ path: String) throws(SystemError) -> Int32 {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemError.last("open the file") }
        return descriptor
    }

    static func bytes(
        of descriptor: Int32, bytesMax: Int, patience: Int32
    ) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= bytesMax {
            // What lies on a disk is always ready; a pipe is when it has bytes or its last writer is gone.
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&state, 1, patience)
            if ready < 0, errno == EINTR { continue }
            guard ready != 0 else {
                throw SystemError(operation: "read the file, into which nobody writes", errno: ETIME)
            }
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else { throw SystemError.last("read the file") }
            if count == 0 { break }
            bytes.append(contentsOf: piece[..<count])
        }
        return bytes
    }

    /// The names in a folder, without those that begin with a point; empty when it cannot be read.
    package static func names(inFolder path: String) -> [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            // d_name ends with a zero byte (readdir(3)).
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name.utf8.first != UInt8(ascii: ".") { names.append(name) }
        }
        return names
    }
}
