// Reads a request's body (RFC 9112 §6, §7.1): by length or chunked. Strict: sizes are digits only, every line ends with CR LF, a
// trailer line must be a field. Over the limit: 413 (faults H3, H5).

/// A body on its way in. Give it the bytes after the head until `isComplete`; what follows is the next request.
package struct BodyReader: Sendable {
    private enum State: Sendable {
        case counted(left: Int)
        case chunkLine
        case chunkData(left: Int)
        case chunkEnd
        case trailers
        case complete
    }

    private var state: State
    private let limits: HTTPLimits
    /// The line being read: a chunk size, the CR LF after a chunk, or a trailer.
    private var line: [UInt8] = []
    private var total = 0
    private var extensionBytes = 0
    private var trailerCount = 0
    private var trailerBytes = 0

    /// Refuses a declared length over the limit at once, before any of it is read.
    package init(_ framing: BodyFraming, limits: HTTPLimits) throws(HTTPRefusal) {
        self.limits = limits
        switch framing {
        case .none: state = .complete
        case .length(let count):
            guard count <= limits.bodyBytesMax else { throw BodyReader.tooLarge(limits) }
            state = count == 0 ? .complete : .counted(left: count)
        case .chunked: state = .chunkLine
        }
    }

    /// The body has ended; the next byte belongs to another request.
    package var isComplete: Bool {
        if case .complete = state { true } else { false }
    }

    /// Takes bytes of the body, appends its content to `body` and returns how many bytes were the body's.
    package mutating func receive(_ bytes: Span<UInt8>, into body: inout [UInt8]) throws(HTTPRefusal) -> Int {
        var offset = 0
        while offset < bytes.count {
            switch state {
            case .complete: return offset
            case .counted(let left):
                let taken = min(left, bytes.count - offset)
                body.append(copying: bytes.extracting(offset..<offset + taken))
                offset += taken
                state = left == taken ? .complete : .counted(left: left - taken)
            case .chunkData(let left):
                let taken = min(left, bytes.count - offset)
                body.append(copying: bytes.extracting(offset..<offset + taken))
                offset += taken
                state = left == taken ? .chunkEnd : .chunkData(left: left - taken)
            case .chunkLine, .chunkEnd, .trailers:
                try takeLineByte(bytes[offset])
                offset += 1
            }
        }
        return offset
    }

    /// RFC 9112 §2.2 — CR LF ends a line, neither of them alone, and no other control byte stands in it.
    private mutating func takeLineByte(_ byte: UInt8) throws(HTTPRefusal) {
        let endsWithCR = line.last == ByteClass.carriageReturn
        if byte == ByteClass.lineFeed {
            guard endsWithCR else {
                throw HTTPRefusal(.badRequest, "A line of the chunked body ends with LF alone; end it with CR LF.")
            }
            line.removeLast()
            try endLine()
            line.removeAll(keepingCapacity: true)
            return
        }
        guard !endsWithCR, byte == ByteClass.carriageReturn || ByteClass.isFieldContent(byte) else {
            throw HTTPRefusal(
                .badRequest, "The byte \(Quoted.escaped(byte)) has no place in a line of the chunked body; remove it.")
        }
        try checkEarly(byte)
        line.append(byte)
    }

    /// What can be refused before the line ends.
    private func checkEarly(_ byte: UInt8) throws(HTTPRefusal) {
        switch state {
        case .chunkEnd where byte != ByteClass.carriageReturn || !line.isEmpty:
            throw HTTPRefusal(.badRequest, "A chunk is longer than its size says; correct the size.")
        case .trailers where trailerBytes + line.count >= limits.headBytesMax:
            throw HTTPRefusal(
                .requestHeaderFieldsTooLarge,
                "The trailers are longer than \(limits.headBytesMax) bytes; send fewer.")
        case .chunkLine where line.count >= limits.chunkLineBytesMax:
            throw HTTPRefusal(
                .badRequest,
                "A chunk size with its extensions is longer than \(limits.chunkLineBytesMax) bytes; shorten it.")
        case .chunkLine where line.isEmpty && ByteClass.hexValue(byte) == nil:
            throw HTTPRefusal(
                .badRequest,
                "The byte \(Quoted.escaped(byte)) stands where a chunk size is expected; send hexadecimal digits.")
        default: break
        }
    }

    private mutating func endLine() throws(HTTPRefusal) {
        switch state {
        case .chunkLine:
            let size = try chunkSize()
            guard size <= limits.bodyBytesMax - total else { throw BodyReader.tooLarge(limits) }
            total += size
            state = size == 0 ? .trailers : .chunkData(left: size)
        case .chunkEnd: state = .chunkLine
        case .trailers:
            guard !line.isEmpty else {
                state = .complete
                return
            }
            trailerCount += 1
            trailerBytes += line.count + 2
            guard trailerCount <= limits.headerCountMax else {
                throw HTTPRefusal(
                    .requestHeaderFieldsTooLarge,
                    "The body has more than \(limits.headerCountMax) trailers; send fewer.")
            }
            // Trailers are checked and dropped (RFC 9112 §7.1.2): nothing here needs one.
            _ = try HeadSearch.field(line.span, 0..<line.count)
        case .counted, .chunkData, .complete: break
        }
    }

    /// RFC 9112 §7.1 — 1*HEXDIG [ chunk-ext ]; extensions are ignored (§7.1.1), but must be some.
    private mutating func chunkSize() throws(HTTPRefusal) -> Int {
        let digits = line.prefix { ByteClass.hexValue($0) != nil }
        let rest = line[digits.endIndex...].drop(while: ByteClass.isSpace)
        guard !digits.isEmpty, rest.isEmpty ? digits.count == line.count : rest.first == UInt8(ascii: ";") else {
            throw HTTPRefusal(
                .badRequest, "The chunk size \(Quoted.text(line)) is not a hexadecimal number; correct it.")
        }
        guard ChunkExtensions.isWellFormed(line.span.extracting(digits.endIndex...)) else {
            throw HTTPRefusal(
                .badRequest,
                "The chunk extensions in \(Quoted.text(line)) are not name=value behind semicolons; correct them."
            )
        }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        // RFC 9112 §7.1.1 — limit the total length of extensions: else one byte in each chunk drags a line behind it.
        extensionBytes += line.count - max(1, significant.count)
        guard extensionBytes <= limits.chunkExtensionBytesMax else {
            throw HTTPRefusal(
                .badRequest,
                "The chunk extensions of this body are longer than \(limits.chunkExtensionBytesMax) bytes; send fewer.")
        }
        guard significant.count <= 15 else { throw BodyReader.tooLarge(limits) }
        return significant.reduce(0) { $0 << 4 | Int(ByteClass.hexValue($1) ?? 0) }
    }

    private static func tooLarge(_ limits: HTTPLimits) -> HTTPRefusal {
        HTTPRefusal(.contentTooLarge, "The request body is longer than \(limits.bodyBytesMax) bytes; send less.")
    }
}
