// What `rookery-bench limit` can be told. Every mistake names the argument and what there is instead.

import EventLoop

struct LimitSettings: Equatable {
    /// How often the kernel is called for the messages of one turn.
    enum Sends: String, CaseIterable {
        /// One `send` for each message and connection: the limit of servers that do not batch.
        case perMessage = "message"
        /// One `send` for each turn and connection, with all messages of the turn.
        case perTurn = "turn"
    }

    var address = ListenAddress(.internet(.loopback, port: 9_000))
    var sends = Sends.perTurn
    /// Stands before each payload sent on.
    var prefix: [UInt8] = []
    var asksForHelp = false

    /// Why the arguments are wrong, and which.
    struct Problem: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    init(_ arguments: [String]) throws(Problem) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            if name == "--help" || name == "-h" {
                asksForHelp = true
                continue
            }
            guard ["--listen", "--per", "--prefix"].contains(name) else {
                throw Problem(description: "\(name): no such setting")
            }
            guard let value = rest.popFirst() else { throw Problem(description: "\(name): a value is missing") }
            switch name {
            case "--listen":
                do { address = try ListenAddress(parsing: value) } catch {
                    throw Problem(description: "--listen \(value): \(error)")
                }
            case "--per":
                guard let sends = Sends(rawValue: value) else {
                    throw Problem(description: "--per \(value): expected message or turn")
                }
                self.sends = sends
            default: prefix = Array(value.utf8)
            }
        }
    }

    static let usage = """
        usage: rookery-bench limit [--listen 127.0.0.1:9000] [--per turn|message] [--prefix TEXT]

        A server that does nothing but send: the yardstick for others on this machine. It takes any WebSocket handshake at any path and sends
        each message to every connection. It checks nothing and limits nothing: never let a stranger reach it.

          --listen ADDRESS   host:port (port 0: a free one, which is printed) or unix:/path
          --per turn         all messages of a turn with one send for each connection (the default)
          --per message      one send for each message and connection
          --prefix TEXT      put before each message, so that it sends as many bytes as a server that names the sender

        """
}
