// All settings, in the order of `--help`. A table: long, and better left whole. Each entry is name, argument, default, one
// sentence and what it does to a `Configuration`; `--help` and the README's table are made from it.

import Deflate
import EventLoop
import JWT
import RedisLink
import WSProtocol

enum Settings {
    static let all: [Setting] =
        listening + brokers + doors + chat + compression + access + tokens + api + logins + limits + rateLimits

    private static let time = 1...86_400_000
    private static let memory = 1...(1 << 40)

    static let listening: [Setting] = [
        Setting(
            "--config", "FILE", default: "none",
            "JSON with comments: these settings and the namespaces; rookery config --defaults prints one. SIGHUP reads it again."
        ) { text, into throws(SettingProblem) in
            guard !text.isEmpty else { throw SettingProblem("the path of a file") }
            into.file = text
        },
        Setting(
            "--listen", "ADDRESS", default: "127.0.0.1:8000", repeatable: true,
            "Where to listen: host:port, [::1]:8000 or unix:/path. Another than a loopback address needs --open."
        ) { text, into throws(SettingProblem) in
            do { into.listen.append(try ListenAddress(parsing: text)) } catch {
                throw SettingProblem(because: "\(error)")
            }
        },
        Setting("--open", nil, "Serve anyone who can reach the port, also from other machines and through proxies.") {
            _, into throws(SettingProblem) in into.isOpen = true
        },
        Setting("--threads", "COUNT", default: "processors", "Event loops, each on its own thread.") {
            text, into throws(SettingProblem) in into.threads = try Quantities.count(text, in: 1...1_024)
        },
        Setting("--stop-timeout", "TIME", default: "8s", "The longest a stop may take before the rest is cut off.") {
            text, into throws(SettingProblem) in
            into.stopMilliseconds = try Quantities.milliseconds(text, in: 0...600_000)
        },
        Setting(
            "--stop-delay", "TIME", default: "0s",
            "At a stop the node first says 503 at /health/ready for so long, and still serves: time for a balancer to notice."
        ) { text, into throws(SettingProblem) in
            into.stopDelayMilliseconds = try Quantities.milliseconds(text, in: 0...600_000)
        },
        Setting(
            "--stop-spread", "TIME", default: "1s",
            "At a stop connections are closed spread over this time, so that clients do not all return at once."
        ) { text, into throws(SettingProblem) in
            into.stopSpreadMilliseconds = try Quantities.milliseconds(text, in: 0...600_000)
        },
    ]

    static let brokers: [Setting] = [
        Setting(
            "--redis", "URL", default: "none: in-process broker", environment: ["REDIS_URL"], holdsPassword: true,
            "Redis that joins the nodes: redis://[[user]:password@]host[:port][/db] or unix:/path."
        ) { text, into throws(SettingProblem) in
            do { into.redis = try RedisAddress(parsing: text) } catch { throw SettingProblem(because: "\(error)") }
        },
        Setting("--redis-password-file", "FILE", "Read the Redis password from the first line of this file.") {
            text, into throws(SettingProblem) in into.redisPasswordFile = text
        },
        Setting(
            "--redis-prefix", "TEXT", default: "rookery",
            "Channel names that begin so belong to the nodes; no client may use them."
        ) { text, into throws(SettingProblem) in
            guard !text.isEmpty, text.utf8.count <= 64 else { throw SettingProblem("1 to 64 bytes") }
            into.redisPrefix = text
        },
        Setting("--redis-timeout", "TIME", default: "5s", "Deadline of connecting and greeting, and of an answer.") {
            text, into throws(SettingProblem) in
            into.redisTimeoutMilliseconds = try Quantities.milliseconds(text, in: 10...600_000)
        },
        Setting("--redis-ping", "TIME", default: "5s", "A link that is silent this long is probed with PING.") {
            text, into throws(SettingProblem) in
            into.redisPingMilliseconds = try Quantities.milliseconds(text, in: 10...600_000)
        },
        Setting("--broker-in-flight", "BYTES", default: "1MiB", "Bytes published to Redis and not yet answered.") {
            text, into throws(SettingProblem) in
            into.brokerInFlightBytes = try Quantities.bytes(text, in: 1_024...1 << 30)
        },
        Setting(
            "--broker-queue", "BYTES", default: "1MiB",
            "Bytes that wait in the node while Redis is slow or away; above it senders are closed with 1013."
        ) { text, into throws(SettingProblem) in
            into.brokerQueueBytes = try Quantities.bytes(text, in: 1_024...1 << 30)
        },
        Setting("--broker-queue-time", "TIME", default: "5s", "The longest a message waits there.") {
            text, into throws(SettingProblem) in
            into.brokerQueueMilliseconds = try Quantities.milliseconds(text, in: 10...600_000)
        },
        Setting("--max-broker-bytes", "BYTES", default: "1MiB", "A larger payload from Redis is skipped and counted.") {
            text, into throws(SettingProblem) in
            into.brokerPayloadBytes = try Quantities.bytes(text, in: 1_024...512 << 20)
        },
    ]

