// A request that is not served, with the answer it gets. RFC 9110 §15; the connection always closes afterwards: after a broken
// request nobody knows where the next one begins.

/// Why a request is refused: the status, one sentence for the person at the other end, and the fields that go with it.
package struct HTTPRefusal: Error, Sendable, Hashable {
    package var status: HTTPStatus
    /// One sentence: what was wrong, the value, and what to do.
    package var reason: String
    package var headers: [HTTPField]

    package init(_ status: HTTPStatus, _ reason: String, headers: [HTTPField] = []) {
        self.status = status
        self.reason = reason
        self.headers = headers
    }

    /// The answer on the wire. `omitBody` for a HEAD request.
    package func response(omitBody: Bool = false) -> [UInt8] {
        document.encode(omitBody: omitBody, keepAlive: false)
    }

    /// The answer as a response like others, for a refusal after which the connection may go on.
    package var document: HTTPResponse {
        let body = Array((reason + "\n").utf8)
        var response = HTTPResponse(status, headers: headers, body: body)
        response.headers.append(HTTPField("Content-Type", "text/plain; charset=utf-8"))
        response.headers.append(HTTPField("Cache-Control", "no-store"))
        response.headers.append(HTTPField("X-Content-Type-Options", "nosniff"))
        return response
    }
}
