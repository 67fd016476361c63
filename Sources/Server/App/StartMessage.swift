// The lines a person reads after the start.

import EventLoop
import RedisLink

enum StartMessage {
    static func text(_ running: RunningNode) -> String {
        let node = running.node
        var lines = ["rookery \(Help.version)"]
        for address in running.listening { lines.append("  listening  \(url(address))") }
        lines.append("  broker     \(broker(node))")
        lines.append("  threads    \(node.workers)")
        if node.tokens != nil {
            lines.append("  access     with a token")
        } else if !node.configuration.isOpen {
            lines.append("  access     anyone on this machine; nobody else (--open changes that)")
        }
        for warning in node.warnings { lines.append("  warning    \(warning)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func url(_ address: SocketAddress) -> String {
        switch address {
        case .internet: "http://\(address)"
        case .unix: "\(address)"
        }
    }

    private static func broker(_ node: Node) -> String {
        guard let redis = node.configuration.redis else { return "in this process; --redis URL joins several nodes" }
        var text = "Redis at \(redis)"
        if redis.database != 0 {
            text += " (database \(redis.database); Pub/Sub channels are shared by all databases of a Redis)"
        }
        return text
    }
}
