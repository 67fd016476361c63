// The head of an HTTP/1.1 or HTTP/1.0 request (RFC 9112 §3, §5; RFC 9110 §7). Strict: a head that two programs could read in two
// ways is refused, never repaired (faults H1–H5). Bodies are read by `BodyReader`, upgrades checked by `ServerHandshake`.

/// A request head that obeys the rules: known method, HTTP/1, clean fields, a valid Host, a body whose end is certain.
package struct RequestHead: Sendable {
    /// A method that is not known never gets here: 501.
    package let method: HTTPMethod
    /// 0 or 1: HTTP/1.0 or HTTP/1.1. A higher minor version is served as 1.1 (RFC 9110 §2.5).
    package let minorVersion: Int
    private let targetRange: Range<Int>
    private let pathRange: Range<Int>
    private let queryRange: Range<Int>?
    /// All header fields in their order, already checked.
    package let fields: HeaderFields
    private let authorityRange: Range<Int>?
    /// What follows the head on the wire; it is certain (RFC 9112 §6.3).
    package let body: BodyFraming

    /// The request target as it was sent.
    package var target: String { text(targetRange) }
    /// The path of the target, still percent-encoded; "*" for `OPTIONS *`.
    package var path: String { pathRange.isEmpty ? "/" : text(pathRange) }
    /// What follows the first "?" of the target, still percent-encoded.
    package var query: String? { queryRange.map { text($0) } }

    /// Host and port the request is for: of an absolute target, else of `Host`; nil only in HTTP/1.0 without one.
    package var authority: Authority? { authorityRange.flatMap { fields.withBytes(in: $0) { Authority($0) } } }

    /// The request line is ASCII: `HeadSearch` lets nothing else pass.
    private func text(_ range: Range<Int>) -> String { fields.withBytes(in: range) { String(copying: $0) } }

    /// Reads the head at the start of `bytes`, which are all the bytes of this request so far. Returns nil while the head has
    /// not ended; keep `search` for the next try, then each byte is looked at once.
    package static func parse(
        _ bytes: Span<UInt8>, search: inout HeadSearch, limits: HTTPLimits
    ) throws(HTTPRefusal) -> (head: RequestHead, consumed: Int)? {
        while let line = try search.nextLine(bytes, request: true, limits: limits) {
            switch line {
            case .start(let range):
                search.requestLine = try RequestLine.parse(bytes, search.requestLineParts(range))
            case .field:
                continue
            case .end:
                guard let line = search.requestLine else { return nil }
                let head = bytes.extracting(0..<search.position)
                return (try RequestHead(line, HeaderFields(head, search.fields)), head.count)
            }
        }
        return nil
    }

    private init(_ line: RequestLine, _ fields: HeaderFields) throws(HTTPRefusal) {
        method = line.method
        minorVersion = line.minorVersion
        targetRange = line.target
        pathRange = line.path
        queryRange = line.query
        body = try BodyFraming.of(fields, minorVersion: line.minorVersion)
        authorityRange = try RequestHead.authority(fields, line)
        try RequestHead.checkExpectation(fields, minorVersion: line.minorVersion)
        self.fields = fields
    }

    /// RFC 9110 §10.1.1 — 417 for an expectation that is not 100-continue; in HTTP/1.0 the field means nothing.
    private static func checkExpectation(_ fields: HeaderFields, minorVersion: Int) throws(HTTPRefusal) {
        guard minorVersion > 0, fields.contains(.expect) else { return }
        let other = fields.elements(of: .expect).first { !equalIgnoringCase($0.utf8, "100-continue".utf8) }
        guard let other else { return }
        throw HTTPRefusal(
            .expectationFailed, "The expectation \(Quoted.text(other)) is not known here; only 100-continue is.")
    }

    /// RFC 9112 §3.2 — exactly one valid Host in HTTP/1.1; §3.2.2 — an absolute target overrides it. Returns where it stands.
    private static func authority(
        _ fields: HeaderFields, _ line: RequestLine
    ) throws(HTTPRefusal) -> Range<Int>? {
        let host = fields.only(.host)
        if let host {
            guard fields.withBytes(in: host, Authority.isValid) else {
                throw HTTPRefusal(
                    .badRequest,
                    "The Host \(Quoted.text(fields.bytes[host])) is not a host name with an optional port; correct it.")
            }
        } else if fields.contains(.host) {
            throw HTTPRefusal(.badRequest, "The request has more than one Host field; send one.")
        } else if line.minorVersion > 0 {
            throw HTTPRefusal(.badRequest, "The request has no Host field; HTTP/1.1 requires one.")
        }
        guard let range = line.authority else { return host }
        guard fields.withBytes(in: range, Authority.isValid) else {
            throw HTTPRefusal(
                .badRequest, "The host in the target \(Quoted.text(fields.bytes[range])) is not valid; correct it.")
        }
        return range
    }

    /// Whether the connection stays open after the response: HTTP/1.1 without `Connection: close` (RFC 9112 §9.3). We
    /// close after each HTTP/1.0 request.
    package var keepsAlive: Bool { minorVersion > 0 && !fields.lists("close", in: .connection) }

    /// Whether the peer waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    package var expectsContinue: Bool {
        minorVersion > 0 && body != .none && fields.lists("100-continue", in: .expect)
    }

    /// Whether the request asks for a WebSocket (it may still be an invalid handshake).
    package var asksForWebSocket: Bool { fields.lists("websocket", in: .upgrade) }

    /// The segments of the path, percent-decoded one by one: an encoded slash stays inside its segment, and ".." is a name
    /// like any other (faults H9). "/" has one empty segment.
    package func pathSegments() throws(HTTPRefusal) -> [String] {
        var segments: [String] = []
        for segment in path.utf8.dropFirst(path.utf8.first == UInt8(ascii: "/") ? 1 : 0)
            .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            segments.append(try PercentDecoding.text(segment))
        }
        return segments
    }

    /// The items of the query, decoded. Empty without a query.
    package func queryItems() throws(HTTPRefusal) -> QueryItems { try QueryItems(query ?? "") }
}
