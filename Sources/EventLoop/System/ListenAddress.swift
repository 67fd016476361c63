// Where to listen, as people write it: `127.0.0.1:8000`, `[::1]:8000`, `localhost:8000`, `unix:/run/rookery.sock`.
// What is written is what is listened on: `[::]:8000` means IPv6 alone, `0.0.0.0:8000` IPv4 alone.

/// A place to listen on.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    package let address: SocketAddress

    package init(_ address: SocketAddress) { self.address = address }

    /// Port 0 lets the kernel choose a free one; `Listener.address` tells which.
    package init(parsing text: String) throws(AddressError) {
        if text.hasPrefix("unix:") {
            address = .unix(try SocketAddress.checkedPath(String(text.dropFirst(5)), in: text))
            return
        }
        let (host, port) = try SocketAddress.splitHostAndPort(text)
        if host == "localhost" {
            address = .internet(.loopback, port: port)
        } else if let literal = IPAddress(host) {
            address = .internet(literal, port: port)
        } else {
            throw AddressError(
                text, "listening needs a literal address such as 127.0.0.1:8000 or [::1]:8000, not a name")
        }
    }

    /// Only programs on this machine can reach it.
    package var isLoopback: Bool {
        switch address {
        case .internet(let ip, _): ip.isLoopback
        case .unix: true
        }
    }

    package var description: String { address.description }
}
