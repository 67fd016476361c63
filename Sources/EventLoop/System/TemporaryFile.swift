// A file without a name, for what a started program says.
import Glibc

/// A file in the folder of temporary files, gone when the last descriptor of it is closed. For one owner, who closes it.
package struct TemporaryFile {
    package let descriptor: Int32

    package init() throws(SystemError) {
        let folder = StandardStreams.environment()["TMPDIR"] ?? "/tmp"
        var name = Array("\(folder)/rookery-XXXXXX".utf8CString)
        descriptor = unsafe mkstemp(&name)
        guard descriptor >= 0 else { throw SystemError.last("make a file in \(folder)") }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = unsafe unlink(name)
    }

    /// The last `bytesMax` bytes.
    package func tail(bytesMax: Int) -> String {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: max(0, min(size, bytesMax)))
        // The kernel writes at most the array's length.
        let count = unsafe pread(descriptor, &bytes, bytes.count, max(0, size - bytes.count))
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    package func close() { Socket.close(descriptor) }
}
