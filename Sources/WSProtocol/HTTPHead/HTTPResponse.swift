// Writes a response (RFC 9112 §4, §6). It frames the body and names the connection options itself, and it writes no control byte
// into a field, whatever it was handed (faults H7).

/// A whole response, to be written at once.
package struct HTTPResponse: Sendable {
    /// The code; its phrase comes by itself.
    package var status: HTTPStatus
    /// Without `Content-Length` and `Connection`: `encode` writes these two.
    package var headers: [HTTPField]
    /// The content as it is, never chunked.
    package var body: [UInt8]

    /// A body wants its `Content-Type` in `headers`: none is guessed.
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

    /// The bytes of the response. With `omitBody` (HEAD) the length is told and the body left out.
    ///
    /// A field that holds a control byte would let a peer write its own header through our echo: the whole response becomes
    /// a 500 that says so.
    package func encode(omitBody: Bool = false, keepAlive: Bool) -> [UInt8] {
        guard headers.allSatisfy(\.isSafe) else {
            return HTTPResponse(.internalServerError, text: "A header field of this response held a control byte.\n")
                .encode(omitBody: omitBody, keepAlive: false)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + body.count)
        HTTPResponse.append("HTTP/1.1 \(status.rawValue) ", status.phrase, to: &bytes)
        var namesUpgrade = false
        for field in headers where !HTTPResponse.writesItself(field.name) {
            HTTPResponse.append(field.name, ": ", field.value, to: &bytes)
            // RFC 9110 §7.8 — who sends Upgrade names it in Connection.
            if equalIgnoringCase(field.name.utf8, "upgrade".utf8) { namesUpgrade = true }
        }
        let closes = !keepAlive && status != .switchingProtocols
        switch (namesUpgrade, closes) {
        case (true, true): HTTPResponse.append("Connection: Upgrade, close", to: &bytes)
        case (true, false): HTTPResponse.append("Connection: Upgrade", to: &bytes)
        case (false, true): HTTPResponse.append("Connection: close", to: &bytes)
        case (false, false): break
        }
        if status.hasBody { HTTPResponse.append("Content-Length: \(body.count)", to: &bytes) }
        HTTPResponse.append(to: &bytes)
        if status.hasBody && !omitBody { bytes.append(contentsOf: body) }
        return bytes
    }

    /// One line of the head.
    private static func append(_ parts: String..., to bytes: inout [UInt8]) {
        for part in parts { bytes.append(contentsOf: part.utf8) }
        bytes.append(ByteClass.carriageReturn)
        bytes.append(ByteClass.lineFeed)
    }

    private static func writesItself(_ name: String) -> Bool {
        equalIgnoringCase(name.utf8, "connection".utf8) || equalIgnoringCase(name.utf8, "content-length".utf8)
    }
}