    static let doors: [Setting] = [
        Setting(
            "--plain-channels", "PREFIX", default: "only chat_channel", repeatable: true, changesWhileRunning: true,
            "Channels that /ws/{client_id}?channel=NAME may name beside chat_channel."
        ) { text, into throws(SettingProblem) in into.plainChannels.append(text) },
        Setting(
            "--relay", "PREFIX", default: "off", repeatable: true, changesWhileRunning: true,
            "Channels that /relay/{channel} reaches, byte for byte; '' means all."
        ) { text, into throws(SettingProblem) in into.relay.append(text) },
        Setting(
            "--echo", nil, changesWhileRunning: true,
            "Serve /echo: every message comes back on its own connection (for tests)."
        ) {
            _, into throws(SettingProblem) in into.servesEcho = true
        },
    ]

    static let chat: [Setting] = [
        Setting(
            "--connect-timeout", "TIME", default: "10s",
            "What a client of /connection/websocket gets to send its connect command; then 3502."
        ) { text, into throws(SettingProblem) in
            into.chat.staleMilliseconds = try Quantities.milliseconds(text, in: time)
        },
        Setting(
            "--client-pong-timeout", "TIME", default: "8s",
            "What such a client gets to answer a ping (one each --ping-interval); then 3012."
        ) { text, into throws(SettingProblem) in
            into.chat.pongMilliseconds = try Quantities.milliseconds(text, in: time)
        },
        Setting(
            "--expiry-grace", "TIME", default: "25s",
            "How long after its end a token may be replaced by a new one; then 3005. Whole seconds."
        ) { text, into throws(SettingProblem) in
            into.chat.graceSeconds = Int64(try Quantities.milliseconds(text, in: 0...600_000) / 1_000)
        },
        Setting(
            "--max-connections-per-user", "COUNT", default: "0: no limit",
            "Connections of one user at /connection/websocket, on this node; one more is closed with 3504."
        ) { text, into throws(SettingProblem) in
            into.chat.connectionsPerUser = try Quantities.count(text, in: 0...1_000_000)
        },
        Setting("--max-subscriptions", "COUNT", default: "128", "Channels of one connection; then error 106.") {
            text, into throws(SettingProblem) in
            into.chat.subscriptionsMax = try Quantities.count(text, in: 1...4_096)
        },
        Setting(
            "--max-history", "COUNT", default: "300",
            "Publications of one answer: asked for as history, or recovered after a break."
        ) { text, into throws(SettingProblem) in
            into.chat.historyMax = try Quantities.count(text, in: 1...100_000)
        },
        Setting(
            "--max-history-bytes", "BYTES", default: "1MiB",
            "The same in bytes: history is cut there, and what was missed counts as not recovered."
        ) { text, into throws(SettingProblem) in
            into.chat.historyBytesMax = try Quantities.bytes(text, in: 1_024...1 << 30)
        },
        Setting(
            "--allow-anonymous", nil,
            "With a token key: clients may also connect without a token, as nobody."
        ) { _, into throws(SettingProblem) in into.chat.allowsAnonymous = true },
        Setting("--refuse-anonymous-tokens", nil, "Tokens without a user (sub) are refused with 3507.") {
            _, into throws(SettingProblem) in into.chat.refusesAnonymousTokens = true
        },
        Setting(
            "--personal-channels", "NAMESPACE", default: "off",
            "Subscribe each user to a channel of its own: NAMESPACE:#user, or #user for ''."
        ) { text, into throws(SettingProblem) in
            guard text.isEmpty || ChannelSettings.isNamespaceName(text) else {
                throw SettingProblem("the name of a namespace, or '' for none")
            }
            into.chat.personalNamespace = text
        },
        Setting(
            "--stream-memory", "BYTES", default: "256MiB",
            "For the history of all channels; over it the channels unused for the longest time lose theirs."
        ) { text, into throws(SettingProblem) in
            into.chat.streamBytes = try Quantities.bytes(text, in: 1_024...1 << 40)
        },
        Setting("--max-streams", "COUNT", default: "1000000", "Channels with a history; beyond it the same.") {
            text, into throws(SettingProblem) in
            into.chat.streamChannels = try Quantities.count(text, in: 1...100_000_000)
        },
        Setting(
            "--max-idempotency-keys", "COUNT", default: "100000",
            "Keys of publications that are remembered, for 300 s."
        ) { text, into throws(SettingProblem) in
            into.chat.idempotencyKeys = try Quantities.count(text, in: 0...100_000_000)
        },
    ]

