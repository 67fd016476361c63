// DEFLATE (RFC 1951) as permessage-deflate needs it: whole messages of text like JSON, each on its own. The other side of
// each row is zlib with the same input and level, where it is installed: inflating has to reach 0.6 of its speed, deflating
// all of it.

import Deflate

enum DeflateBench {
    static func rows() -> [CodecBench] {
        [
            inflated("inflate-1k", byteCount: 1 << 10, itemCount: 64),
            inflated("inflate-64k", byteCount: 64 << 10, itemCount: 1),
            deflated("deflate-1k", byteCount: 1 << 10, itemCount: 64),
            deflated("deflate-64k", byteCount: 64 << 10, itemCount: 1),
        ]
    }

    /// Messages that follow each other in one long text.
    private static func messages(byteCount: Int, itemCount: Int) -> [[UInt8]] {
        let text = Samples.json(count: byteCount * itemCount)
        return (0..<itemCount).map { Array(text[$0 * byteCount..<($0 + 1) * byteCount]) }
    }

    private static func size(_ byteCount: Int) -> String { "\(byteCount >> 10) KiB" }

    private static func inflated(_ name: String, byteCount: Int, itemCount: Int) -> CodecBench {
        let deflater = Deflater(level: .default)
        let inputs = messages(byteCount: byteCount, itemCount: itemCount).map { message in
            var output: [UInt8] = []
            let nothing: [UInt8] = []
            deflater.deflate(message.span, history: nothing.span, into: &output, ending: .final)
            return output
        }
        var inflater = Inflater()
        let work = Scratch()
        let space = Scratch([UInt8](repeating: 0, count: byteCount))
        let zlib = Zlib.inflating().map { zlib in
            {
                var output = space.take()
                var found = 0
                for input in inputs where zlib.convert(input, into: &output) == byteCount { found &+= 1 }
                space.bytes = output
                return found
            }
        }
        return CodecBench(
            name: name, summary: "messages of \(size(byteCount)) inflated, counted in inflated bytes",
            hotFile: "Deflate/InflateLoop.swift", itemCount: itemCount, byteCount: byteCount * itemCount,
            pass: {
                var output = work.take()
                var found = 0
                for input in inputs {
                    output.removeAll(keepingCapacity: true)
                    inflater.reset()
                    var offset = 0
                    do throws(InflateError) {
                        let end = try inflater.inflate(
                            input.span, offset: &offset, into: &output, outputCountMax: byteCount)
                        if end == .endOfStream, output.count == byteCount { found &+= 1 }
                    } catch { return -1 }
                }
                work.bytes = output
                return found
            },
            yardsticks: [
                Memcpy.yardstick(Samples.json(count: byteCount), times: itemCount, itemCount: itemCount),
                Yardstick(name: Zlib.name, pass: zlib),
            ],
            target: .ratio(to: Zlib.name, 0.6))
    }

    private static func deflated(_ name: String, byteCount: Int, itemCount: Int) -> CodecBench {
        let inputs = messages(byteCount: byteCount, itemCount: itemCount)
        let deflater = Deflater(level: .default)
        let work = Scratch()
        // Never more than this, whatever comes (RFC 1951 §3.2.4 and zlib's own bound).
        let space = Scratch([UInt8](repeating: 0, count: byteCount + byteCount / 1_000 + 64))
        let zlib = Zlib.deflating(level: DeflateLevel.default.number).map { zlib in
            {
                var output = space.take()
                var found = 0
                for input in inputs where zlib.convert(input, into: &output) != nil { found &+= 1 }
                space.bytes = output
                return found
            }
        }
        return CodecBench(
            name: name, summary: "messages of \(size(byteCount)) deflated at level 6",
            hotFile: "Deflate/MatchFinder.swift", itemCount: itemCount, byteCount: byteCount * itemCount,
            pass: {
                var output = work.take()
                let nothing: [UInt8] = []
                var found = 0
                for input in inputs {
                    output.removeAll(keepingCapacity: true)
                    deflater.deflate(input.span, history: nothing.span, into: &output, ending: .final)
                    if output.count < byteCount { found &+= 1 }
                }
                work.bytes = output
                return found
            },
            yardsticks: [
                Memcpy.yardstick(Samples.json(count: byteCount), times: itemCount, itemCount: itemCount),
                Yardstick(name: Zlib.name, pass: zlib),
            ],
            target: .ratio(to: Zlib.name, 1))
    }
}
