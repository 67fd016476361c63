// A port of the loopback interface that nobody listens on right now.
// Between this answer and the program's own bind another process may take it: whoever starts a program tries again
// with another port (`FreePort.retrying`).
import Glibc

package enum FreePort {
    /// A free port that is not above `highest`. The kernel chooses from all of its ephemeral ports; those above are kept
    /// until one below comes, so that none is given twice.
    package static func next(atMost highest: Int = 65_535) throws -> Int {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        for _ in 0..<1_000 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            guard descriptor >= 0 else { throw KitError.system("socket", errno: errno) }
            descriptors.append(descriptor)
            try Loopback.bind(descriptor, port: 0)
            let port = try Loopback.port(of: descriptor)
            if port <= highest { return port }
        }
        throw KitError("no free port up to \(highest) in 1,000 tries")
    }

    /// Calls `start` with a free port not above `highest`, and with another one up to four times more when it throws
    /// `PortTaken`.
    package static func retrying<Started>(
        atMost highest: Int = 65_535, _ start: (Int) throws -> Started
    ) throws -> Started {
        for _ in 0..<4 {
            do { return try start(next(atMost: highest)) } catch is PortTaken { continue }
        }
        return try start(next(atMost: highest))
    }

    /// Thrown by a starter whose program could not bind the port.
    package struct PortTaken: Error {
        package init() {}
    }
}

/// The few calls about 127.0.0.1 that the kit needs in several places.
enum Loopback {
    static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return address
    }

    static func bind(_ descriptor: Int32, port: Int) throws {
        let result = withSockaddr(address(port: port)) { Glibc.bind(descriptor, $0, $1) }
        guard result == 0 else { throw KitError.system("bind to 127.0.0.1:\(port)", errno: errno) }
    }

    static func port(of descriptor: Int32) throws -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { throw KitError.system("getsockname", errno: errno) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// A listening socket on a port of its own, or on `port`.
    static func listen(port: Int = 0) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw KitError.system("socket", errno: errno) }
        do {
            setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            try bind(descriptor, port: port)
            guard Glibc.listen(descriptor, 1024) == 0 else { throw KitError.system("listen", errno: errno) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    static func withSockaddr<Address, Result>(
        _ address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Address>.size)) }
        }
    }

    static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    static func setNonblocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Closing this socket will send RST instead of FIN.
    static func resetOnClose(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}
