// Where a RESP client under test finds us.

import EventLoop

/// Where the program of a case finds us, and how it is told. With port 0 each case has a port of its own, so that cases can run beside each other.
struct ClientDoor: Sendable {
    private let address: ListenAddress
    private let command: [String]
    /// Open for all cases; nil: each opens its own.
    private let shared: Int32?

    init(_ address: ListenAddress, command: [String], shared: Int32? = nil) {
        self.address = address
        self.command = command
        self.shared = shared
    }

    func open() throws(SystemError) -> Int32 {
        if let shared { return shared }
        return try Socket.listen(on: address)
    }

    func close(_ listener: Int32) { if shared == nil { Socket.close(listener) } }

    /// The command with {host}, {port} and {url} filled in.
    func words(for listener: Int32) -> [String] {
        guard case .internet(let host, let port)? = Socket.localAddress(listener) else { return command }
        let url = "redis://\(SocketAddress.internet(host, port: port))"
        return command.map { word in
            var word = Places.replace("{host}", by: "\(host)", in: word)
            word = Places.replace(Places.port, by: "\(port)", in: word)
            return Places.replace("{url}", by: url, in: word)
        }
    }
}
