// What is allowed and still deserves a word: at the start, and in /health as long as the node runs.

import JWT
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
        if tokens.allowsWeakSecret, let shortest = tokens.files.secrets.map(\.bytes.count).min(),
            shortest < KeyLimits.secretBytesMin
        {
            // Row J8.
            sentences.append(
                "allow_weak_hmac_key: the secret for tokens has \(shortest) bytes, fewer than \(KeyLimits.secretBytesMin); whoever sees one token can find it by trying, and then make tokens for anybody"
            )
        }
        if redis != nil, channels.all.contains(where: { $0.hasHistory || $0.presence }) {
            sentences.append(
                "history and presence of a namespace are kept by the in-process broker only; over Redis they answer 108"
            )
        }
        if let shortest = api.keys.map(\.bytes.count).min(), shortest < APISettings.keyBytesAdvised {
            sentences.append(
                "a key of the HTTP API has \(shortest) bytes, fewer than \(APISettings.keyBytesAdvised): it can be found by trying"
            )
        }
        return sentences
    }

    /// What `rookery check` advises beyond that.
    var advice: [String] {
        guard tokens.isAsked, tokens.takesEndlessTokens else { return [] }
        return [
            "token_require does not name exp: a token without it is good for ever; add \"exp\", or set token_max_lifetime"
        ]
    }
}
