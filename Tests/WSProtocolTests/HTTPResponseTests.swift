import Testing
import WSProtocol

@Suite("RFC 9112 §4, §6 responses")
struct HTTPResponseTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("a response tells the length of its body and keeps the connection")
    func plain() {
        let response = HTTPResponse(.ok, text: "hi\n")
        #expect(
            text(response.encode(keepAlive: true))
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n\r\nhi\n")
    }

    @Test("the answer to HEAD tells the length and leaves the body out")
    func head() {
        let response = HTTPResponse(.ok, text: "hi\n")
        #expect(text(response.encode(omitBody: true, keepAlive: true)).hasSuffix("Content-Length: 3\r\n\r\n"))
    }

    @Test("204 has neither body nor length")
    func noContent() {
        let response = HTTPResponse(.noContent, headers: [HTTPField("Allow", "GET, HEAD, OPTIONS")])
        #expect(
            text(response.encode(keepAlive: false))
                == "HTTP/1.1 204 No Content\r\nAllow: GET, HEAD, OPTIONS\r\nConnection: close\r\n\r\n")
    }

    @Test("a refusal closes, says why and names the protocol to upgrade to")
    func refusal() {
        let refusal = HTTPRefusal(
            .upgradeRequired, "Use 13.",
            headers: [HTTPField("Upgrade", "websocket"), HTTPField("Sec-WebSocket-Version", "13")])
        let answer = text(refusal.response())
        #expect(
            answer.hasPrefix("HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"))
        #expect(answer.contains("\r\nConnection: Upgrade, close\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nUse 13.\n"))
        #expect(!text(refusal.response(omitBody: true)).hasSuffix("Use 13.\n"))
    }

    @Test(
        "H7 a field with a control byte is never written: the response becomes a 500",
        arguments: ["a\r\nSet-Cookie: x", "a\nb", "a\rb", "a\0b", "a\u{1B}b", "a\u{7F}b"])
    func splitting(_ value: String) {
        for field in [HTTPField("X-Echo", value), HTTPField("X" + value, "a"), HTTPField("", "a")] {
            let answer = text(HTTPResponse(.ok, headers: [field], body: [1, 2]).encode(keepAlive: true))
            #expect(answer.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
            #expect(!answer.contains("Set-Cookie") && !answer.contains("X-Echo"))
            #expect(answer.contains("\r\nConnection: close\r\n"))
        }
    }

    @Test("H7 what a sentence quotes of a request holds no control byte, and is short")
    func quoted() throws {
        #expect(Quoted.text("a\r\nb\u{1B}\"\\\u{FC}".utf8) == #""a\x0D\x0Ab\x1B\"\\\xC3\xBC""#)
        #expect(Quoted.text(String(repeating: "x", count: 1_000)) == "\"" + String(repeating: "x", count: 48) + "…\"")
        let wire = Array("GET /%zz HTTP/1.1\r\nHost: h\r\nOrigin: \u{E9}\t<b>\r\n\r\n".utf8)
        guard case .head(let head, _, _) = HeadRunner.run([wire]) else {
            Issue.record("refused")
            return
        }
        let refusal = HeadRunner.refusal { () throws(HTTPRefusal) in try OriginRule().check(head) }
        #expect(refusal?.reason.utf8.allSatisfy { (0x20...0x7E).contains($0) } ?? false)
    }

    @Test("H7 the server's handshake answer refuses an extension with a line end")
    func handshake() throws {
        let head = try HeadRunner.head(
            "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        let request = try ServerHandshake.validate(head)
        let answer = text(ServerHandshake.response(to: request, extensions: "a\r\nX: y"))
        #expect(answer.hasPrefix("HTTP/1.1 500 "))
    }

    @Test("fields that the encoder writes itself are not written twice")
    func ownFields() {
        let fields = [HTTPField("connection", "keep-alive"), HTTPField("Content-Length", "99")]
        #expect(
            text(HTTPResponse(.ok, headers: fields, body: []).encode(keepAlive: false))
                == "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    }
}
