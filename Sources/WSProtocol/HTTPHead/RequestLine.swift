// The first line of a request (RFC 9112 §3): method, target in origin, absolute or asterisk form, version. Strict as RFC
// 9112 §3 allows: three words with one space between them, the name of the protocol in capitals.

struct RequestLine: Sendable {
    var method: HTTPMethod
    var minorVersion: Int
    /// All ranges count from the start of the head.
    var target: Range<Int>
    var path: Range<Int>
    var query: Range<Int>?
    var authority: Range<Int>?

    /// Where the three words of the line stand.
    struct Parts {
        var method: Range<Int>
        var target: Range<Int>
        var version: Range<Int>
    }

    /// `parts` is nil when the line had not all of them.
    static func parse(_ bytes: Span<UInt8>, _ parts: Parts?) throws(HTTPRefusal) -> RequestLine {
        guard let parts else {
            throw HTTPRefusal(.badRequest, "The request line is not complete; write \"GET / HTTP/1.1\".")
        }
        let minorVersion = try RequestLine.minorVersion(bytes.extracting(parts.version))
        guard let method = HTTPMethod(bytes, parts.method) else {
            let name = copy(bytes, parts.method)
            throw HTTPRefusal(
                .notImplemented, "The request method \(Quoted.text(name)) is not known here; use GET.")
        }
        var parsed = RequestLine(
            method: method, minorVersion: minorVersion, target: parts.target, path: parts.target)
        try parsed.splitTarget(bytes)
        return parsed
    }

    /// RFC 9112 §2.3 — HTTP-version = "HTTP" "/" DIGIT "." DIGIT, in this case only.
    private static func minorVersion(_ text: Span<UInt8>) throws(HTTPRefusal) -> Int {
        if text.equals("HTTP/1.1") { return 1 }
        guard text.count == 8, text.extracting(0..<5).equals("HTTP/"), ByteClass.isDigit(text[5]),
            text[6] == UInt8(ascii: "."), ByteClass.isDigit(text[7])
        else {
            throw HTTPRefusal(
                .badRequest,
                "The request line ends with \(Quoted.text([UInt8](copying: text))), not with HTTP/1.1; correct it.")
        }
        // RFC 9110 §15.6.6 — another major version: 505.
        guard text[5] == UInt8(ascii: "1") else {
            throw HTTPRefusal(
                .httpVersionNotSupported,
                "The version \(Quoted.text([UInt8](copying: text))) is not supported; use HTTP/1.1.")
        }
        // RFC 9110 §2.5 — a higher minor version is processed as the highest we know.
        return text[7] == UInt8(ascii: "0") ? 0 : 1
    }

    private mutating func splitTarget(_ bytes: Span<UInt8>) throws(HTTPRefusal) {
        var pathStart = target.lowerBound
        if bytes[pathStart] != UInt8(ascii: "/") {
            // RFC 9112 §3.2.4 — asterisk-form, only for OPTIONS.
            if target.count == 1, bytes[pathStart] == UInt8(ascii: "*"), method == .options { return }
            pathStart = try splitAbsolute(bytes)
        }
        let mark = (pathStart..<target.upperBound).first { bytes[$0] == UInt8(ascii: "?") }
        path = pathStart..<(mark ?? target.upperBound)
        query = mark.map { $0 + 1..<target.upperBound }
    }

    /// RFC 9112 §3.2.2 — absolute-form: a server must accept it. Returns where the path begins.
    private mutating func splitAbsolute(_ bytes: Span<UInt8>) throws(HTTPRefusal) -> Int {
        let text = RequestLine.copy(bytes, target.lowerBound..<min(target.upperBound, target.lowerBound + 8))
        guard
            let scheme = ["http://", "https://"].first(where: { equalIgnoringCase($0.utf8, text.prefix($0.utf8.count)) }
            )
        else {
            throw HTTPRefusal(
                .badRequest, "The request target \(Quoted.text(text)) does not begin with a slash; begin it with one.")
        }
        let start = target.lowerBound + scheme.utf8.count
        let end =
            (start..<target.upperBound).first { bytes[$0] == UInt8(ascii: "/") || bytes[$0] == UInt8(ascii: "?") }
            ?? target.upperBound
        authority = start..<end
        return end
    }

    private static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] { range.map { bytes[$0] } }
}
