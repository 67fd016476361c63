// The head of a response (RFC 9112 §4), as far as a WebSocket client needs it. The same strict reader of lines as for
// requests. Nothing of a response's framing is read: behind a 101 come frames, and any other answer ends the connection.

/// Status and fields of a response.
struct ResponseHead {
    var status: Int
    /// 0 for HTTP/1.0.
    var minorVersion: Int
    var fields: HeaderFields

    /// Reads the head at the start of `bytes`; nil while it has not ended.
    static func parse(
        _ bytes: Span<UInt8>, search: inout HeadSearch, limits: HTTPLimits
    ) throws(HTTPRefusal) -> (head: ResponseHead, consumed: Int)? {
        while let line = try search.nextLine(bytes, request: false, limits: limits) {
            switch line {
            case .start(let range):
                guard status(bytes, range) != nil else {
                    let start = range.lowerBound..<min(range.upperBound, range.lowerBound + 64)
                    throw HTTPRefusal(
                        .badRequest,
                        "The answer begins with \(Quoted.text(start.map { bytes[$0] })), not with HTTP/1.1.")
                }
            case .field: continue
            case .end:
                guard let range = search.startLine, let status = status(bytes, range) else { return nil }
                let fields = HeaderFields(bytes.extracting(0..<search.position), search.fields)
                let minorVersion = Int(bytes[range.lowerBound + 7] - UInt8(ascii: "0"))
                let head = ResponseHead(status: status, minorVersion: minorVersion, fields: fields)
                return (head, search.position)
            }
        }
        return nil
    }

    /// RFC 9112 §4 — HTTP-version SP status-code SP [ reason-phrase ]. A missing last space is common and harmless.
    private static func status(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Int? {
        let text = line.prefix(13).map { bytes[$0] }
        guard text.count >= 12, text.starts(with: "HTTP/1.".utf8), ByteClass.isDigit(text[7]),
            text[8] == ByteClass.space, text[9..<12].allSatisfy(ByteClass.isDigit),
            text.count == 12 || text[12] == ByteClass.space
        else { return nil }
        return text[9..<12].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
