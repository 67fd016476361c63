// The decoder of RESP: the same values for every cut, those that a plain reference reads, and what was read is read again when it is
// written plainly; never more than the limits.
//
// Options: 1 small limits, 2 RESP2's arrays are pushes, 4 aggregates are copied and shown.

import RESP

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRESP(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    var limits = RESPLimits()
    if input.has(1) {
        limits = RESPLimits(
            bulkBytesMax: 12, valueBytesMax: 24, elementsMax: 8, depthMax: 3, lineBytesMax: 16, skippedBytesMax: 20)
    }
    let whole = RESPReading(input.bytes, input.whole, limits, arraysArePushes: input.has(2))
    let pieces = RESPReading(input.bytes, input.pieces, limits, arraysArePushes: input.has(2))
    demand(whole.error == pieces.error, "any cut fails the same: \(whole.error as Any), \(pieces.error as Any)")
    demand(whole.transcript == pieces.transcript, "any cut gives the same")
    demand(whole.isBetweenValues == pieces.isBetweenValues, "any cut leaves the same behind")
    guard !input.has(1) && !input.has(2) else { return 0 }
    if input.has(4) { checkCopies(input.bytes) }
    checkReference(input.bytes, whole)
    return 0
}

private struct RESPReading {
    var transcript = Transcript()
    /// The transcript behind each value, and where the value ended.
    var ends: [(end: Int, transcript: Transcript)] = []
    var error: RESPError?
    var isBetweenValues = true

    init(_ bytes: [UInt8], _ pieces: [Range<Int>], _ limits: RESPLimits, arraysArePushes: Bool) {
        var decoder = RESPDecoder(limits: limits)
        decoder.arraysArePushes = arraysArePushes
        do throws(RESPError) {
            for piece in pieces {
                let part = bytes.span.extracting(piece)
                var offset = 0
                while try read(part, &decoder, &offset, limits) { ends.append((piece.lowerBound + offset, transcript)) }
                demand(offset == part.count, "all input is used")
            }
        } catch {
            self.error = error
        }
        isBetweenValues = decoder.isBetweenValues
    }

    private mutating func read(
        _ part: Span<UInt8>, _ decoder: inout RESPDecoder, _ offset: inout Int, _ limits: RESPLimits
    ) throws(RESPError) -> Bool {
        switch try decoder.nextEvent(in: part, offset: &offset) {
        case .needsMoreBytes: return false
        case .value(let value):
            var size = RESPSize()
            size.add(value, depth: 1)
            check(size, limits)
            transcript.add(value)
        case .push(let elements):
            var size = RESPSize()
            size.elements = elements.count
            for element in elements { size.add(element, depth: 2) }
            check(size, limits)
            transcript.add(">", elements)
        case .message(let channel, let payload):
            transcript.add(type: ">")
            transcript.add(3)
            transcript.add("$", Array("message".utf8))
            add(channel, part, decoder.assembledChannel, limits)
            add(payload, part, decoder.assembledPayload, limits)
        }
        return true
    }

    private mutating func add(_ place: BytesLocation, _ part: Span<UInt8>, _ assembled: [UInt8], _ limits: RESPLimits) {
        transcript.add(type: "$")
        switch place {
        case .input(let range):
            demand(range.count <= limits.bulkBytesMax, "a string within the limit")
            transcript.add(part.extracting(range))
        case .assembled: transcript.add(assembled)
        }
    }

    private func check(_ size: RESPSize, _ limits: RESPLimits) {
        demand(size.bytes <= limits.valueBytesMax, "\(size.bytes) bytes in a value")
        demand(size.elements <= limits.elementsMax, "\(size.elements) elements in a value")
        demand(size.depth <= limits.depthMax + 1, "\(size.depth) levels in a value")
        demand(size.longest <= max(limits.bulkBytesMax, limits.lineBytesMax), "a string of \(size.longest) bytes")
    }
}

/// What a value makes us hold.
private struct RESPSize {
    var bytes = 0
    var longest = 0
    var elements = 0
    var depth = 0

    mutating func add(_ value: RESPValue, depth: Int) {
        self.depth = max(self.depth, depth)
        switch value {
        case .simpleString(let text), .simpleError(let text), .bulkString(let text), .bulkError(let text):
            bytes += text.count
            longest = max(longest, text.count)
        case .bigNumber(let digits): bytes += digits.count
        case .verbatimString(let string): bytes += string.text.count
        case .integer, .null, .double, .boolean, .oversized: break
        case .array(let list): add(list, depth)
        case .set(let list): add(list, depth)
        case .push(let list): add(list, depth)
        case .map(let pairs): add(pairs, depth)
        case .attributed(let attributed):
            add(attributed.attributes, depth)
            add(attributed.value, depth: depth)
        }
    }

    private mutating func add(_ list: some Collection<RESPValue>, _ depth: Int) {
        elements += list.count
        for element in list { add(element, depth: depth + 1) }
    }

    private mutating func add(_ pairs: some Collection<RESPPair>, _ depth: Int) {
        elements += 2 * pairs.count
        for pair in pairs {
            add(pair.key, depth: depth + 1)
            add(pair.value, depth: depth + 1)
        }
    }
}

/// The values that the reference can read are there, where it says and as it says.
private func checkReference(_ bytes: [UInt8], _ reading: RESPReading) {
    var start = 0
    var before = Transcript()
    for (end, transcript) in reading.ends {
        var reference = RESPReference(bytes, at: start, after: before)
        let expected = reference.end()
        demand(!reference.isWrong, "a string at \(start) without CR LF behind it is no value")
        if let expected {
            demand(expected == end, "a value of \(expected - start) bytes, not \(end - start)")
            demand(reference.transcript == transcript, "the value at \(start) is another")
        }
        start = end
        before = transcript
    }
    var reference = RESPReference(bytes, at: start, after: before)
    demand(
        start == bytes.count || reference.end() == nil, "the value at \(start) was not read: \(reading.error as Any)")
}

/// An aggregate made of the parts of another one is the same.
private func checkCopies(_ bytes: [UInt8]) {
    let empty: (RESPElements, RESPPairs) = ([], [])
    demand(empty.0.isEmpty && empty.1.isEmpty, "nothing is in them")
    var decoder = RESPDecoder(limits: RESPLimits())
    var offset = 0
    while let event = try? decoder.nextEvent(in: bytes.span, offset: &offset), event != .needsMoreBytes {
        switch event {
        case .push(let elements), .value(.array(let elements)), .value(.set(let elements)):
            let copy = RESPElements(Array(elements))
            demand("\(copy)" == "\(elements)", "the copy is shown as the original")
            // A number that is none is not even itself.
            demand(copy == elements || Array(elements) != Array(elements), "the same elements")
        case .value(.map(let pairs)):
            let copy = RESPPairs(Array(pairs))
            demand("\(copy)" == "\(pairs)", "the copy is shown as the original")
            demand(copy == pairs || Array(pairs) != Array(pairs), "the same pairs")
        case .value, .message, .needsMoreBytes: break
        }
    }
}
