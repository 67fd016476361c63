// GNU calls that the Swift import of Glibc leaves out (they stand behind _GNU_SOURCE).
import Glibc

@_extern(c, "pipe2") private func pipe2(_ ends: UnsafeMutablePointer<Int32>, _ flags: Int32) -> Int32

/// Closes every inherited descriptor from `first` on in the started program.
@_extern(c, "posix_spawn_file_actions_addclosefrom_np") @discardableResult
func addCloseFrom(
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ first: Int32
) -> Int32

/// Starts the program in `folder`.
@_extern(c, "posix_spawn_file_actions_addchdir_np") @discardableResult
func addChangeFolder(
    _ actions: UnsafeMutablePointer<posix_spawn_file_actions_t>, _ folder: UnsafePointer<CChar>
) -> Int32

/// Both ends of a pipe that no started program inherits.
func makePipe(nonblocking: Bool = false) throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC | (nonblocking ? O_NONBLOCK : 0)) == 0 else {
        throw KitError.system("pipe", errno: errno)
    }
    return (ends[0], ends[1])
}
