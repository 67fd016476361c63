// `--limits public`: settings for a node that the open internet reaches. Each is one that can be set by itself, and what is set by itself wins.

enum LimitPreset {
    /// By the names that `--limits` takes beside `off`.
    static let all: [String: [(flag: String, text: String)]] = ["public": `public`]

    /// A person types, pastes and has several tabs; an office has hundreds behind one address, and all come back at once after a deploy.
    private static let `public`: [(flag: String, text: String)] = [
        ("--max-message-rate", "20"),
        ("--max-connections-per-address", "500"),
        ("--limit-messages-per-connection", "20/s:60"),
        ("--limit-messages-per-user", "40/s:200"),
        ("--limit-messages-per-address", "400/s:2000"),
        ("--limit-bytes-per-connection", "64KiB/s:1MiB"),
        ("--limit-bytes-per-user", "128KiB/s:2MiB"),
        ("--limit-bytes-per-address", "1MiB/s:16MiB"),
        // A client that comes back asks for all its channels at once; the protocol allows 128.
        ("--limit-subscriptions-per-connection", "10/s:128"),
        ("--limit-subscriptions-per-user", "20/s:512"),
        ("--limit-subscriptions-per-address", "200/s:8000"),
        ("--limit-connects-per-user", "1/s:30"),
        ("--limit-connects-per-address", "10/s:500"),
    ]
}
