// Compression and back: any message at any level and window, with and without history, comes out as it was, and is never longer than
// promised.
//
// Options: the low four bits are the level (10 to 15 are 6), 16 the largest window (else the smallest), 32 the final ending, 64 with history.

import Deflate

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzDeflate(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    let number = Int(input.options & 15)
    let deflater = deflaters[(number > 9 ? 6 : number) * 2 + (input.has(16) ? 0 : 1)]
    let bits = input.has(16) ? 15 : 8
    let cut = input.first
    let history = input.has(64) ? Array(input.bytes[..<cut]) : []
    let message = input.has(64) ? Array(input.bytes[cut...]) : input.bytes
    var packed: [UInt8] = []
    deflater.deflate(message.span, history: history.span, into: &packed, ending: input.has(32) ? .final : .syncFlush)
    demand(packed.count <= message.count + 10 + 5 * (message.count / 65_535 + 1), "\(packed.count) bytes")
    var inflater = Inflater(windowBits: bits)
    var output = history
    var offset = 0
    do throws(InflateError) {
        let progress = try inflater.inflate(
            packed.span, offset: &offset, into: &output, outputCountMax: history.count + message.count)
        demand(progress == (input.has(32) ? .endOfStream : .needsInput), "the ending is \(progress)")
    } catch {
        fatalError("PROPERTY BROKEN: what we deflate we inflate: \(error)")
    }
    demand(offset == packed.count && inflater.isAtBlockBoundary, "all of it")
    demand(output.dropFirst(history.count).elementsEqual(message), "the same message")
    demand(input.has(32) || packed.suffix(4) == [0, 0, 0xFF, 0xFF], "a sync flush ends so (RFC 7692 §7.2.1)")
    return 0
}

/// One for each level and window: making its tables for every input would be all the work.
private nonisolated(unsafe) let deflaters = (0...9).flatMap { number in
    [15, 8].map { Deflater(level: DeflateLevel(number), windowBits: $0) }
}
