// DEFLATE decompression: the same output, end or error for every cut of the input, those of a plain reference; never more than the
// limit; what was there before stays.
//
// Options: 1 a limit of 64 bytes, 2 a window of 256 bytes, 4 history of 40 bytes is there before.

import Deflate

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzInflate(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let input = FuzzCase(start, count) else { return -1 }
    let whole = InflateReading(input, input.whole)
    let pieces = InflateReading(input, input.pieces)
    demand(whole.result == pieces.result, "any cut ends the same: \(whole.result) and \(pieces.result)")
    demand(whole.output == pieces.output, "any cut gives the same bytes")
    demand(whole.isAtBoundary == pieces.isAtBoundary, "any cut stands at the same place")
    let reference = InflateReference(
        input.bytes, history: InflateReading.history(input), windowBits: InflateReading.windowBits(input),
        outputCountMax: InflateReading.outputCountMax(input))
    // A match over the limit is refused as a whole.
    let isCutOff = whole.result == .failed(.tooLarge)
    demand(
        isCutOff ? reference.output.starts(with: whole.output) : whole.output == reference.output,
        "the bytes of the reference")
    let isSame =
        switch (whole.result, reference.result) {
        case (.needsInput, .needsInput), (.failed(.tooLarge), .tooLarge): true
        case (.ended(let end), .ended(let expected)): end == expected
        case (.failed(let error), .failed): error != .tooLarge
        default: false
        }
    demand(isSame, "\(whole.result), the reference: \(reference.result)")
    return 0
}

private struct InflateReading {
    enum Result: Equatable {
        case needsInput
        /// The stream ended at this byte of the input.
        case ended(Int)
        case failed(InflateError)
    }

    var output: [UInt8]
    var result = Result.needsInput
    let isAtBoundary: Bool

    static func windowBits(_ input: FuzzCase) -> Int { input.has(2) ? 8 : 15 }
    static func history(_ input: FuzzCase) -> [UInt8] { input.has(4) ? before : [] }
    static func outputCountMax(_ input: FuzzCase) -> Int { history(input).count + (input.has(1) ? 64 : 2048) }
    private static let before = Array("rookery rookery 0123456789 abcdefghijklm".utf8)

    init(_ input: FuzzCase, _ pieces: [Range<Int>]) {
        var inflater = Inflater(windowBits: InflateReading.windowBits(input))
        let history = InflateReading.history(input)
        output = history
        let most = InflateReading.outputCountMax(input)
        do throws(InflateError) {
            for piece in pieces {
                var offset = 0
                let before = output.count
                let progress = try inflater.inflate(
                    input.bytes.span.extracting(piece), offset: &offset, into: &output, outputCountMax: most)
                demand(output.count >= before && output.count <= most, "output grows within the limit")
                if progress == .endOfStream {
                    result = .ended(piece.lowerBound + offset)
                    break
                }
                demand(offset == piece.count, "all input is used")
            }
        } catch {
            result = .failed(error)
            var offset = 0
            let again = Result(of: &inflater, &output, &offset, most)
            demand(again == result, "an error stays")
        }
        demand(output.count <= most && output.starts(with: history), "history stays as it is")
        isAtBoundary = inflater.isAtBlockBoundary
    }
}

extension InflateReading.Result {
    fileprivate init(of inflater: inout Inflater, _ output: inout [UInt8], _ offset: inout Int, _ most: Int) {
        do throws(InflateError) {
            _ = try inflater.inflate([0].span, offset: &offset, into: &output, outputCountMax: most)
            self = .needsInput
        } catch {
            self = .failed(error)
        }
    }
}
