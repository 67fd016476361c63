// Writes a response (RFC 9112 §4, §6). It frames the body and names the connection options itself, and it writes no control byte
// into a field, whatever it was handed (faults H7).

/// A whole response, to be written at once.
package struct HTTPResponse: Sendable {
    package var status: HTTPStatus
    /// Without `Content-Length` and `Connection`: `encode` writes these two.
    package var headers: [HTTPField]
    package var body: [UInt8]

    package init(_ status: HTTPStatus, headers: [HTTPField] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A response with a plain text of ours.
    package init(_ status: HTTPStatus, text: String) {
        self.init(
            status, headers: [HTTPField("Content-Type", "text/plain; charset=utf-8")], body: Array(text.utf8))
    }

    /// The interim answer to `Expect: 100-continue` (RFC 9110 §10.1.1).
    package static let continueBytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// The bytes of the response. With `omitBody` (HEAD) the length is told and the body left out.
    ///
    /// A field that holds a control byte would let a peer write its own header through our echo: the whole response becomes
    /// a 500 that says so.
    package func encode(omitBody: Bool = false, keepAlive: Bool) -> [UInt8] {
        guard headers.allSatisfy(\.isSafe) else {
            return HTTPResponse(.internalServerError, text: "A header field of this response held a control byte.\n")
                .encode(omitBody: omitBody, keepAlive: false)
        }
        var head = "HTTP/1.1 \(status.rawValue) \(status.phrase)\r\n"
        var options: [String] = []
        for field in headers where !HTTPResponse.writesItself(field.name) {
            head += "\(field.name): \(field.value)\r\n"
            // RFC 9110 §7.8 — who sends Upgrade names it in Connection.
            if equalIgnoringCase(field.name.utf8, "upgrade".utf8) { options.append("Upgrade") }
        }
        if !keepAlive && status != .switchingProtocols { options.append("close") }
        if !options.isEmpty { head += "Connection: \(options.joined(separator: ", "))\r\n" }
        if status.hasBody { head += "Content-Length: \(body.count)\r\n" }
        head += "\r\n"
        var bytes = Array(head.utf8)
        if status.hasBody && !omitBody { bytes.append(contentsOf: body) }
        return bytes
    }

    private static func writesItself(_ name: String) -> Bool {
        equalIgnoringCase(name.utf8, "connection".utf8) || equalIgnoringCase(name.utf8, "content-length".utf8)
    }
}
