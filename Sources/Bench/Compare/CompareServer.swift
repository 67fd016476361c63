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
    static let portPlace = "{port}"

    /// The yardstick when no other is named.
    static let limit = CompareServer(name: "limit", command: "{self} limit --listen 127.0.0.1:{port}")

    /// `text` with the port and this program's path in their places.
    static func filled(_ text: String, port: UInt16, program: String) -> String {
        replace("{self}", by: program, in: replace(portPlace, by: "\(port)", in: text))
    }

    /// Every `place` in `text` replaced.
    static func replace(_ place: String, by value: String, in text: String) -> String {
        let wanted = Array(place.utf8)
        var rest = Array(text.utf8)[...]
        var result: [UInt8] = []
        while let byte = rest.first {
            if rest.starts(with: wanted) {
                result += value.utf8
                rest = rest.dropFirst(wanted.count)
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
