// Request heads and the bodies behind them: the same for every cut, nothing beyond the limits, and an accepted head says one thing
// only. What smuggling needs (faults H1–H4) is looked for in the fields here, with other code than the parser's.
//
// Options: 1 small limits, 2 the body is read as chunked whatever the head says, 4 the head is given and all bytes are body.

import WSProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzHTTPHead(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    var limits = HTTPLimits()
    if input.has(1) {
        limits.targetBytesMax = 16
        limits.headBytesMax = 96
        limits.headerCountMax = 3
        limits.bodyBytesMax = 24
        limits.chunkLineBytesMax = 8
        limits.chunkExtensionBytesMax = 12
    }
    let whole = HTTPReading(input.bytes, input.whole, limits, input)
    let pieces = HTTPReading(input.bytes, input.pieces, limits, input)
    demand(whole.transcript == pieces.transcript, "any cut gives the same: \(whole.outcome) and \(pieces.outcome)")
    if let head = whole.head { checkHead(head, Array(input.bytes[..<whole.headCount]), limits) }
    return 0
}

/// A request read in pieces.
private struct HTTPReading {
    var head: RequestHead?
    var headCount = 0
    var transcript = Transcript()
    var outcome = "incomplete"
    fileprivate var body: [UInt8] = []

    init(_ bytes: [UInt8], _ pieces: [Range<Int>], _ limits: HTTPLimits, _ input: FuzzCase) {
        do throws(HTTPRefusal) {
            let framing: BodyFraming
            if input.has(4) {
                framing = input.has(2) ? .chunked : .length(Int(input.options >> 4 & 7))
            } else {
                guard let head = try readHead(bytes, pieces, limits) else { return }
                framing = input.has(2) ? .chunked : head.body
            }
            try readBody(bytes, pieces, limits, framing)
        } catch {
            transcript.add(error.status.rawValue)
            transcript.add(error.reason)
            outcome = "\(error.status.rawValue) \(error.reason)"
        }
    }

    private mutating func readHead(
        _ bytes: [UInt8], _ pieces: [Range<Int>], _ limits: HTTPLimits
    ) throws(HTTPRefusal) -> RequestHead? {
        var search = HeadSearch()
        for piece in pieces {
            let arrived = bytes.span.extracting(0..<piece.upperBound)
            let found = try RequestHead.parse(arrived, search: &search, limits: limits)
            demand(search.position <= limits.headBytesMax + 1, "no more is looked at than the limit")
            guard let found else { continue }
            demand(found.consumed <= limits.headBytesMax, "a head of \(found.consumed) bytes")
            demand(found.head.fields.count <= limits.headerCountMax, "\(found.head.fields.count) fields")
            demand(found.head.target.utf8.count <= limits.targetBytesMax, "a target of \(found.head.target)")
            head = found.head
            headCount = found.consumed
            transcript.add(found.consumed)
            outcome = "a head of \(found.consumed) bytes"
            return found.head
        }
        return nil
    }

    private mutating func readBody(
        _ bytes: [UInt8], _ pieces: [Range<Int>], _ limits: HTTPLimits, _ framing: BodyFraming
    ) throws(HTTPRefusal) {
        var reader = try BodyReader(framing, limits: limits)
        for piece in pieces where piece.upperBound > headCount && !reader.isComplete {
            let start = max(piece.lowerBound, headCount)
            let taken = try reader.receive(bytes.span.extracting(start..<piece.upperBound), into: &body)
            demand(taken == piece.upperBound - start || reader.isComplete, "all is taken until the body is whole")
            demand(body.count <= limits.bodyBytesMax, "a body of \(body.count) bytes")
            if reader.isComplete {
                transcript.add(start + taken)
                checkBody(Array(bytes[headCount..<start + taken]), framing)
            }
        }
        transcript.add(body)
        outcome += reader.isComplete ? ", a body of \(body.count) bytes" : ", an unfinished body"
    }
}

