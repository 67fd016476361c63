// The usual line of a head: whole in the input, and nothing strange in it. Each of its bytes is looked at once, eight at a time. Anything
// unusual, also a mistake, gives nil with nothing changed and goes the slow way of `HeadSearch.nextLine`, which stays the authority on
// what is refused and where. Benchmark: `rookery-bench codec --only http-head`.

extension HeadSearch {
    /// The line that begins at `position`, or nil when it has to go the slow way.
    @inline(__always)
    mutating func wholeLine(_ bytes: Span<UInt8>, request: Bool, limits: HTTPLimits) -> Line? {
        guard position == lineStart else { return nil }
        let end = min(bytes.count, limits.headBytesMax)
        if startLine != nil { return wholeField(bytes, upTo: end, limits: limits) }
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

    /// RFC 9112 §5 — field-name ":" OWS field-value OWS CR LF; or the CR LF after all fields.
    private mutating func wholeField(_ bytes: Span<UInt8>, upTo end: Int, limits: HTTPLimits) -> Line? {
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
            bytes[lineEnd &+ 1] == ByteClass.lineFeed, locations.count < limits.headerCountMax,
            end <= Int(Int32.max)
        else { return nil }
        var valueStart = nameEnd &+ 1
        var valueEnd = lineEnd
        while valueStart < valueEnd, ByteClass.isSpace(bytes[valueStart]) { valueStart &+= 1 }
        while valueEnd > valueStart, ByteClass.isSpace(bytes[valueEnd &- 1]) { valueEnd &-= 1 }
        if locations.isEmpty { locations.reserveCapacity(20) }
        // None is larger than `end`, which fits.
        locations.append(
            HeaderFields.Location(
                nameStart: Int32(truncatingIfNeeded: start), nameEnd: Int32(truncatingIfNeeded: nameEnd),
                valueStart: Int32(truncatingIfNeeded: valueStart), valueEnd: Int32(truncatingIfNeeded: valueEnd),
                mark: HeaderFields.Mark(bytes.extracting(start..<nameEnd))))
        position = lineEnd &+ 2
        lineStart = position
        return .field
    }

    /// The place of the first byte in the range that cannot stand in a name, or its end.
    @inline(__always)
    private static func endOfName(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let others = ByteClass.othersThanLetters(in: bytes.eightBytes(at: index))
            guard others == 0 else {
                index &+= others.trailingZeroBitCount / 8
                break
            }
            index &+= 8
        }
        while index < range.upperBound, ByteClass.isToken(bytes[index]) { index &+= 1 }
        return index
    }
}
