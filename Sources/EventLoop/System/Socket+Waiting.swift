// Waiting for one descriptor, for programs that talk to one peer after another and have no loop. Never on a loop.
import Glibc

extension Socket {
    /// Waits until one of what is asked for is possible, for so long at most (0: looks once). An end or an error of the connection counts as
    /// both: the next call tells it. An interrupted wait answers early.
    package static func wait(
        _ descriptor: Int32, toReceive: Bool = false, toSend: Bool = false, milliseconds: Int
    ) -> (canReceive: Bool, canSend: Bool) {
        let events = (toReceive ? POLLIN : 0) | (toSend ? POLLOUT : 0)
        var state = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        guard unsafe poll(&state, 1, Int32(clamping: max(0, milliseconds))) == 1 else { return (false, false) }
        let found = Int32(state.revents)
        let isOver = found & (POLLERR | POLLHUP | POLLNVAL) != 0
        return (toReceive && (isOver || found & POLLIN != 0), toSend && (isOver || found & POLLOUT != 0))
    }

    /// Receives what is there, at most `bytesMax`, behind the content of `bytes`.
    package static func receive(
        _ descriptor: Int32, appendingTo bytes: inout [UInt8], bytesMax: Int = 64 << 10
    ) -> IOResult {
        let before = bytes.count
        bytes += [UInt8](repeating: 0, count: bytesMax)
        let result = unsafe bytes.withUnsafeMutableBytes { room in
            unsafe receive(descriptor, into: UnsafeMutableRawBufferPointer(rebasing: room[before...]))
        }
        // The kernel writes at most what stands behind `before`.
        if case .bytes(let count) = result {
            bytes.removeLast(bytesMax - count)
        } else {
            bytes.removeLast(bytesMax)
        }
        return result
    }
}
