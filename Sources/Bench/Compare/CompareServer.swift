// One server of a comparison: how it is started, where it listens, and what the load generator must know to speak with it.

/// A server, its command and its URL with places for the port.
struct CompareServer: Equatable {
    let name: String
    /// `{port}` stands for a free port that is chosen anew for each run, `{self}` for this program.
    var command: String
    /// Where subscribers connect; `{port}` as above, and what `fanout` fills in.
    var url = CompareServer.usualURL
    /// Further arguments of `fanout` for this server alone, with `{port}`.
    var options: [String] = []

    static let usualURL = "ws://127.0.0.1:{port}/ws/{n}"
    /// The yardstick when no other is named.
    static let limit = CompareServer(name: "limit", command: "{self} limit --listen 127.0.0.1:{port}")
}
