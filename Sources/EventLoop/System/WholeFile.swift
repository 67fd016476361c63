// Whole files that a person names: results to be read, reports to be written. A file that cannot be read or written is told with
// the kernel's reason, because the person will want to mend it.
import Glibc

package enum WholeFile {
    /// The bytes of a file, at most `bytesMax` of them: a larger one is EFBIG. Not for a loop: a disk may make it wait.
    package static func read(_ path: String, bytesMax: Int) throws(SystemError) -> [UInt8] {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("open \(path)") }
        defer { Socket.close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError.last("read \(path)") }
            if count == 0 { return bytes }
            guard bytes.count + count <= bytesMax else {
                throw SystemError(operation: "read \(path), more than \(bytesMax) bytes", errno: EFBIG)
            }
            bytes.append(contentsOf: piece[..<count])
        }
    }

    /// Writes a file anew, all of it. After an error it may hold a part.
    package static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw SystemError.last("open \(path) for writing") }
        defer { Socket.close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            // The kernel reads at most what is left of the array.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw SystemError.last("write \(path)")
            }
        }
    }
}
