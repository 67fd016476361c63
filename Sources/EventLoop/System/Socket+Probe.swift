// Whether somebody answers at an address: for those who wait for a server to start.
import Glibc

extension Socket {
    /// Connects and lets go again. Blocks for so long at most; not for a loop.
    package static func answers(_ address: SocketAddress, withinMilliseconds milliseconds: Int32) -> Bool {
        do throws(SystemError) {
            let descriptor = try connect(to: address)
            defer { close(descriptor) }
            var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&state, 1, milliseconds) == 1 else { return false }
            return connectResult(descriptor, to: address) == nil
        } catch {
            return false
        }
    }
}
