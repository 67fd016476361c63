import Digest
import TestSupport
import Testing

@Suite("RFC 6455 §1.3 the accept key")
struct AcceptTextTests {
    @Test("the sample of the RFC")
    func sample() {
        let text = AcceptText.of(Array("dGhlIHNhbXBsZSBub25jZQ==".utf8).span)
        #expect(text.indices.map { text[$0] } == Array("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".utf8))
    }

    @Test("it is what SHA-1 and Base64 give, for any 24 bytes")
    func general() {
        var generator = SplitMix(seed: 4)
        let guid = Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
        for _ in 0..<2_000 {
            let key = (0..<AcceptText.keyByteCount).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = AcceptText.of(key.span)
            let digest = SHA1.hash((key + guid).span)
            if text.indices.map({ text[$0] }) != Base64.encode(digest.span) { Issue.record("\(key)") }
        }
    }
}