    static let compression: [Setting] = [
        Setting(
            "--deflate", "on|off", default: "on",
            "Accept permessage-deflate: clients that offer it may compress and are sent compressed messages."
        ) { text, into throws(SettingProblem) in
            guard text == "on" || text == "off" else { throw SettingProblem("on or off") }
            into.isDeflateOn = text == "on"
        },
        Setting(
            "--deflate-level", "LEVEL", default: "6", "Work put into compressing a message: 1 fastest, 9 smallest."
        ) { text, into throws(SettingProblem) in
            into.deflateSettings.level = DeflateLevel(try Quantities.count(text, in: 1...9))
        },
        Setting("--deflate-threshold", "BYTES", default: "256", "A shorter message is sent uncompressed.") {
            text, into throws(SettingProblem) in
            into.deflateSettings.thresholdBytes = try Quantities.bytes(text, in: 0...64 << 20)
        },
    ]

    static let access: [Setting] = [
        Setting(
            "--allow-origin", "ORIGIN", default: "same host and port", repeatable: true, changesWhileRunning: true,
            "Origins of browsers that may connect, for example https://chat.example.org, or null."
        ) { text, into throws(SettingProblem) in into.allowedOrigins.append(text) },
        Setting(
            "--host", "NAME", default: "localhost and the listening address", repeatable: true,
            changesWhileRunning: true,
            "Further names this server answers to while it is not --open; stops DNS rebinding."
        ) { text, into throws(SettingProblem) in
            // The port of a request's Host does not count, so one here would never match.
            guard let authority = Authority(text), authority.port == nil else {
                throw SettingProblem("a name or an address without scheme, port and path, such as chat.example.org")
            }
            into.hosts.append(text)
        },
        Setting(
            "--trusted-proxy", "CIDR", default: "none", repeatable: true, changesWhileRunning: true,
            "Proxies whose X-Forwarded-For is believed, for example 10.0.0.0/8."
        ) { text, into throws(SettingProblem) in
            do { into.trustedProxies.append(try CIDR(parsing: text)) } catch {
                throw SettingProblem(because: "\(error)")
            }
        },
    ]

