// Whole small files of the system (/proc, /sys, /etc), read at once.
import Glibc

package enum SmallFile {
    /// The text of a file of at most `bytesMax`; nil when it cannot be read. Not for a loop: a disk may make it wait.
    package static func read(_ path: String, bytesMax: Int = 1 << 20) -> String? {
        (try? bytes(path, bytesMax: bytesMax)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a file, or why they cannot be read. Of a longer file a few more than `bytesMax` come: enough to see that it is longer.
    package static func bytes(_ path: String, bytesMax: Int) throws(SystemError) -> [UInt8] {
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("open the file") }
        defer { Socket.close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while bytes.count <= bytesMax {
            let count = unsafe Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
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
