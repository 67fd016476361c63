// DEFLATE decompression: the same output, end or error for every cut of the input; never more than the limit; no byte of output is
// changed later; a stream that says more bytes behind its end leaves them.
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

    init(_ input: FuzzCase, _ pieces: [Range<Int>]) {
        var inflater = Inflater(windowBits: input.has(2) ? 8 : 15)
        output = input.has(4) ? Array("rookery rookery 0123456789 abcdefghijklm".utf8) : []
        let history = output
        let most = history.count + (input.has(1) ? 64 : 1 << 16)
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
