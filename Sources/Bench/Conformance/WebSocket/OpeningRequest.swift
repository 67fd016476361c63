// A request for an opening handshake (RFC 6455 §4.1), right or wrong: fields in any order, missing, twice, and any bytes between them.

struct OpeningRequest: Sendable {
    var method = "GET"
    /// nil: that of the target.
    var path: String?
    var version = "HTTP/1.1"
    /// Without those that --header adds. `{host}` stands for the target's host.
    var fields: [(name: String, value: String)]
    var lineEnd = "\r\n"
    /// Between a name and its value.
    var separator = ": "

    /// What stands for the right ones in the table of wrong ones: the key of RFC 6455 §1.3.
    static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    init() {
        fields = [
            ("Host", "{host}"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", OpeningRequest.key), ("Sec-WebSocket-Version", "13"),
        ]
    }

    /// The same without a field.
    func without(_ name: String) -> OpeningRequest {
        var request = self
        request.fields.removeAll { $0.name == name }
        return request
    }

    /// The same with another value.
    func with(_ name: String, _ value: String) -> OpeningRequest {
        var request = self
        if let index = request.fields.firstIndex(where: { $0.name == name }) {
            request.fields[index].value = value
        } else {
            request.fields.append((name, value))
        }
        return request
    }

    /// The same with one more field at the end.
    func adding(_ name: String, _ value: String) -> OpeningRequest {
        var request = self
        request.fields.append((name, value))
        return request
    }

    func bytes(_ target: WebSocketTarget, headers: [(name: String, value: String)], number: Int) -> [UInt8] {
        var text = "\(method) \(path ?? target.path(number: number)) \(version)\(lineEnd)"
        for (name, value) in fields + headers {
            text += name + separator + (value == "{host}" ? target.host : value) + lineEnd
        }
        return Array((text + lineEnd).utf8)
    }
}
