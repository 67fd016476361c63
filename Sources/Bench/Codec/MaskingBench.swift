// Masking alone (RFC 6455 §5.3), in place. Every byte of every client passes here. One key for all payloads: the work is the
// same whatever the key.

import WSProtocol

enum MaskingBench {
    static func rows() -> [CodecBench] {
        [
            unmasked("unmask-4k", byteCount: 4 << 10, itemCount: 16),
            unmasked("unmask-64k", byteCount: 64 << 10, itemCount: 2, .ratio(to: Memcpy.name, 0.25)),
        ]
    }

    private static func unmasked(
        _ name: String, byteCount: Int, itemCount: Int, _ target: SpeedTarget? = nil
    ) -> CodecBench {
        // One payload, again and again, so that memcpy and we both work within the cache.
        let payload = Samples.repeating(Samples.plainText, count: byteCount)
        let work = Scratch(payload)
        return CodecBench(
            name: name, summary: "payloads of \(byteCount >> 10) KiB unmasked",
            hotFile: "WSProtocol/Frame/Masking.swift",
            itemCount: itemCount, byteCount: byteCount * itemCount,
            pass: {
                var bytes = work.take()
                var span = bytes.mutableSpan
                for _ in 0..<itemCount { Masking.apply(0x9D2C_5681, to: &span, in: 0..<byteCount) }
                // An even number of times with one key: the text stands there again.
                let isRight = span[0] == payload[0] && span[byteCount - 1] == payload[byteCount - 1]
                work.bytes = bytes
                return isRight ? itemCount : 0
            },
            yardsticks: [Memcpy.yardstick(payload, times: itemCount, itemCount: itemCount)], target: target,
            allocationsMost: 0)
    }
}