    static let tokens: [Setting] = [
        Setting(
            "--token-secret-file", "FILE", repeatable: true, changesWhileRunning: true,
            "A secret that signs tokens, on the only line of this file; a second one while secrets are changed. Or ROOKERY_TOKEN_SECRET, ROOKERY_TOKEN_SECRET_2."
        ) { text, into throws(SettingProblem) in into.tokens.secretFiles.append(try path(text)) },
        Setting(
            "--token-hmac-algorithm", "NAME", default: "HS256", changesWhileRunning: true,
            "What the secrets are for: HS256, HS384 or HS512."
        ) { text, into throws(SettingProblem) in into.tokens.hmacAlgorithm = try algorithm(text, .secret) },
        Setting(
            "--allow-weak-hmac-key", nil, changesWhileRunning: true,
            "Take a secret of fewer than 32 bytes: whoever sees one token can then find it by trying."
        ) { _, into throws(SettingProblem) in into.tokens.allowsWeakSecret = true },
        Setting(
            "--token-public-key", "FILE", repeatable: true, changesWhileRunning: true,
            "Public keys that verify tokens, as PEM: RSA, P-256, P-384 or Ed25519."
        ) { text, into throws(SettingProblem) in into.tokens.publicKeyFiles.append(try path(text)) },
        Setting(
            "--token-rsa-algorithm", "NAME", default: "RS256", changesWhileRunning: true,
            "What RSA keys are for that do not say: RS256, RS384, RS512 or PS256."
        ) { text, into throws(SettingProblem) in into.tokens.rsaAlgorithm = try algorithm(text, .rsa) },
        Setting(
            "--token-jwks", "SOURCE", changesWhileRunning: true,
            "A JWK Set that verifies tokens: a file, read again when it changes, or http://127.0.0.1:PORT/PATH, http://unix:/SOCKET:/PATH."
        ) { text, into throws(SettingProblem) in into.tokens.keySet = try KeySetSource(parsing: text) },
        Setting(
            "--token-issuer", "ISS", default: "anybody", changesWhileRunning: true, "What a token's iss must be."
        ) { text, into throws(SettingProblem) in into.tokens.issuer = try name(text) },
        Setting(
            "--token-audience", "AUD", default: "anything", changesWhileRunning: true,
            "What a token's aud must be or hold."
        ) { text, into throws(SettingProblem) in into.tokens.audience = try name(text) },
        Setting(
            "--token-require", "CLAIM", default: "none", repeatable: true, changesWhileRunning: true,
            "A claim that every token must have, for example exp."
        ) { text, into throws(SettingProblem) in into.tokens.requiredClaims.append(try name(text)) },
        Setting(
            "--token-leeway", "TIME", default: "0s", changesWhileRunning: true,
            "By how much the clocks of issuer and server may differ, at most 60s."
        ) { text, into throws(SettingProblem) in
            into.tokens.leewaySeconds = try Quantities.seconds(text, in: 0...Int(DateLimits.leewaySecondsMax))
        },
        Setting(
            "--token-max-lifetime", "TIME", default: "0s", changesWhileRunning: true,
            "How far ahead a token's exp may be, at most 365d; then each token must have one. 0s: any, or none."
        ) { text, into throws(SettingProblem) in
            into.tokens.lifetimeSeconds = try Quantities.seconds(text, in: 0...TokenSettings.lifetimeSecondsMax)
        },
        Setting(
            "--token-query-time", "TIME", default: "5m", changesWhileRunning: true,
            "A token in a URL (?token=) must expire within this time; 0s: none is taken there."
        ) { text, into throws(SettingProblem) in
            into.tokens.querySeconds = try Quantities.seconds(text, in: 0...86_400)
        },
        Setting(
            "--token-deny-file", "FILE", changesWhileRunning: true,
            "Tokens and users that are not let in any more, as JSON; read again when it changes."
        ) { text, into throws(SettingProblem) in into.tokens.denyFile = try path(text) },
        Setting(
            "--token-threads", "COUNT", default: "half the processors", "Threads that verify signatures of public keys."
        ) { text, into throws(SettingProblem) in into.tokens.threads = try Quantities.count(text, in: 1...256) },
    ]

    private static func path(_ text: String) throws(SettingProblem) -> String {
        guard !text.isEmpty else { throw SettingProblem("the path of a file") }
        return text
    }

    private static func name(_ text: String) throws(SettingProblem) -> String {
        guard (1...1_024).contains(text.utf8.count) else { throw SettingProblem("1 to 1024 bytes") }
        return text
    }

    private static func algorithm(_ text: String, _ kind: KeyKind) throws(SettingProblem) -> TokenAlgorithm {
        guard let algorithm = TokenAlgorithm(name: Array(text.utf8)), algorithm.keyKind == kind else {
            let names = TokenAlgorithm.allCases.filter { $0.keyKind == kind }.map(\.name)
            throw SettingProblem("one of " + names.joined(separator: ", "))
        }
        return algorithm
    }

    static let logins: [Setting] = [
        Setting(
            "--users", "FILE", default: "none: nobody logs in here",
            "Who may log in with a password at /auth/login; rookery user add NAME makes it. Its mode is 0600."
        ) { text, into throws(SettingProblem) in
            guard !text.isEmpty else { throw SettingProblem("the path of a file") }
            into.usersFile = text
        },
        Setting(
            "--login-time", "TIME", default: "12h", changesWhileRunning: true,
            "How long the token of a login holds, at most 365d."
        ) {
            text, into throws(SettingProblem) in
            into.loginSeconds = try Quantities.seconds(text, in: 1...365 * 86_400)
        },
    ]

    static let api: [Setting] = [
        Setting(
            "--api-key-file", "FILE", default: "none: /api/ answers 401", repeatable: true, changesWhileRunning: true,
            "A key of the HTTP API, on the only line of this file; several while keys are changed. Or ROOKERY_API_KEY, ROOKERY_API_KEY_2."
        ) { text, into throws(SettingProblem) in into.api.keyFiles.append(try path(text)) },
        Setting(
            "--api-key-in-query", nil, changesWhileRunning: true,
            "Take the key of the HTTP API as ?api_key=KEY, too: addresses stand in the logs of proxies."
        ) { _, into throws(SettingProblem) in into.api.takesKeyInQuery = true },
        Setting(
            "--max-api-bytes", "BYTES", default: "1MiB", changesWhileRunning: true,
            "The longest body of a call of the HTTP API; above it 413."
        ) { text, into throws(SettingProblem) in into.api.bodyBytes = try Quantities.bytes(text, in: 1_024...64 << 20)
        },
    ]

