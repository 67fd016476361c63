import TestSupport
import Testing
import WSProtocol

@Suite("RFC 9112 §6.3 an answer to a request of our own")
struct AnswerReaderTests {
    private struct Outcome: Equatable {
        var status: Int?
        var body: [UInt8] = []
        var isWhole = false
        var isRefused = false
    }

    private func read(_ pieces: [[UInt8]]) -> Outcome {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 64
        var reader = AnswerReader(limits: limits)
        do {
            for piece in pieces { try reader.receive(piece.span) }
        } catch {
            return Outcome(isRefused: true)
        }
        let isWhole = reader.receiveEndOfStream()
        return Outcome(status: reader.status, body: reader.body, isWhole: isWhole)
    }

    @Test(
        "an answer is the same however it is cut",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 200, "abc", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", 200, "abc", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", 200, "ab", false),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n", 200, "abcd",
                true
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", 200, "abc", false),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc", 200, "abc", true),
            ("HTTP/1.0 404 Not Found\r\n\r\n", 404, "", true), ("HTTP/1.1 204\r\n\r\n", 204, "", true),
            // RFC 9112 §6.3 — these two have no content, whatever follows.
            ("HTTP/1.1 204 No Content\r\n\r\nabc", 204, "", true),
            ("HTTP/1.1 304 Not Modified\r\n\r\nabc", 304, "", true),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\nabc", 304, "", true),
            ("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", 204, "", true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3", nil, "", false), ("", nil, "", false),
        ] as [(String, Int?, String, Bool)])
    func whole(_ text: String, _ status: Int?, _ body: String, _ isWhole: Bool) {
        let wanted = Outcome(status: status, body: Array(body.utf8), isWhole: isWhole)
        for pieces in EverySplit.of(Array(text.utf8)) { #expect(read(pieces) == wanted, "\(pieces)") }
    }

    @Test(
        "H1 H3 H5 what is no answer, or over a limit, is refused however it is cut",
        arguments: [
            "HTTP/2 200 OK\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: 65\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n41\r\n",
            "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "a", count: 65),
            "HTTP/1.1 200 OK\r\nA: " + String(repeating: "a", count: 17_000) + "\r\n\r\n",
        ])
    func refused(_ text: String) {
        let bytes = Array(text.utf8)
        // Every place of a long head is no news; its ends are.
        for pieces in EverySplit.of(bytes, isCostly: bytes.count > 1_000) {
            #expect(read(pieces).isRefused, "\(pieces.count) pieces")
        }
    }
}
