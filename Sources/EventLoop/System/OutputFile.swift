// Files that a program writes as its result: whole or not at all is the caller's to check, by what is thrown.
import Glibc

package enum OutputFile {
    /// Writes a file anew. Not for a loop: a disk may make it wait.
    package static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError.last("write \(path)") }
        defer { Socket.close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw SystemError.last("write \(path)")
            }
        }
    }
}
