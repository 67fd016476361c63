// Finds and checks the lines of a head while it is still arriving (RFC 9112 §2.2, §5). Each byte is looked at once, in order, so
// that the cost is linear and the answer the same however the bytes were cut. What cannot be HTTP any more is refused at that
// byte, not at the limit; nothing is repaired (faults H1–H5, W12).

/// How far a head that has not ended yet was read. Start with `HeadSearch()`, pass it to each parse of the same head.
package struct HeadSearch: Sendable {
    /// How many bytes have been looked at.
    package internal(set) var position = 0
    var lineStart = 0
    private var skippedEmptyLine = false
    var startLine: Range<Int>?
    /// The fields whose lines have ended.
    var fields = FieldIndex()

    /// The request line once it was parsed.
    var requestLine: RequestLine?
    /// The method of the request, once its line was read; a refusal may need it.
    package var method: HTTPMethod? { requestLine?.method }
    /// The end of the method in the line being read, once its space was seen.
    var methodEnd: Int?
    /// The end of the target in the line being read.
    var targetEnd: Int?

    /// Before the first byte of a head. Costs no allocation until there are fields.
    package init() {}

    /// What a line that ended was.
    enum Line {
        case start(Range<Int>)
        case field
        /// The empty line after the fields: the head ends here.
        case end
    }

    /// Reads on to the end of the next line; nil when the bytes do not reach it yet. `request` adds the checks of a
    /// request line, byte by byte.
    mutating func nextLine(_ bytes: Span<UInt8>, request: Bool, limits: HTTPLimits) throws(HTTPRefusal) -> Line? {
        if let line = wholeLine(bytes, request: request, limits: limits) { return line }
        while position < bytes.count {
            guard position < limits.headBytesMax else {
                throw HTTPRefusal(
                    .requestHeaderFieldsTooLarge,
                    "The request head is longer than \(limits.headBytesMax) bytes; send fewer or shorter header fields."
                )
            }
            let byte = bytes[position]
            guard byte != ByteClass.lineFeed else {
                if let line = try endLine(bytes, request: request, limits: limits) { return line }
                continue
            }
            try check(byte, bytes, request: request, limits: limits)
            position += 1
            if startLine != nil && byte >= 0x20 { skipPlainBytes(bytes, upTo: min(bytes.count, limits.headBytesMax)) }
        }
        return nil
    }

    /// After a byte of a field that ends nothing: goes on to the next that may. Most bytes of a head pass here.
    private mutating func skipPlainBytes(_ bytes: Span<UInt8>, upTo end: Int) {
        position = HeadSearch.endOfPlainBytes(bytes, position..<end)
    }

    /// The place of the first control byte in the range, or its end.
    @inline(__always)
    static func endOfPlainBytes(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index &+ 32 <= range.upperBound {
            let controls = ByteClass.controls(in: bytes.thirtyTwoBytes(at: index))
            guard let first = controls.firstByteSet else {
                index &+= 32
                continue
            }
            return index &+ first
        }
        while index &+ 8 <= range.upperBound {
            let controls = ByteClass.controls(in: bytes.eightBytes(at: index))
            guard controls == 0 else { return index &+ controls.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < range.upperBound, bytes[index] >= 0x20, bytes[index] != 0x7F { index &+= 1 }
        return index
    }

    /// At a line feed: what the line was, or nil for the one empty line that may stand before a request line.
    private mutating func endLine(
        _ bytes: Span<UInt8>, request: Bool, limits: HTTPLimits
    ) throws(HTTPRefusal) -> Line? {
        // RFC 9112 §2.2 — a bare LF could be taken for a line end; we refuse it, as choices differ between programs.
        guard position > lineStart, bytes[position - 1] == ByteClass.carriageReturn else {
            throw HTTPRefusal(.badRequest, "A line of the head ends with LF alone; end each line with CR LF.")
        }
        let line = lineStart..<position - 1
        position += 1
        lineStart = position
        guard startLine != nil else {
            // RFC 9112 §2.2 — at least one empty line before the request line is ignored.
            if request && line.isEmpty && !skippedEmptyLine {
                skippedEmptyLine = true
                return nil
            }
            startLine = line
            return .start(line)
        }
        guard !line.isEmpty else { return .end }
        guard fields.count < limits.headerCountMax else {
            throw HTTPRefusal(
                .requestHeaderFieldsTooLarge,
                "The request has more than \(limits.headerCountMax) header fields; send fewer.")
        }
        let (name, value) = try HeadSearch.field(bytes, line)
        fields.add(FieldName.table.name(bytes, name), lineStart: line.lowerBound, value: value)
        return .field
    }

    private mutating func check(
        _ byte: UInt8, _ bytes: Span<UInt8>, request: Bool, limits: HTTPLimits
    ) throws(HTTPRefusal) {
        // RFC 9112 §2.2 — a bare CR is invalid.
        if position > lineStart && bytes[position - 1] == ByteClass.carriageReturn {
            throw HTTPRefusal(.badRequest, "A CR inside a line of the head is not followed by LF; remove it.")
        }
        if startLine == nil && request {
            if byte == ByteClass.carriageReturn && position == lineStart { return }
            try checkRequestLine(byte, limits: limits)
        } else if byte == ByteClass.carriageReturn {
            return
        } else if !ByteClass.isFieldContent(byte) {
            // RFC 9110 §5.5 — CR, LF and NUL are dangerous, other control bytes invalid.
            throw HTTPRefusal(
                .badRequest, "The control byte \(Quoted.escaped(byte)) stands in a line of the head; remove it.")
        } else if position == lineStart && ByteClass.isSpace(byte) {
            // RFC 9112 §5.2 — obs-fold.
            throw HTTPRefusal(
                .badRequest, "A header line begins with white space; write each header field on one line.")
        }
    }

    /// RFC 9112 §3 — method SP request-target SP HTTP-version.
    private mutating func checkRequestLine(_ byte: UInt8, limits: HTTPLimits) throws(HTTPRefusal) {
        guard let methodEnd else { return try checkMethod(byte) }
        guard targetEnd == nil else {
            // The version is short; what it says is checked when the line ends.
            let isVersionByte = byte == ByteClass.carriageReturn || (byte > 0x20 && byte < 0x7F)
            guard isVersionByte, position - (targetEnd ?? 0) <= 16 else {
                throw HTTPRefusal(
                    .badRequest, "The request line does not end with HTTP/1.1 after the target; write one space there.")
            }
            return
        }
        if byte == ByteClass.space && position > methodEnd + 1 {
            targetEnd = position
        } else if byte == ByteClass.carriageReturn {
            throw HTTPRefusal(.badRequest, "The request line has no HTTP version; write \"GET / HTTP/1.1\".")
        } else if !ByteClass.isTarget(byte) {
            throw HTTPRefusal(
                .badRequest,
                "The byte \(Quoted.escaped(byte)) stands in the request target; percent-encode it.")
        } else if position - methodEnd > limits.targetBytesMax {
            throw HTTPRefusal(
                .uriTooLong, "The request target is longer than \(limits.targetBytesMax) bytes; shorten it.")
        }
    }

    private mutating func checkMethod(_ byte: UInt8) throws(HTTPRefusal) {
        if byte == ByteClass.space && position > lineStart {
            methodEnd = position
            return
        }
        guard ByteClass.isToken(byte) else {
            let isHello = byte == 0x16 && position == 0
            throw HTTPRefusal(
                .badRequest,
                isHello
                    ? "This looks like TLS; this port speaks plain HTTP, so use http:// and ws://."
                    : "The byte \(Quoted.escaped(byte)) stands where an HTTP method is expected; send an HTTP/1.1 request."
            )
        }
        // RFC 9112 §3 — a method longer than any we implement: 501.
        guard position - lineStart < HTTPMethod.byteCountMax else {
            throw HTTPRefusal(
                .notImplemented,
                "The request method is longer than \(HTTPMethod.byteCountMax) bytes; use a known method such as GET.")
        }
    }

    /// The method and the target of the line that just ended.
    func requestLineParts(_ line: Range<Int>) -> RequestLine.Parts? {
        guard let methodEnd, let targetEnd, targetEnd < line.upperBound else { return nil }
        return RequestLine.Parts(
            method: line.lowerBound..<methodEnd, target: methodEnd + 1..<targetEnd,
            version: targetEnd + 1..<line.upperBound)
    }

    /// RFC 9112 §5 — field-name ":" OWS field-value OWS; the white space still belongs to the value.
    static func field(
        _ bytes: Span<UInt8>, _ line: Range<Int>
    ) throws(HTTPRefusal) -> (name: Range<Int>, value: Range<Int>) {
        var nameEnd = line.lowerBound
        while nameEnd < line.upperBound, ByteClass.isToken(bytes[nameEnd]) { nameEnd += 1 }
        // RFC 9112 §5.1 — no white space between name and colon.
        guard nameEnd > line.lowerBound, nameEnd < line.upperBound, bytes[nameEnd] == ByteClass.colon else {
            throw HTTPRefusal(
                .badRequest,
                "The header line \(quote(bytes, line)) is not a name, a colon and a value; correct or remove it.")
        }
        guard line.upperBound <= FieldIndex.byteCountMax else {
            throw HTTPRefusal(.requestHeaderFieldsTooLarge, "The head is too long; shorten it.")
        }
        return (line.lowerBound..<nameEnd, nameEnd + 1..<line.upperBound)
    }

    private static func quote(_ bytes: Span<UInt8>, _ line: Range<Int>) -> String {
        Quoted.text((line.lowerBound..<min(line.upperBound, line.lowerBound + 64)).map { bytes[$0] }, limit: 40)
    }
}
