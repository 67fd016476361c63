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
    ///
    /// The ends of lines are found in blocks, whatever is in the lines: so the processor need not wait for one line to begin the next.
    private mutating func wholeFields(_ bytes: Span<UInt8>, upTo end: Int, limits: HTTPLimits) -> Line? {
        guard end >= 32, end <= FieldIndex.byteCountMax else { return nil }
        let names = FieldName.table
        var start = position
        var index = start
        defer {
            position = start
            lineStart = start
        }
        while index < end {
            // The last block begins before the end of the one before it, whose bytes are left out.
            let block = min(index, end &- 32)
            var controls = ByteClass.controls(in: bytes.thirtyTwoBytes(at: block)).byteBits
            controls &= UInt32.max &<< UInt32(truncatingIfNeeded: index &- block)
            index = block &+ 32
            while controls != 0 {
                let place = block &+ controls.trailingZeroBitCount
                controls &= controls &- 1
                // The LF of the line before.
                if place < start { continue }
                guard end &- place >= 2, bytes[place] == ByteClass.carriageReturn,
                    bytes[place &+ 1] == ByteClass.lineFeed
                else { return nil }
                let line = start..<place
                guard line.isEmpty || take(line, bytes, names, limits) else { return nil }
                start = place &+ 2
                if line.isEmpty { return .end }
            }
        }
        return nil
    }

    /// Takes the field in `line`, in which no control byte stands; false for a line that has to go the slow way.
    @inline(__always)
    private mutating func take(
        _ line: Range<Int>, _ bytes: Span<UInt8>, _ names: FieldName.Table, _ limits: HTTPLimits
    ) -> Bool {
        let nameEnd = HeadSearch.endOfName(bytes, line)
        guard nameEnd > line.lowerBound, nameEnd < line.upperBound, bytes[nameEnd] == ByteClass.colon,
            fields.count < limits.headerCountMax
        else { return false }
        let name = names.name(bytes, line.lowerBound..<nameEnd)
        fields.add(name, lineStart: line.lowerBound, value: nameEnd &+ 1..<line.upperBound)
        return true
    }

    /// The place of the first byte in the range that cannot stand in a name, or its end.
    @inline(__always)
    private static func endOfName(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        while index &+ 16 <= range.upperBound {
            let others = ByteClass.othersThanLetters(in: bytes.eightBytes(at: index))
            let behind = ByteClass.othersThanLetters(in: bytes.eightBytes(at: index &+ 8))
            guard others | behind == 0 else {
                let first = others != 0 ? others : behind
                index &+= (others != 0 ? 0 : 8) &+ first.trailingZeroBitCount / 8
                return ByteClass.isToken(bytes[index]) ? ByteClass.endOfToken(bytes, index..<range.upperBound) : index
            }
            index &+= 16
        }
        return ByteClass.endOfToken(bytes, index..<range.upperBound)
    }
}
