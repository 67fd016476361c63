import Digest
import TestSupport
import Testing

@Suite("FIPS 180-4 §6.1 and RFC 4648 §4, cases of other programs")
struct DigestFixtureTests {
    @Test(
        "SHA-1 of the message, whole and in pieces, is what other programs say",
        arguments: Fixture.load("digest/sha1.jsonl"))
    func sha1(_ fixture: Fixture) throws {
        let message = try #require(fixture.bytes("wire"))
        let expected = try #require(fixture.bytes("expect"))
        #expect(SHA1.hash(message.span) == expected)
        guard message.count < 1000 else { return }
        for pieces in EverySplit.of(message) {
            var hasher = SHA1()
            for piece in pieces { hasher.update(piece.span) }
            #expect(hasher.finalize() == expected)
            #expect(hasher.finalize() == expected, "finalize leaves the hasher as it is")
        }
    }

    @Test(
        "Base64 is written and read as other programs do, and nothing else is read",
        arguments: Fixture.load("digest/base64.jsonl"))
    func base64(_ fixture: Fixture) throws {
        let text = try #require(fixture.bytes("wire"))
        let expected = fixture.bytes("expect")
        #expect(Base64.decode(text.span) == expected)
        if let expected { #expect(Base64.encode(expected.span) == text) }
    }
}
