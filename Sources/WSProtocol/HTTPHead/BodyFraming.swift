// How long a request's body is (RFC 9112 §6). Two programs that read one head must not disagree here: that is request smuggling
// (faults H1), so everything unusual is refused.

/// How the end of a body is found.
package enum BodyFraming: Sendable, Hashable {
    case none
    case length(Int)
    case chunked

    static func of(_ fields: HeaderFields, minorVersion: Int) throws(HTTPRefusal) -> BodyFraming {
        let lengths = fields.values(of: .contentLength)
        guard !fields.contains(.transferEncoding) else {
            return try transferEncoding(fields, hasLength: !lengths.isEmpty, minorVersion: minorVersion)
        }
        guard let length = lengths.first else { return .none }
        // RFC 9110 §8.6 — we reject duplicates even when they agree.
        guard lengths.count == 1 else {
            throw HTTPRefusal(.badRequest, "The request has more than one Content-Length; send one.")
        }
        guard !length.isEmpty, length.utf8.allSatisfy(ByteClass.isDigit) else {
            throw HTTPRefusal(
                .badRequest, "The Content-Length \(Quoted.text(length)) is not a number; send digits only.")
        }
        // Too large for a number of ours is certainly over any limit.
        guard let count = Int(length) else {
            throw HTTPRefusal(
                .contentTooLarge, "The Content-Length \(Quoted.text(length)) is over the limit; send less.")
        }
        return .length(count)
    }

    private static func transferEncoding(
        _ fields: HeaderFields, hasLength: Bool, minorVersion: Int
    ) throws(HTTPRefusal) -> BodyFraming {
        // RFC 9112 §6.1 — both fields, or the field in HTTP/1.0: the framing is faulty.
        guard !hasLength else {
            throw HTTPRefusal(
                .badRequest, "The request has Content-Length and Transfer-Encoding; send only one of them.")
        }
        guard minorVersion > 0 else {
            throw HTTPRefusal(.badRequest, "Transfer-Encoding stands in an HTTP/1.0 request; use HTTP/1.1.")
        }
        let codings = fields.elements(of: .transferEncoding)
        if let other = codings.first(where: { !equalIgnoringCase($0.utf8, "chunked".utf8) }) {
            // RFC 9112 §6.3 — not chunked at the end: the length cannot be known, 400. Else §6.1: 501.
            let isFinal = codings.last.map { equalIgnoringCase($0.utf8, "chunked".utf8) } == true
            throw HTTPRefusal(
                codings.count > 1 && !isFinal ? .badRequest : .notImplemented,
                "The transfer coding \(Quoted.text(other)) is not supported; send the body chunked or with a length.")
        }
        // Not even an empty element beside it (RFC 9110 §5.6.1 would let it pass): programs differ in what they make of one.
        let values = fields.values(of: .transferEncoding)
        guard values.count == 1, equalIgnoringCase(values[0].utf8, "chunked".utf8) else {
            throw HTTPRefusal(.badRequest, "Transfer-Encoding does not say chunked exactly once; send it so.")
        }
        return .chunked
    }
}
