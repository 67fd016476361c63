// What `rookery-bench vanish` can be told.

import EventLoop

struct VanishSettings {
    var address = SocketAddress.internet(.loopback, port: 8_000)
    var host = "127.0.0.1:8000"
    /// Path before the client's number.
    var path = "/ws/"
    var clients = 10_000
    var vanishing = 5_000
    /// Messages a second, before, while and after the others vanish.
    var rate = 20
    var seconds = 5
    var serverProcess: Int?

    static let usage = """
        usage: rookery-bench vanish [--server 127.0.0.1:8000] [--clients 10000] [--vanish 5000] [--rate 20]
                                    [--seconds 5] [--server-pid PID]

        Connects clients to /ws/{n} of a server on this machine, sends messages at a steady rate, lets some clients vanish at once (a
        reset each), and reports the latency that the others see before and after, and the server's memory.

        """

    /// nil: the arguments are wrong; what and why goes to `problem`.
    init?(_ arguments: [String], problem: inout String) {
        var rest = arguments[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else {
                problem = "\(name): a value is missing"
                return nil
            }
            switch name {
            case "--server":
                do { address = try SocketAddress(parsing: value) } catch {
                    problem = "--server \(value): \(error)"
                    return nil
                }
                host = value.hasPrefix("unix:") ? "localhost" : value
            case "--clients": guard take(value, &clients, name, &problem) else { return nil }
            case "--vanish": guard take(value, &vanishing, name, &problem) else { return nil }
            case "--rate": guard take(value, &rate, name, &problem) else { return nil }
            case "--seconds": guard take(value, &seconds, name, &problem) else { return nil }
            case "--server-pid":
                var number = 0
                guard take(value, &number, name, &problem) else { return nil }
                serverProcess = number
            default:
                problem = "\(name): no such setting"
                return nil
            }
        }
        guard vanishing < clients else {
            problem = "--vanish \(vanishing): must be less than --clients \(clients)"
            return nil
        }
    }

    private func take(_ text: String, _ number: inout Int, _ name: String, _ problem: inout String) -> Bool {
        guard let value = Int(text), value > 0, value <= 10_000_000 else {
            problem = "\(name) \(text): expected a whole number from 1 to 10000000"
            return false
        }
        number = value
        return true
    }
}
