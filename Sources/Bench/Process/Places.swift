// The places in commands and URLs of servers that are filled when a server is started: `{port}` and `{self}`.

enum Places {
    static let port = "{port}"

    /// `text` with the port and this program's path in their places.
    static func filled(_ text: String, port number: UInt16, program: String) -> String {
        replace("{self}", by: program, in: replace(port, by: "\(number)", in: text))
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