extension HTTPReading {
    /// RFC 9112 §7.1 read once more: `bytes` are all of the body's and no others, and give its content.
    fileprivate func checkBody(_ bytes: [UInt8], _ framing: BodyFraming) {
        guard framing == .chunked else {
            demand(bytes == body, "a counted body is what stands there")
            return
        }
        var rest = bytes[...]
        var content: [UInt8] = []
        while true {
            let line = rest.prefix { $0 != 13 }
            let digits = String(decoding: line.prefix { $0 != UInt8(ascii: ";") && $0 != 32 && $0 != 9 }, as: UTF8.self)
            guard let size = Int(digits, radix: 16), !digits.hasPrefix("+"), !digits.hasPrefix("-") else {
                fatalError("PROPERTY BROKEN: \(digits) is no chunk size")
            }
            rest = rest.dropFirst(line.count + 2)
            guard size > 0 else { break }
            content += rest.prefix(size)
            rest = rest.dropFirst(size)
            demand(rest.starts(with: [13, 10]), "CR LF behind a chunk")
            rest = rest.dropFirst(2)
        }
        demand(content == body, "the content of the chunks")
        demand(rest.suffix(2) == [13, 10], "an empty line at the end")
        demand(rest.count == 2 || rest.suffix(4) == [13, 10, 13, 10], "trailers are lines")
    }
}

private func checkHead(_ head: RequestHead, _ bytes: [UInt8], _ limits: HTTPLimits) {
    let lines = checkLines(bytes)
    let names = head.fields.all.map { $0.name.lowercased() }
    demand(lines.count == names.count + 1, "one line, one field")
    let lengths = names.filter { $0 == "content-length" }.count
    let codings = names.filter { $0 == "transfer-encoding" }.count
    demand(lengths <= 1 && (lengths == 0 || codings == 0), "one way to find the end of the body")
    switch head.body {
    case .none: demand(lengths == 0 && codings == 0, "no body without a field")
    case .length(let count):
        demand(lengths == 1 && count >= 0, "a length from its field")
        let digits = head.fields.first(.contentLength) ?? ""
        demand(digits.utf8.allSatisfy { (0x30...0x39).contains($0) } && Int(digits) == count, "the length is \(digits)")
    case .chunked: demand(codings >= 1 && head.minorVersion == 1, "chunked is said in HTTP/1.1")
    }
    let hosts = names.filter { $0 == "host" }.count
    demand(hosts == 1 || hosts == 0 && head.minorVersion == 0, "one Host")
    demand(head.path.utf8.first == UInt8(ascii: "/") || head.path == "*", "a path: \(head.path)")
    _ = try? head.pathSegments()
    _ = try? head.queryItems()
    checkAgain(head, limits)
}

/// The lines of the head before its end, split by a plain search for CR LF; no other CR or LF, no fold (RFC 9112 §2.2, §5.2).
private func checkLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for index in bytes.indices {
        demand(bytes[index] >= 0x20 && bytes[index] != 0x7F || [9, 10, 13].contains(bytes[index]), "no control byte")
        if bytes[index] == 13 { demand(index + 1 < bytes.count && bytes[index + 1] == 10, "no bare CR") }
        guard bytes[index] == 10 else { continue }
        demand(index > 0 && bytes[index - 1] == 13, "no bare LF")
        if index - 1 > start { lines.append(bytes[start..<index - 1]) }
        start = index + 1
    }
    demand(start == bytes.count, "a head ends with a line")
    for line in lines {
        demand(line.first != 0x20 && line.first != 9, "no fold")
        if line.startIndex != lines[0].startIndex {
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            demand(!name.isEmpty && name.count < line.count, "a name and a colon")
            demand(!name.contains(0x20) && !name.contains(9), "no white space before the colon")
        }
    }
    return lines
}

/// Writes the head as we would and reads it again.
private func checkAgain(_ head: RequestHead, _ limits: HTTPLimits) {
    var text = Array("\(head.method.rawValue) \(head.target) HTTP/1.\(head.minorVersion)\r\n".utf8)
    for field in head.fields.all {
        text += Array(field.name.utf8) + [UInt8(ascii: ":")]
        // Bytes above 0x7F come as ISO 8859-1.
        text += field.value.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } + [13, 10]
    }
    text += [13, 10]
    var search = HeadSearch()
    guard let again = try? RequestHead.parse(text.span, search: &search, limits: limits) else {
        fatalError("PROPERTY BROKEN: a head that was accepted is refused when written again")
    }
    demand(again.consumed == text.count && again.head.fields.all == head.fields.all, "the same fields")
    demand(again.head.authority == head.authority && again.head.body == head.body, "the same meaning")
    demand(
        again.head.keepsAlive == head.keepsAlive && again.head.expectsContinue == head.expectsContinue, "the same use")
}
