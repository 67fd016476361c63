import Foundation
import JWT
import TestSupport
import Testing

@Suite("RFC 7517, RFC 7518 §6, RFC 8037 and RFC 7468, keys of other programs")
struct KeyFixtureTests {
    /// The keys, and how many were passed over.
    private func keys(_ fixture: Fixture) throws -> (KeySet, Int) {
        if let text = fixture.json["pem"] as? String {
            let bytes = [UInt8](text.utf8)
            return (try KeySet.pem(bytes.span), 0)
        }
        let bytes = [UInt8](try #require(fixture.json["json"] as? String).utf8)
        let reading = try KeySet.reading(json: bytes.span)
        return (reading.keys, reading.notes.count)
    }

    @Test(
        "a key is read with its algorithm and name, and unknown ones are passed over",
        arguments: Fixture.load("jwt/keys.jsonl").filter { $0.id.hasPrefix("accept-") })
    func accepted(_ fixture: Fixture) throws {
        let (set, passed) = try keys(fixture)
        let expected = try #require(fixture.json["expect"] as? [String: Any])
        let found = set.keys.map { [$0.algorithm.name, $0.identifier.map { String(decoding: $0, as: UTF8.self) }] }
        let wanted = try #require(expected["keys"] as? [[Any]]).map { $0.map { $0 as? String } }
        #expect(found == wanted)
        #expect(passed == expected["passed"] as? Int)
    }

    @Test(
        "J6 J8 a key that is broken, weak, of small order or off its curve is refused",
        arguments: Fixture.load("jwt/keys.jsonl").filter { $0.id.hasPrefix("reject-") })
    func refused(_ fixture: Fixture) throws {
        let expected = try #require(fixture.json["error"] as? String)
        do {
            _ = try keys(fixture)
            Issue.record("\(fixture.id) was taken")
        } catch let fault as KeyFault {
            #expect(fault.fixtureName == expected, "\(fault)")
            // Nothing of a key in the sentence.
            let text = fixture.json["pem"] as? String ?? fixture.json["json"] as? String ?? ""
            for word in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) where word.count > 20 {
                #expect(!"\(fault)".contains(word))
            }
        }
    }

    @Test("J6 a key of a PEM text is refused for the same fault wherever a byte of its DER is changed, and never traps")
    func everyByteOfDER() throws {
        for fixture in Fixture.load("jwt/keys.jsonl") where fixture.id.hasPrefix("accept-pem-") {
            guard let text = fixture.json["pem"] as? String, !fixture.id.contains("RSA"), !fixture.id.contains("four")
            else { continue }
            let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-") && !$0.contains(":") }
            guard let der = Data(base64Encoded: lines.joined()) else { continue }
            let bytes = [UInt8](der)
            let whole = try VerificationKey.publicKeyInfo(bytes.span)
            #expect(whole.identifier == nil)
            for index in bytes.indices {
                for bit: UInt8 in [1, 0x10, 0x80] {
                    var changed = bytes
                    changed[index] ^= bit
                    // Half of the numbers are y coordinates of edwards25519; everything else breaks a rule.
                    if fixture.id.contains("Ed25519") || fixture.id.contains("explained"), index >= 12 {
                        _ = try? VerificationKey.publicKeyInfo(changed.span)
                        continue
                    }
                    #expect(throws: KeyFault.self) { try VerificationKey.publicKeyInfo(changed.span) }
                }
                let cut = Array(bytes[..<index])
                #expect(throws: KeyFault.self) { try VerificationKey.publicKeyInfo(cut.span) }
            }
        }
    }
}
