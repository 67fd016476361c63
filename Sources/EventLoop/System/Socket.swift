// Sockets: the only place of Rookery with their system calls. Every descriptor made here is non-blocking and closed on exec.
// A write to a peer that is gone answers EPIPE instead of raising SIGPIPE (MSG_NOSIGNAL), an interrupted call is repeated.
import Glibc

/// The system calls on sockets, as functions over descriptors.
package enum Socket {
    /// A socket that listens. Sizes set here are inherited by every accepted socket, so no call is needed for each of them:
    /// TCP_NODELAY (we flush once per turn, nothing is gained by waiting) and the send buffer.
    package static func listen(
        on place: ListenAddress, backlog: Int32 = 4_096, sendBufferBytes: Int? = nil, reusePort: Bool = false
    ) throws(SystemError) -> Int32 {
        let address = place.address
        let operation = "listen on \(address)"
        let descriptor = try open(address.family, operation)
        do throws(SystemError) {
            if case .internet(let ip, _) = address {
                try set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1, operation)
                if reusePort { try set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1, operation) }
                if !ip.isIPv4 { try set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1, operation) }
                try set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1, operation)
            }
            if let sendBufferBytes { try setSendBuffer(descriptor, sendBufferBytes) }
            if case .unix(let path) = address { try removeStaleSocket(path, operation) }
            guard unsafe address.withRecord({ unsafe bind(descriptor, $0, $1) }) == 0,
                Glibc.listen(descriptor, backlog) == 0
            else { throw SystemError.last(operation) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// A unix socket's file outlives its program. One that nobody answers on is removed, one in use is left alone.
    private static func removeStaleSocket(_ path: String, _ operation: String) throws(SystemError) {
        // Any other file is not ours to remove; bind says that it is in the way.
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        do throws(SystemError) {
            close(try connect(to: .unix(path)))
        } catch {
            if error.errno == ECONNREFUSED { removeFile(path) }
            return
        }
        throw SystemError(operation: operation, errno: EADDRINUSE)
    }

    /// Takes one waiting connection from a listener.
    package static func accept(_ listener: Int32) -> AcceptResult {
        var descriptor: Int32 = -1
        let peer = unsafe SocketAddress.fromKernel { record, length in
            unsafe descriptor = kernelAccept(listener, record, length, Kernel.nonBlocking | Kernel.closeOnExec)
            if descriptor < 0 { unsafe length.pointee = 0 }
        }
        guard descriptor >= 0 else { return AcceptResult.ofFailure(errno) }
        return .accepted(descriptor, peer ?? .unix(""))
    }

    /// Begins to connect; when the descriptor is writable, `connectResult` tells how it went.
    /// `from` binds the near end first, for load generators that need more ports than one address has.
    package static func connect(to address: SocketAddress, from local: IPAddress? = nil) throws(SystemError) -> Int32 {
        let operation = "connect to \(address)"
        let descriptor = try open(address.family, operation)
        do throws(SystemError) {
            if case .internet = address {
                try set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1, operation)
                if let local { try bindWithoutPort(descriptor, local) }
            }
            while unsafe address.withRecord({ unsafe Glibc.connect(descriptor, $0, $1) }) != 0 {
                // An interrupted connect goes on in the background, exactly as EINPROGRESS (connect(2)).
                if errno == EINPROGRESS || errno == EINTR { break }
                throw SystemError.last(operation)
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// The error a connection attempt ended with; nil when it is connected.
    package static func connectResult(_ descriptor: Int32, to address: SocketAddress) -> SystemError? {
        var number: Int32 = 0
        var size = UInt32(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else {
            return SystemError.last("connect to \(address)")
        }
        return number == 0 ? nil : SystemError(operation: "connect to \(address)", errno: number)
    }

    /// A datagram socket that talks to `address` alone.
    package static func datagram(to address: SocketAddress) throws(SystemError) -> Int32 {
        let operation = "send datagrams to \(address)"
        let descriptor = try open(address.family, operation, kind: Int32(SOCK_DGRAM.rawValue))
        guard unsafe address.withRecord({ unsafe Glibc.connect(descriptor, $0, $1) }) == 0 else {
            let error = SystemError.last(operation)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Two connected unix sockets, for tests and for waking.
    package static func pair() throws(SystemError) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Kernel.nonBlocking | Kernel.closeOnExec
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw SystemError.last("make a pair of sockets") }
        return (ends[0], ends[1])
    }

    /// Ends our direction: the peer reads the end of the stream, we may still receive.
    package static func shutdownWrite(_ descriptor: Int32) {
        _ = Glibc.shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Gives the descriptor back. Never repeated: on Linux it is free even when close answers EINTR.
    package static func close(_ descriptor: Int32) {
        _ = Glibc.close(descriptor)
    }

    /// A descriptor that stands for nothing, to be given up when none is left (row E1); -1 when there is none even for it.
    static func spare() -> Int32 { unsafe Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC) }

    /// Removes the file of a unix socket.
    static func removeFile(_ path: String) { _ = unsafe unlink(path) }

    private static func open(
        _ family: Int32, _ operation: String, kind: Int32 = Int32(SOCK_STREAM.rawValue)
    ) throws(SystemError) -> Int32 {
        let descriptor = socket(family, kind | Kernel.nonBlocking | Kernel.closeOnExec, 0)
        guard descriptor >= 0 else { throw SystemError.last(operation) }
        return descriptor
    }

    private static func bindWithoutPort(_ descriptor: Int32, _ local: IPAddress) throws(SystemError) {
        // The port is chosen at connect, when the far end is known: one address then has all its ports for each far end.
        try set(descriptor, Int32(IPPROTO_IP), 24, 1, "connect from \(local)")  // 24: IP_BIND_ADDRESS_NO_PORT
        let address = SocketAddress.internet(local, port: 0)
        guard unsafe address.withRecord({ unsafe bind(descriptor, $0, $1) }) == 0 else {
            throw SystemError.last("connect from \(local)")
        }
    }
}
