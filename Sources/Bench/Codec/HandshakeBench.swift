// A browser's opening handshake: the head alone, and whole, from the bytes of the request to the bytes of the answer.

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
            yardsticks: [Memcpy.yardstick(request, itemCount: itemCount)])
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
                    // RFC 6455 §1.3 — the accept key of the sample nonce.
                    if contains(bytes, accept) { found &+= 1 }
                }
                output.bytes = bytes
                return found
            },
            yardsticks: [Memcpy.yardstick(request, itemCount: itemCount)], target: .itemsPerSecond(2e6))
    }

    private static let accept = Array("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n".utf8)

    /// Whether the answer holds the line. It stands behind the first lines, whose length does not change from answer to answer.
    private static func contains(_ answer: [UInt8], _ line: [UInt8]) -> Bool {
        var start = 0
        while start + line.count <= answer.count {
            if answer[start] == line[0], answer[start + 21] == line[21], answer[start + 22] == line[22] {
                return answer[start..<start + line.count].elementsEqual(line)
            }
            start += 1
        }
        return false
    }
}
