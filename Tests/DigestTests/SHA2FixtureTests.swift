import Digest
import TestSupport
import Testing

@Suite("FIPS 180-4, RFC 2104, RFC 8018 and RFC 4648 §5, cases of other programs")
struct SHA2FixtureTests {
    private func function(_ fixture: Fixture) throws -> SHA2 {
        switch try #require(fixture.json["hash"] as? String) {
        case "sha256": .sha256
        case "sha384": .sha384
        case let name:
            try #require(name == "sha512" ? SHA2.sha512 : nil)
        }
    }

    @Test(
        "SHA-2 of the message, whole and in pieces, is what other programs say",
        arguments: Fixture.load("digest/sha2.jsonl"))
    func sha2(_ fixture: Fixture) throws {
        let function = try function(fixture)
        let message = try #require(fixture.bytes("wire"))
        let expected = try #require(fixture.bytes("expect"))
        let digest = function.hash(message.span)
        #expect(digest == expected)
        #expect(function.digestByteCount == expected.count)
        guard message.count < 300 else { return }
        for pieces in EverySplit.of(message) {
            var hasher = SHA2Hasher(function)
            for piece in pieces { hasher.update(piece.span) }
            #expect(hasher.finalize() == expected)
            #expect(hasher.finalize() == expected, "finalize leaves the hasher as it is")
        }
    }

    @Test(
        "J8 an HMAC is what other programs say, and no other one is valid",
        arguments: Fixture.load("digest/hmac.jsonl"))
    func hmac(_ fixture: Fixture) throws {
        let key = try #require(fixture.bytes("key"))
        let message = try #require(fixture.bytes("wire"))
        let expected = try #require(fixture.bytes("expect"))
        let hmac = HMAC(try function(fixture), key: key.span)
        let code = hmac.code(of: message.span)
        #expect(code == expected)
        let isValid = hmac.isValid(expected.span, of: message.span)
        #expect(isValid)
        for index in expected.indices {
            var changed = expected
            changed[index] ^= 1 << UInt8(index % 8)
            let isChangedValid = hmac.isValid(changed.span, of: message.span)
            #expect(!isChangedValid, "byte \(index) counts")
            let cut = Array(expected[..<index])
            let isCutValid = hmac.isValid(cut.span, of: message.span)
            #expect(!isCutValid, "\(index) bytes are not enough")
        }
        let longer = expected + [0]
        let isLongerValid = hmac.isValid(longer.span, of: message.span)
        #expect(!isLongerValid)
    }

    @Test("PBKDF2 is what other programs say", arguments: Fixture.load("digest/pbkdf2.jsonl"))
    func pbkdf2(_ fixture: Fixture) throws {
        let password = try #require(fixture.bytes("password"))
        let salt = try #require(fixture.bytes("salt"))
        let rounds = try #require(fixture.json["rounds"] as? Int)
        let expected = try #require(fixture.bytes("expect"))
        let key = PBKDF2.derive(
            password: password.span, salt: salt.span, rounds: rounds, byteCount: expected.count)
        #expect(key == expected)
    }

    @Test(
        "J12 Base64url is written and read as other programs do, and nothing else is read",
        arguments: Fixture.load("digest/base64url.jsonl"))
    func base64URL(_ fixture: Fixture) throws {
        let text = try #require(fixture.bytes("wire"))
        let expected = fixture.bytes("expect")
        let bytes = Base64URL.decode(text.span)
        #expect(bytes == expected)
        guard let expected else { return }
        let written = Base64URL.encode(expected.span)
        #expect(written == text)
    }

    @Test("J8 bytes are equal when all of them are")
    func constantTime() {
        var chance = SplitMix(seed: 8)
        for count in 0..<70 {
            let first = (0..<count).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
            #expect(areEqual(first, first))
            for index in first.indices {
                var second = first
                second[index] ^= 1 << UInt8(chance.next() % 8)
                #expect(!areEqual(first, second))
            }
            #expect(!areEqual(first, first + [0]))
            #expect(!areEqual(first + [0], first))
        }
    }

    private func areEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        ConstantTime.areEqual(first.span, second.span)
    }
}
