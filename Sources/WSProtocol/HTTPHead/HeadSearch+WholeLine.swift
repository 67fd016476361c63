// The usual line of a head: whole in the input, and nothing strange in it. Each of its bytes is looked at once, eight at a time. Anything
// unusual, also a mistake, gives nil with nothing changed and goes the slow way of `HeadSearch.nextLine`, which stays the authority on
// what is refused and where. Benchmark: `rookery-bench codec --only http-head`.

extension HeadSearch {
    /// The line that begins at `position`, or nil when it has to go the slow way.
    @inline(__always)
    mutating func wholeLine(_ bytes: Span<UInt8>, request: Bool, limits: HTTPLimits) -> Line? {
        guard position == lineStart else { return nil }
        let end = min(bytes.count, limits.headBytesMax)
        if startLine != nil { return wholeFields(bytes, upTo: end, limits: limits) }
        return request && position == 0 ? wholeRequestLine(bytes, upTo: end, limits: limits) : nil
    }

    /// RFC 9112 §3 — method SP request-target SP HTTP-version CR LF.
    private mutating func wholeRequestLine(_ bytes: Span<UInt8>, upTo end: Int, limits: HTTPLimits) -> Line? {
        var method = 0
        while method < min(end, HTTPMethod.byteCountMax), ByteClass.isToken(bytes[method]) { method &+= 1 }
        guard method > 0, method < end, bytes[method] == ByteClass.space else { return nil }
        let targetLimit = min(end, method &+ 1 &+ limits.targetBytesMax)
        var target = method &+ 1
        while target < targetLimit, ByteClass.isTarget(bytes[target]) { target &+= 1 }
        guard target > method &+ 1, end &- target >= 11, bytes[target] == ByteClass.space else { return nil }
        // "HTTP/1.1", which nearly everybody speaks.
        guard bytes.eightBytes(at: target &+ 1) == 0x312E_312F_5054_5448,
            bytes[target &+ 9] == ByteClass.carriageReturn, bytes[target &+ 10] == ByteClass.lineFeed
        else { return nil }
        methodEnd = method
        targetEnd = target
        startLine = 0..<target &+ 9
        position = target &+ 11
        lineStart = position
        return .start(0..<target &+ 9)
    }

    /// RFC 9112 §5 — field-name ":" OWS field-value OWS CR LF, as often as they come; then the CR LF after all fields. Nil with every line
    /// before the unusual one taken.
    private mutating func wholeFields(_ bytes: Span<UInt8>, upTo end: Int, limits: HTTPLimits) -> Line? {
        guard end <= FieldIndex.byteCountMax else { return nil }
        while true {
            let start = position
            let nameEnd = HeadSearch.endOfName(bytes, start..<end)
            guard nameEnd > start, nameEnd < end, bytes[nameEnd] == ByteClass.colon else {
                guard nameEnd == start, end &- start >= 2, bytes[start] == ByteClass.carriageReturn,
                    bytes[start &+ 1] == ByteClass.lineFeed
                else { return nil }
                position = start &+ 2
                lineStart = position
                return .end
            }
            let lineEnd = HeadSearch.endOfPlainBytes(bytes, nameEnd &+ 1..<end)
            guard end &- lineEnd >= 2, bytes[lineEnd] == ByteClass.carriageReturn,
                bytes[lineEnd &+ 1] == ByteClass.lineFeed, fields.count < limits.headerCountMax
            else { return nil }
            fields.add(bytes, name: start..<nameEnd, value: nameEnd &+ 1..<lineEnd)
            position = lineEnd &+ 2
            lineStart = position
        }
    }

    /// The place of the first byte in the range that cannot stand in a name, or its end.
    @inline(__always)
    private static func endOfName(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index &+ 16 <= range.upperBound {
            let others = ByteClass.othersThanLetters(in: bytes.eightBytes(at: index))
            let behind = ByteClass.othersThanLetters(in: bytes.eightBytes(at: index &+ 8))
            guard others | behind == 0 else {
                index &+= others != 0 ? others.trailingZeroBitCount / 8 : 8 &+ behind.trailingZeroBitCount / 8
                break
            }
            index &+= 16
        }
        while index < range.upperBound, ByteClass.isToken(bytes[index]) { index &+= 1 }
        return index
    }
}
