import Digest
import Signature
import TestSupport
import Testing

@Suite("RFC 8017, FIPS 186-5 and RFC 8032, cases of other programs")
struct SignatureFixtureTests {
    private static let cases = Fixture.load("jwt/signatures.jsonl")
    private static func of(_ kind: String) -> [Fixture] { cases.filter { $0.json["kind"] as? String == kind } }

    private func check(_ fixture: Fixture) throws {
        let isValid = try SignatureCase { fixture.json[$0] as? String }.isValid()
        #expect(isValid == (fixture.json["expect"] as? Bool ?? false))
    }

    @Test("J7 an RSA signature is taken when its whole block is the right one", arguments: of("RSA"))
    func rsa(_ fixture: Fixture) throws { try check(fixture) }

    @Test("J5 J6 an ECDSA signature is two numbers in range, and the sum has the right x", arguments: of("EC"))
    func ecdsa(_ fixture: Fixture) throws { try check(fixture) }

    @Test("J5 J6 an Ed25519 signature has an S below the order and the right R", arguments: of("Ed25519"))
    func ed25519(_ fixture: Fixture) throws { try check(fixture) }

    @Test("no part of a signature, of a digest or message, or of a key is without meaning")
    func everyByte() throws {
        var kinds: Set<String> = []
        for fixture in SignatureFixtureTests.cases where fixture.json["expect"] as? Bool == true {
            let kind = "\(fixture.json["kind"] ?? "") \(fixture.json["curve"] ?? "") \(fixture.json["padding"] ?? "")"
            guard kinds.insert(kind).inserted else { continue }
            for member in ["signature", "digest", "message", "x", "y", "modulus"] {
                guard let bytes = fixture.bytes(member) else { continue }
                // Each byte of a modulus is another key, which takes its time to be made.
                for index in stride(from: 0, to: bytes.count, by: kind.hasPrefix("RSA") ? 19 : 1) {
                    var changed = bytes
                    changed[index] ^= 1 << UInt8(index % 8)
                    let hex = SignatureFixtureTests.hex(changed)
                    let judged = SignatureCase { $0 == member ? hex : fixture.json[$0] as? String }
                    #expect((try? judged.isValid()) != true, "\(kind): byte \(index) of \(member)")
                }
            }
        }
        #expect(kinds.count == 5)
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
