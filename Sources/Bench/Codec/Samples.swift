// The bytes that benches work on. All of them are made here, the same in every run. Text as people and programs write it: a
// run of one byte would flatter whatever compresses or predicts.

import WSProtocol

enum Samples {
    static let plainText = Array(
        "The rooks come home at dusk, and each of them has something to say about the day. ".utf8)
    /// Two, three and four bytes a character between words of ASCII, as people write.
    static let mixedText = Array("Grüße aus Zürich, привет из Москвы, 東京からこんにちは、여러분 안녕하세요, ça va bien 🐦🌳? ".utf8)

    /// `text` again and again: whole characters up to `count` bytes, the rest spaces.
    static func repeating(_ text: [UInt8], count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count { bytes.append(contentsOf: text) }
        var end = count
        while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(bytes[..<end]) + [UInt8](repeating: 0x20, count: count - end)
    }

    /// Messages as a chat sends them as JSON: the same words, other values.
    static func json(count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var number: UInt32 = 1
        while bytes.count < count {
            number = number &* 1_664_525 &+ 1_013_904_223
            let words = ["rook", "tree", "field", "dusk", "nest", "wind", "harvest", "evening"]
            let word = words[Int(number >> 29)]
            let other = words[Int(number >> 20 & 7)]
            bytes += Array(
                "{\"id\":\(number),\"channel\":\"room-\(number % 97)\",\"from\":\"client\(number >> 16 & 0xFFF)\",\"text\":\"the \(word) and the \(other) at \(number % 24):\(number % 60)\",\"seen\":\(number & 1 == 0)},\n"
                    .utf8)
        }
        return Array(bytes[..<count])
    }

    /// The request that a browser's `new WebSocket` sends.
    static let browserRequest = Array(
        """
        GET /ws/4711 HTTP/1.1\r
        Host: chat.example.org:8000\r
        Connection: Upgrade\r
        Pragma: no-cache\r
        Cache-Control: no-cache\r
        User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36\r
        Upgrade: websocket\r
        Origin: http://chat.example.org:8000\r
        Sec-WebSocket-Version: 13\r
        Accept-Encoding: gzip, deflate\r
        Accept-Language: en-GB,en;q=0.9,de;q=0.8\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r
        \r

        """.utf8)

    /// As many masked text frames as fit 64 KiB, each with a key of its own.
    static func maskedFrames(payload: [UInt8]) -> (bytes: [UInt8], count: Int) {
        var bytes: [UInt8] = []
        let count = max(1, (64 << 10) / (payload.count + 8))
        var key: UInt32 = 0x2545_F491
        for _ in 0..<count {
            key = key &* 1_664_525 &+ 1_013_904_223
            FrameEncoder.appendMasked(.text, payload: payload.span, maskingKey: key, to: &bytes)
        }
        return (bytes, count)
    }
}
