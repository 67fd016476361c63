// What the accept key is made of (RFC 6455 §1.3), and the same on longer bytes. A handshake hashes 60 bytes: two blocks. On
// 64 KiB the start and the end of a digest vanish, and the compression function is what is measured.

import Digest

enum DigestBench {
    static func rows() -> [CodecBench] {
        [
            sha1("sha1-60", byteCount: 60, itemCount: 64), sha1("sha1-64k", byteCount: 64 << 10, itemCount: 1),
            encoded(), decoded(),
        ]
    }

    private static func sha1(_ name: String, byteCount: Int, itemCount: Int) -> CodecBench {
        let message = Samples.repeating(Samples.plainText, count: byteCount)
        let expected = SHA1.hash(message.span)
        return CodecBench(
            name: name, summary: "SHA-1 of \(byteCount) bytes", hotFile: "Digest/SHA1.swift", itemCount: itemCount,
            byteCount: byteCount * itemCount,
            pass: {
                var found = 0
                for _ in 0..<itemCount where SHA1.hash(message.span) == expected { found &+= 1 }
                return found
            },
            yardsticks: [Memcpy.yardstick(message, times: itemCount, itemCount: itemCount)])
    }

    private static func encoded() -> CodecBench {
        let bytes = Samples.repeating(Samples.mixedText, count: 3 << 10)
        let count = Base64.encode(bytes.span).count
        return CodecBench(
            name: "base64-encode", summary: "3 KiB written as Base64", hotFile: "Digest/Base64.swift", itemCount: 1,
            byteCount: bytes.count, pass: { Base64.encode(bytes.span).count == count ? 1 : 0 },
            yardsticks: [Memcpy.yardstick(bytes, itemCount: 1)])
    }

    private static func decoded() -> CodecBench {
        let bytes = Samples.repeating(Samples.mixedText, count: 3 << 10)
        let text = Base64.encode(bytes.span)
        return CodecBench(
            name: "base64-decode", summary: "3 KiB read from Base64", hotFile: "Digest/Base64.swift", itemCount: 1,
            byteCount: text.count, pass: { Base64.decode(text.span)?.count == bytes.count ? 1 : 0 },
            yardsticks: [Memcpy.yardstick(text, itemCount: 1)])
    }
}
