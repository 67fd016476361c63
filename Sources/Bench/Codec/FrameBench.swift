// Frames of clients, read as a server reads them, and frames as it writes them. RFC 6455 §5.2 to §5.6. Every message lies
// whole in the bytes of one receive, the common case: nothing may be allocated.

import WSProtocol

enum FrameBench {
    static func rows() -> [CodecBench] {
        [
            received("ws-text-16", payloadBytes: 16), received("ws-text-128", payloadBytes: 128, .itemsPerSecond(20e6)),
            received("ws-text-4k", payloadBytes: 4_096), encoded(),
        ]
    }

    /// Parsed, unmasked, checked for UTF-8. Unmasking changes the bytes, so each pass begins with a copy, as each receive does.
    private static func received(_ name: String, payloadBytes: Int, _ target: SpeedTarget? = nil) -> CodecBench {
        let payload = Samples.repeating(Samples.plainText, count: payloadBytes)
        let (frames, count) = Samples.maskedFrames(payload: payload)
        let work = Scratch(frames)
        return CodecBench(
            name: name, summary: "masked text frames of \(payloadBytes) bytes read",
            hotFile: "WSProtocol/Connection/WSConnection.swift", itemCount: count, byteCount: frames.count,
            pass: {
                var bytes = work.take()
                bytes.removeAll(keepingCapacity: true)
                bytes.append(contentsOf: frames)
                var connection = WSConnection(role: .server)
                let found = read(&bytes, &connection, payloadBytes)
                work.bytes = bytes
                return found
            },
            yardsticks: [Memcpy.yardstick(frames, itemCount: count)], target: target, allocationsMost: 0)
    }

    private static func read(_ bytes: inout [UInt8], _ connection: inout WSConnection, _ payloadBytes: Int) -> Int {
        let limits = WSLimits()
        var input = bytes.mutableSpan
        var offset = 0
        var found = 0
        while case .text(.input(let range)) = connection.nextEvent(in: &input, offset: &offset, limits: limits) {
            if range.count == payloadBytes { found &+= 1 }
        }
        return found
    }

    private static func encoded() -> CodecBench {
        let count = 256
        let payload = Samples.repeating(Samples.plainText, count: 128)
        var expected: [UInt8] = []
        for _ in 0..<count { FrameEncoder.append(.text, payload: payload.span, to: &expected) }
        let byteCount = expected.count
        let output = Scratch(expected)
        return CodecBench(
            name: "ws-encode-128", summary: "text frames of 128 bytes written",
            hotFile: "WSProtocol/Frame/FrameEncoder.swift",
            itemCount: count, byteCount: byteCount,
            pass: {
                var bytes = output.take()
                bytes.removeAll(keepingCapacity: true)
                for _ in 0..<count { FrameEncoder.append(.text, payload: payload.span, to: &bytes) }
                let isRight = bytes.count == byteCount
                output.bytes = bytes
                return isRight ? count : 0
            },
            yardsticks: [Memcpy.yardstick(expected, itemCount: count)], allocationsMost: 0)
    }
}
