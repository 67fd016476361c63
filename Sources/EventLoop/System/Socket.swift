// Sockets: the only place of Rookery with their system calls. Every descriptor made here is non-blocking and closed on exec.
// A write to a peer that is gone answers EPIPE instead of raising SIGPIPE (MSG_NOSIGNAL), an interrupted call is repeated.
import Glibc

/// The system calls on sockets, as functions over descriptors.
package enum Socket {
    // MARK: The hot calls

    /// Sends what fits of `bytes`; `bytes` must not be empty.
    package static func send(_ descriptor: Int32, _ bytes: Span<UInt8>) -> IOResult {
        unsafe bytes.withUnsafeBytes { buffer in
            while true {
                let sent = unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
                if sent > 0 { return .bytes(sent) }
                if let result = afterFailure(sent, "send") { return result }
            }
        }
    }

    /// Sends what fits of `first`, then of `second`, with one call; not both may be empty.
    package static func send(_ descriptor: Int32, _ first: Span<UInt8>, _ second: Span<UInt8>) -> IOResult {
        unsafe first.withUnsafeBytes { head in
            unsafe second.withUnsafeBytes { tail in
                // The kernel only reads through iov_base.
                var pieces = unsafe (
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: tail.baseAddress), iov_len: tail.count)
                )
                return unsafe withUnsafeMutableBytes(of: &pieces) { list in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = list.baseAddress!.assumingMemoryBound(to: iovec.self)
                    unsafe message.msg_iovlen = 2
                    while true {
                        // writev knows no MSG_NOSIGNAL, sendmsg does.
                        let sent = unsafe sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL))
                        if sent > 0 { return .bytes(sent) }
                        if let result = afterFailure(sent, "send") { return result }
                    }
                }
            }
        }
    }

    /// Receives into `room`, which must not be empty. `EventLoop.receive` has the room that belongs to a loop.
    package static func receive(_ descriptor: Int32, into room: UnsafeMutableRawBufferPointer) -> IOResult {
        while true {
            let count = unsafe recv(descriptor, room.baseAddress, room.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .endOfStream }
            if let result = afterFailure(count, "receive") { return result }
        }
    }

    /// What a call that moved nothing means; nil: repeat it.
    @inline(never)
    private static func afterFailure(_ result: Int, _ operation: String) -> IOResult? {
        switch CallVerdict.of(result, errno: errno) {
        case .again: nil
        case .wouldBlock: .wouldBlock
        case .moved: .wouldBlock  // 0 bytes of nothing; no call of ours asks for that
        case .failed(let number): .failed(SystemError(operation: operation, errno: number))
        }
    }

    // MARK: The life of a socket

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

    // MARK: Options and names

    /// Makes `close` drop what is unsent and reset the connection, so that a peer that reads nothing holds no kernel memory.
    package static func resetOnClose(_ descriptor: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &linger, UInt32(MemoryLayout<Glibc.linger>.size))
    }

    package static func setNoDelay(_ descriptor: Int32) throws(SystemError) {
        try set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1, "set TCP_NODELAY")
    }

    /// The kernel doubles the number for its own records and caps it at net.core.wmem_max.
    package static func setSendBuffer(_ descriptor: Int32, _ bytes: Int) throws(SystemError) {
        try set(descriptor, SOL_SOCKET, SO_SNDBUF, Int32(clamping: bytes), "set the send buffer to \(bytes) bytes")
    }

    package static func setReceiveBuffer(_ descriptor: Int32, _ bytes: Int) throws(SystemError) {
        try set(descriptor, SOL_SOCKET, SO_RCVBUF, Int32(clamping: bytes), "set the receive buffer to \(bytes) bytes")
    }

    /// The value of an integer option at the level of the socket or of TCP, for tests and for `--check`.
    package static func sendBufferBytes(_ descriptor: Int32) -> Int { Int(value(descriptor, SOL_SOCKET, SO_SNDBUF)) }
    package static func isNoDelay(_ descriptor: Int32) -> Bool {
        value(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY) != 0
    }

    package static func localAddress(_ descriptor: Int32) -> SocketAddress? {
        unsafe SocketAddress.fromKernel { if unsafe getsockname(descriptor, $0, $1) != 0 { unsafe $1.pointee = 0 } }
    }

    package static func peerAddress(_ descriptor: Int32) -> SocketAddress? {
        unsafe SocketAddress.fromKernel { if unsafe getpeername(descriptor, $0, $1) != 0 { unsafe $1.pointee = 0 } }
    }

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

    private static func set(
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
