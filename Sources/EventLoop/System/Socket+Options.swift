// Options of sockets, and the names of their ends. socket(7), tcp(7). What cannot be read of a descriptor is -1 or nil; what
// cannot be set and matters is thrown.
import Glibc

extension Socket {
    /// Makes `close` drop what is unsent and reset the connection, so that a peer that reads nothing holds no kernel memory.
    package static func resetOnClose(_ descriptor: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &linger, UInt32(MemoryLayout<Glibc.linger>.size))
    }

    /// The kernel doubles the number for its own records and caps it at net.core.wmem_max.
    package static func setSendBuffer(_ descriptor: Int32, _ bytes: Int) throws(SystemError) {
        try set(descriptor, SOL_SOCKET, SO_SNDBUF, Int32(clamping: bytes), "set the send buffer to \(bytes) bytes")
    }

    /// The value of an integer option at the level of the socket or of TCP, for tests and for `--check`.
    package static func sendBufferBytes(_ descriptor: Int32) -> Int { Int(value(descriptor, SOL_SOCKET, SO_SNDBUF)) }
    /// Whether small writes leave at once (TCP_NODELAY).
    package static func isNoDelay(_ descriptor: Int32) -> Bool {
        value(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY) != 0
    }

    /// The near end as the kernel knows it, with the port that it chose; nil when it cannot tell.
    package static func localAddress(_ descriptor: Int32) -> SocketAddress? {
        unsafe SocketAddress.fromKernel { if unsafe getsockname(descriptor, $0, $1) != 0 { unsafe $1.pointee = 0 } }
    }

    /// The far end; nil when there is none (any more).
    package static func peerAddress(_ descriptor: Int32) -> SocketAddress? {
        unsafe SocketAddress.fromKernel { if unsafe getpeername(descriptor, $0, $1) != 0 { unsafe $1.pointee = 0 } }
    }

    static func set(
        _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32, _ operation: String
    ) throws(SystemError) {
        var value = value
        guard unsafe setsockopt(descriptor, level, option, &value, UInt32(MemoryLayout<Int32>.size)) == 0 else {
            throw SystemError.last(operation)
        }
    }

    private static func value(_ descriptor: Int32, _ level: Int32, _ option: Int32) -> Int32 {
        var value: Int32 = -1
        var size = UInt32(MemoryLayout<Int32>.size)
        _ = unsafe getsockopt(descriptor, level, option, &value, &size)
        return value
    }
}