    static let limits: [Setting] = [
        Setting("--max-message-bytes", "BYTES", default: "64KiB", "A longer message closes its sender with 1009.") {
            text, into throws(SettingProblem) in into.messageBytes = try Quantities.bytes(text, in: 1...64 << 20)
        },
        Setting(
            "--max-message-rate", "COUNT", default: "0: no limit",
            "Messages a second of one connection, after a burst of as many; who sends more is read later."
        ) { text, into throws(SettingProblem) in
            into.messagesPerSecond = try Quantities.count(text, in: 0...Configuration.messagesPerSecondMax)
        },
        Setting(
            "--max-connections", "COUNT", default: "100000", changesWhileRunning: true,
            "Connections of this node; above it 503."
        ) {
            text, into throws(SettingProblem) in into.connections = try Quantities.count(text, in: 1...10_000_000)
        },
        Setting(
            "--max-connections-per-address", "COUNT", default: "0: no limit",
            "Connections of one address; above it 429."
        ) {
            text, into throws(SettingProblem) in
            into.connectionsPerAddress = try Quantities.count(text, in: 0...10_000_000)
        },
        Setting(
            "--handshake-timeout", "TIME", default: "10s", changesWhileRunning: true,
            "Deadline of a request's head and body; after it 408."
        ) {
            text, into throws(SettingProblem) in
            into.handshakeMilliseconds = try Quantities.milliseconds(text, in: time)
        },
        Setting(
            "--keep-alive-timeout", "TIME", default: "75s", changesWhileRunning: true,
            "How long an HTTP connection may wait between requests."
        ) {
            text, into throws(SettingProblem) in into.idleMilliseconds = try Quantities.milliseconds(text, in: time)
        },
        Setting("--ping-interval", "TIME", default: "25s", "A client that is silent this long is sent a Ping.") {
            text, into throws(SettingProblem) in into.pingMilliseconds = try Quantities.milliseconds(text, in: time)
        },
        Setting("--pong-timeout", "TIME", default: "10s", "A client that does not answer it this long is gone.") {
            text, into throws(SettingProblem) in into.pongMilliseconds = try Quantities.milliseconds(text, in: time)
        },
        Setting(
            "--max-queue-bytes", "BYTES", default: "1MiB",
            "Bytes waiting for one slow reader, at least twice --max-message-bytes; above it close 3008."
        ) { text, into throws(SettingProblem) in into.queueBytes = try Quantities.bytes(text, in: 1...1 << 30) },
        Setting("--max-queue-time", "TIME", default: "10s", "The longest a message waits for a slow reader.") {
            text, into throws(SettingProblem) in into.queueMilliseconds = try Quantities.milliseconds(text, in: time)
        },
        Setting(
            "--max-queue-total", "BYTES", default: "256MiB",
            "Bytes waiting for all slow readers of the node; above it the one that needs more is closed with 3008."
        ) { text, into throws(SettingProblem) in into.queueTotalBytes = try Quantities.bytes(text, in: memory) },
        Setting("--socket-send-buffer", "BYTES", default: "256KiB", "The kernel's send buffer of each connection.") {
            text, into throws(SettingProblem) in
            into.socketSendBufferBytes = try Quantities.bytes(text, in: 4_096...1 << 30)
        },
    ]

    static let rateLimits: [Setting] =
        [
            Setting(
                "--limits", "off|public", default: "off", changesWhileRunning: true,
                "public: a set of limits for a node that the open internet reaches; what is set by itself goes before it."
            ) { text, into throws(SettingProblem) in
                guard text == "off" || LimitPreset.all[text] != nil else { throw SettingProblem("off or public") }
                into.limitPreset = text == "off" ? nil : text
            }
        ]
        + LimitName.allCases.map { limit in
            Setting(limit.flag, "RATE", default: "off", changesWhileRunning: true, limit.help) {
                text, into throws(SettingProblem) in
                into.rateLimits[limit.kind, limit.scope] = try Rate.parse(text, areBytes: limit.kind == .bytes)
            }
        }
}
