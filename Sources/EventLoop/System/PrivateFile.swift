// Files that hold secrets of an operator: read together with their rights, and replaced as a whole, so that nobody ever reads a half one and a
// crash leaves the old one or the new one.
import Glibc

package enum PrivateFile {
    /// What the file is now.
    package static func mark(_ path: String) throws(SystemError) -> FileMark {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw SystemError.last("look at the file") }
        return FileMark(status)
    }

    /// The bytes, and what the file was before they were read. Of a longer file a few more than `bytesMax` come: enough to see that it is longer.
    package static func read(
        _ path: String, bytesMax: Int, patience: Int32 = 10_000
    ) throws(SystemError) -> (bytes: [UInt8], mark: FileMark) {
        let descriptor = try SmallFile.open(path)
        defer { Socket.close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw SystemError.last("look at the file") }
        let bytes = try SmallFile.bytes(of: descriptor, bytesMax: bytesMax, patience: patience)
        return (bytes, FileMark(status))
    }

    /// Puts a file with these bytes and mode 0600 in the place of the one at `path`, or where none is yet. A symbolic link stays one, and the owner
    /// stays who it was: what an administrator changes, the service can still read.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        let place = target(of: path)
        let temporary = place + ".new-" + String(Random.word(), radix: 16)
        let descriptor = unsafe Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError.last("make a file beside it") }
        do throws(SystemError) {
            defer { Socket.close(descriptor) }
            try keepOwner(of: place, descriptor)
            try write(bytes, to: descriptor)
            guard fsync(descriptor) == 0 else { throw SystemError.last("write the file") }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        guard unsafe rename(temporary, place) == 0 else {
            let error = SystemError.last("replace the file")
            _ = unsafe unlink(temporary)
            throw error
        }
        syncFolder(of: place)
    }

    /// Runs `body` while no other program of ours changes files in the folder of `path`; ends with EWOULDBLOCK when that lasts for seconds.
    package static func withFolderLocked<Result, Failure: Error>(
        of path: String, orElse failure: (SystemError) -> Failure, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let descriptor = unsafe Glibc.open(folder(of: target(of: path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(SystemError.last("open its folder")) }
        // Closing gives the lock back, and so does a crash.
        defer { Socket.close(descriptor) }
        var tries = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            tries += 1
            guard errno == EWOULDBLOCK || errno == EINTR, tries < 100 else {
                throw failure(SystemError.last("wait for another program that changes it"))
            }
            Threads.sleep(milliseconds: 50)
        }
        return try body()
    }

    /// Where a symbolic link leads; the path itself when nothing is there.
    private static func target(of path: String) -> String {
        guard let resolved = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(resolved) }
        // realpath(3) gives a text that ends with a zero byte.
        return unsafe String(cString: resolved)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func keepOwner(of path: String, _ descriptor: Int32) throws(SystemError) {
        guard fchmod(descriptor, 0o600) == 0 else { throw SystemError.last("set the rights of the file") }
        var old = stat()
        var new = stat()
        guard unsafe stat(path, &old) == 0, unsafe fstat(descriptor, &new) == 0,
            old.st_uid != new.st_uid || old.st_gid != new.st_gid
        else { return }
        guard fchown(descriptor, old.st_uid, old.st_gid) == 0 else { throw SystemError.last("keep the file's owner") }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(SystemError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // The kernel reads at most what is left of the array.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw SystemError.last("write the file")
            }
        }
    }

    /// So that the new name outlives a crash of the machine; where a file system cannot, it is as good as it gets.
    private static func syncFolder(of path: String) {
        let descriptor = unsafe Glibc.open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        Socket.close(descriptor)
    }
}
