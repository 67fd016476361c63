import Testing
import WSProtocol

@Suite("RFC 6455 §4.2 the server's side of the opening handshake")
struct ServerHandshakeTests {
    @Test("the RFC's example request is answered with the RFC's accept key")
    func example() throws {
        let request = Array(
            "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
                .utf8)
        var search = HeadSearch()
        let (head, consumed) = try #require(
            try RequestHead.parse(request.span, search: &search, limits: HTTPLimits()))
        #expect(consumed == request.count)
        let answer = ServerHandshake.response(to: try ServerHandshake.validate(head))
        let text = String(decoding: answer, as: UTF8.self)
        #expect(text.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
    }
}
