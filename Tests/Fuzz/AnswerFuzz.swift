// Answers to a request of our own: the same for every cut, never more than the limits, and a body that is what stands there. The head's end and its
// fields are looked for here by other code than the parser's.
//
// Options: 1 small limits.

import WSProtocol

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzAnswer(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    var limits = HTTPLimits()
    if input.has(1) {
        limits.headBytesMax = 96
        limits.headerCountMax = 3
        limits.bodyBytesMax = 24
        limits.chunkLineBytesMax = 8
        limits.chunkExtensionBytesMax = 12
    }
    let whole = AnswerReading(input.bytes, input.whole, limits)
    let pieces = AnswerReading(input.bytes, input.pieces, limits)
    demand(whole.transcript == pieces.transcript, "any cut gives the same: \(whole.outcome) and \(pieces.outcome)")
    whole.check(input.bytes)
    return 0
}

private struct AnswerReading {
    var transcript = Transcript()
    var outcome = "incomplete"
    /// Nil: refused, or the head has not ended.
    private var status: Int?
    private var body: [UInt8] = []
    private var isWhole = false

    init(_ bytes: [UInt8], _ pieces: [Range<Int>], _ limits: HTTPLimits) {
        var reader = AnswerReader(limits: limits)
        do throws(HTTPRefusal) {
            for piece in pieces {
                try reader.receive(bytes.span.extracting(piece))
                demand(reader.body.count <= limits.bodyBytesMax, "a body of \(reader.body.count) bytes")
                demand(!reader.isComplete || reader.status != nil, "nothing is complete without a status")
            }
        } catch {
            transcript.add(error.status.rawValue)
            transcript.add(error.reason)
            outcome = "\(error.status.rawValue) \(error.reason)"
            return
        }
        (status, body) = (reader.status, reader.body)
        let isComplete = reader.isComplete
        isWhole = reader.receiveEndOfStream()
        demand(isWhole || !isComplete, "what is complete is whole")
        transcript.add(status ?? 0)
        transcript.add(body)
        transcript.add(isComplete ? 1 : 0)
        transcript.add(isWhole ? 1 : 0)
        outcome = "status \(status ?? 0), \(body.count) bytes\(isWhole ? "" : ", unfinished")"
    }

    /// RFC 9112 §6.3, read once more.
    func check(_ bytes: [UInt8]) {
        guard let status else { return }
        demand((200...999).contains(status), "the status \(status)")
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else {
            fatalError("PROPERTY BROKEN: a status without a head")
        }
        let rest = Array(bytes[(end + 4)...])
        let lines = bytes[..<end].split(separator: 13).map { line in
            String(decoding: line.drop { $0 == 10 }, as: UTF8.self).lowercased()
        }
        let digits = "\(status)"
        demand(
            lines[0].utf8.dropFirst("http/1.1 ".utf8.count).starts(with: digits.utf8), "the status of the first line")
        let isChunked = lines.contains { $0.hasPrefix("transfer-encoding:") }
        let length = lines.first { $0.hasPrefix("content-length:") }
        if status == 204 || status == 304 {
            demand(body.isEmpty && isWhole, "no content with \(status), whatever the fields say")
        } else if isChunked {
            demand(length == nil, "one way to find the end of the body")
            demand(body.count < rest.count || body.isEmpty, "chunks are more than their content")
        } else if let length {
            let spaces: Set<Character> = [" ", "\t"]
            let digits = length.dropFirst("content-length:".count).drop { spaces.contains($0) }.prefix {
                !spaces.contains($0)
            }
            let count = Int(digits) ?? -1
            demand(count >= 0 && body == Array(rest.prefix(count)), "\(count) bytes behind the head")
            demand(isWhole == (rest.count >= count), "whole when all of them have come")
        } else {
            demand(body == rest && isWhole, "up to the end of the stream")
        }
    }
}
