// The check for UTF-8 (RFC 6455 §8.1): whole messages, and messages that come in pieces. RFC 3629 §4. ASCII and mixed
// scripts apart, because checking the one is a look at eight bytes at a time and the other at each character.

import WSProtocol

enum UTF8Bench {
    static func rows() -> [CodecBench] {
        [
            whole("utf8-ascii-128", "ASCII", Samples.plainText, byteCount: 128, itemCount: 256),
            whole(
                "utf8-ascii-64k", "ASCII", Samples.plainText, byteCount: 64 << 10, itemCount: 1, .bytesPerSecond(10e9)),
            whole("utf8-mixed-128", "mixed scripts", Samples.mixedText, byteCount: 128, itemCount: 256),
            whole(
                "utf8-mixed-64k", "mixed scripts", Samples.mixedText, byteCount: 64 << 10, itemCount: 1,
                .bytesPerSecond(1e9)),
            inPieces(),
        ]
    }

    private static func whole(
        _ name: String, _ kind: String, _ text: [UInt8], byteCount: Int, itemCount: Int, _ target: SpeedTarget? = nil
    ) -> CodecBench {
        // Each message ends between two characters.
        let bytes = Array(repeatElement(Samples.repeating(text, count: byteCount), count: itemCount).joined())
        return CodecBench(
            name: name, summary: "\(kind) checked, \(size(byteCount))",
            hotFile: "WSProtocol/Message/UTF8Validator.swift",
            itemCount: itemCount, byteCount: byteCount * itemCount,
            pass: {
                var found = 0
                for index in 0..<itemCount {
                    let message = bytes.span.extracting(index * byteCount..<(index + 1) * byteCount)
                    if UTF8Validator.isValid(message) { found &+= 1 }
                }
                return found
            },
            yardsticks: [Memcpy.yardstick(bytes, itemCount: itemCount)], target: target, allocationsMost: 0)
    }

    /// Pieces of 1,000 bytes cut characters anywhere.
    private static func inPieces() -> CodecBench {
        let bytes = Samples.repeating(Samples.mixedText, count: 64 << 10)
        let pieceBytes = 1_000
        return CodecBench(
            name: "utf8-pieces", summary: "mixed scripts checked, 64 KiB in pieces of 1,000 bytes",
            hotFile: "WSProtocol/Message/UTF8Validator.swift", itemCount: 1, byteCount: bytes.count,
            pass: {
                var validator = UTF8Validator()
                var start = 0
                while start < bytes.count {
                    let end = min(start + pieceBytes, bytes.count)
                    guard validator.accept(bytes.span.extracting(start..<end)) else { return 0 }
                    start = end
                }
                return validator.isComplete ? 1 : 0
            },
            yardsticks: [Memcpy.yardstick(bytes, itemCount: 1)], allocationsMost: 0)
    }

    private static func size(_ byteCount: Int) -> String {
        byteCount < 1 << 10 ? "\(byteCount) bytes" : "\(byteCount >> 10) KiB"
    }
}
