// A plain blocking stream socket with a deadline on everything: the ground under the kit's clients and scripted peers.
// One thread at a time, but for `interrupt`.
import EventLoop
import Glibc

package final class StreamSocket: @unchecked Sendable {
    package private(set) var descriptor: Int32
    private let ending = Lock(())

    /// Connects to a TCP port. A small `receiveBufferBytes` (set before connecting, so that the window is small too)
    /// makes a slow reader that blocks its server soon.
    package init(port: Int, host: String = "127.0.0.1", receiveBufferBytes: Int? = nil, seconds: Double = 10) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let first = found else {
            throw KitError("no address for \(host)")
        }
        defer { freeaddrinfo(found) }
        descriptor = -1
        try connect(
            family: first.pointee.ai_family, name: "\(host):\(port)", receiveBufferBytes: receiveBufferBytes,
            seconds: seconds
        ) { Glibc.connect($0, first.pointee.ai_addr, first.pointee.ai_addrlen) }
        Loopback.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    package init(unixPath: String, seconds: Double = 10) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard unixPath.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw KitError("too long for a socket: \(unixPath)")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: unixPath.utf8) }
        descriptor = -1
        try connect(family: AF_UNIX, name: unixPath, receiveBufferBytes: nil, seconds: seconds) { descriptor in
            Loopback.withSockaddr(address) { Glibc.connect(descriptor, $0, $1) }
        }
    }

    /// Takes over an accepted socket.
    package init(adopting descriptor: Int32) {
        self.descriptor = descriptor
        Loopback.setNonblocking(descriptor)
        Loopback.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    private func connect(
        family: Int32, name: String, receiveBufferBytes: Int?, seconds: Double, _ call: (Int32) -> Int32
    ) throws {
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw KitError.system("socket", errno: errno) }
        if let receiveBufferBytes { Loopback.setOption(descriptor, SOL_SOCKET, SO_RCVBUF, Int32(receiveBufferBytes)) }
        Loopback.setNonblocking(descriptor)
        if call(descriptor) == 0 { return }
        guard errno == EINPROGRESS else { throw KitError.system("connect to \(name)", errno: errno) }
        guard poll(Int16(POLLOUT), Deadline(seconds: seconds)) else { throw KitError("connect to \(name): no answer") }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { throw KitError.system("connect to \(name)", errno: code) }
    }

    deinit { close() }

    // MARK: sending

    package func send(_ bytes: [UInt8], seconds: Double = 10) throws {
        let deadline = Deadline(seconds: seconds)
        var sent = 0
        while sent < bytes.count {
            let count = try sendWhatFits(bytes[sent...])
            sent += count
            if count == 0, !poll(Int16(POLLOUT), deadline) {
                throw KitError("send: blocked for \(seconds) s after \(sent) of \(bytes.count) bytes")
            }
        }
    }

    package func send(_ text: String, seconds: Double = 10) throws { try send(Array(text.utf8), seconds: seconds) }

    /// Sends without waiting: how many bytes the kernel took.
    package func sendWhatFits(_ bytes: ArraySlice<UInt8>) throws -> Int {
        while true {
            let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count >= 0 { return count }
            if errno == EAGAIN { return 0 }
            if errno != EINTR { throw KitError.system("send", errno: errno) }
        }
    }

    // MARK: receiving

    /// What has arrived, at most `atMost` bytes: empty at the end of the stream. Throws when nothing comes in time or
    /// the connection was reset.
    package func receive(atMost: Int = 65_536, seconds: Double = 10) throws -> [UInt8] {
        guard let bytes = try receiveIfAny(atMost: atMost, seconds: seconds) else {
            throw KitError("receive: nothing came for \(seconds) s")
        }
        return bytes
    }

    /// As `receive`, but nil when nothing comes in time.
    package func receiveIfAny(atMost: Int = 65_536, seconds: Double) throws -> [UInt8]? {
        let deadline = Deadline(seconds: seconds)
        while true {
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: atMost) { buffer, count in
                let result = recv(descriptor, buffer.baseAddress, atMost, 0)
                code = result < 0 ? errno : 0
                count = max(0, result)
            }
            switch code {
            case 0: return bytes
            case EINTR: continue
            case EAGAIN: if !poll(Int16(POLLIN), deadline) { return nil }
            default: throw KitError.system("receive", errno: code)
            }
        }
    }

    /// Exactly `count` bytes; throws when the stream ends before.
    package func receiveExactly(_ count: Int, seconds: Double = 10) throws -> [UInt8] {
        let deadline = Deadline(seconds: seconds)
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try receive(atMost: count - bytes.count, seconds: deadline.remainingSeconds)
            if more.isEmpty { throw KitError("receive: the stream ended after \(bytes.count) of \(count) bytes") }
            bytes += more
        }
        return bytes
    }

    /// Everything until the peer ends the stream. A reset counts as an end.
    package func receiveToEnd(seconds: Double = 10) throws -> [UInt8] {
        let deadline = Deadline(seconds: seconds)
        var bytes: [UInt8] = []
        while true {
            do {
                guard let more = try receiveIfAny(seconds: deadline.remainingSeconds) else {
                    throw StillOpen(received: bytes.count)
                }
                if more.isEmpty { return bytes }
                bytes += more
            } catch is KitError { return bytes }
        }
    }

    /// The peer did not end the stream in time.
    package struct StillOpen: Error, CustomStringConvertible {
        package let received: Int
        package var description: String { "the peer keeps the stream open (received \(received) bytes)" }
    }

    // MARK: ending

    package func shutdownWrite() { shutdown(descriptor, Int32(SHUT_WR)) }

    package func close() {
        ending.withLock { _ in
            guard descriptor >= 0 else { return }
            Glibc.close(descriptor)
            descriptor = -1
        }
    }

    /// Ends the connection with RST.
    package func reset() {
        ending.withLock { _ in
            guard descriptor >= 0 else { return }
            Loopback.resetOnClose(descriptor)
            Glibc.close(descriptor)
            descriptor = -1
        }
    }

    /// Ends both directions, also while another thread waits for this socket; that thread closes it.
    package func interrupt() {
        ending.withLock { _ in
            // The number of a closed descriptor may be somebody else's by now.
            if descriptor >= 0 { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Waits until the socket is ready for `events`, has failed or was closed; false at the deadline.
    private func poll(_ events: Int16, _ deadline: Deadline) -> Bool {
        while true {
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            let result = Glibc.poll(&entry, 1, deadline.remainingMilliseconds)
            if result > 0 { return true }
            if result == 0 || errno != EINTR { return false }
            if deadline.hasPassed { return false }
        }
    }
}
