// What is allowed and still deserves a word: at the start, and in /health as long as the node runs.

import RedisLink

extension Configuration {
    /// One sentence each; empty when there is nothing to say.
    var warnings: [String] {
        var sentences: [String] = []
        if let redis, redis.credentials == nil, !redis.isLoopback {
            // Row R14.
            sentences.append(
                "Redis at \(redis) is reached over a network without a password: whoever reaches it can read and forge every message"
            )
        }
        if isOpen {
            sentences.append("open: anyone who can reach the port may connect, without any check")
            if allowedOrigins.isEmpty {
                // Row W11: with any Host taken, "same host" is whatever name a foreign page was given.
                sentences.append(
                    "no --allow-origin: while the node is open, a page that points a name of its own here may connect")
            }
        }
        if redis != nil, channels.all.contains(where: { $0.hasHistory || $0.presence }) {
            sentences.append(
                "history and presence of a namespace are kept by the in-process broker only; over Redis they answer 108"
            )
        }
        return sentences
    }
}
