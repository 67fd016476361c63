// A browser's opening handshake: the head alone, and whole, from the bytes of the request to the bytes of the answer. RFC
// 9112 §2 to §5 and RFC 6455 §4.2, as they cost a node when all clients return at once.

import WSProtocol

enum HandshakeBench {
    static func rows() -> [CodecBench] { [head(), answer()] }

    private static let itemCount = 32

    private static func head() -> CodecBench {
        let request = Samples.browserRequest
        let limits = HTTPLimits()
        return CodecBench(
            name: "http-head", summary: "a browser's request head of \(request.count) bytes read",
            hotFile: "WSProtocol/HTTPHead/HeadSearch.swift", itemCount: itemCount, byteCount: request.count * itemCount,
            pass: {
                var found = 0
                for _ in 0..<itemCount {
                    var search = HeadSearch()
                    do throws(HTTPRefusal) {
                        let read = try RequestHead.parse(request.span, search: &search, limits: limits)
                        if read?.consumed == request.count { found &+= 1 }
                    } catch { return -1 }
                }
                return found
            },
            yardsticks: [Memcpy.yardstick(request, times: itemCount, itemCount: itemCount)])
    }

    private static func answer() -> CodecBench {
        let request = Samples.browserRequest
        let limits = HTTPLimits()
        let output = Scratch()
        return CodecBench(
            name: "handshake", summary: "a browser's handshake answered with 101, whole",
            hotFile: "WSProtocol/Handshake/ServerHandshake.swift", itemCount: itemCount,
            byteCount: request.count * itemCount,
            pass: {
                var found = 0
                var bytes = output.take()
                for _ in 0..<itemCount {
                    bytes.removeAll(keepingCapacity: true)
                    var search = HeadSearch()
                    do throws(HTTPRefusal) {
                        guard let read = try RequestHead.parse(request.span, search: &search, limits: limits) else {
                            return -1
                        }
                        let upgrade = try ServerHandshake.validate(read.head)
                        ServerHandshake.appendResponse(to: upgrade, to: &bytes)
                    } catch { return -1 }
                    found &+= 1
                }
                output.bytes = bytes
                return bytes == expected ? found : 0
            },
            yardsticks: [Memcpy.yardstick(request, times: itemCount, itemCount: itemCount)],
            target: .itemsPerSecond(2e6))
    }

    /// What RFC 6455 §1.3 says of its sample nonce.
    private static let expected = Array(
        """
        HTTP/1.1 101 Switching Protocols\r
        Upgrade: websocket\r
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
        Connection: Upgrade\r
        \r

        """.utf8)
}
