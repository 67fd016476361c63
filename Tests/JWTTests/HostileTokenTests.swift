import JWT
import TestSupport
import Testing

@Suite("Tokens and keys that are made to hurt")
struct HostileTokenTests {
    private let secret = Array("0123456789abcdef0123456789abcdef".utf8)

    private func verifier() throws -> TokenVerifier {
        TokenVerifier(keys: try KeySet([try VerificationKey.secret(secret.span, .hs256)]), rules: ClaimRules())
    }

    @Test("J11 a mebibyte of dots, of letters or of brackets is refused before it is read")
    func large() throws {
        let verifier = try verifier()
        for byte in [".", "a", "[", "e"].map({ UInt8(ascii: $0) }) {
            let token = [UInt8](repeating: byte, count: 1 << 20)
            #expect(throws: TokenFault.tooLong(byteCount: 1 << 20)) { try verifier.verify(token.span, now: 0) }
        }
    }

    @Test("J11 J12 any change of a token is refused, and never traps")
    func mutations() throws {
        let verifier = try verifier()
        let claims = Array(
            #"{"sub":"42","exp":2000,"aud":["a","b"],"info":{"a":[1,2,{"b":null}]},"channels":["x"]}"#.utf8)
        let token = try TokenSigner(secret: secret.span).token(claims: claims.span)
        #expect(throws: Never.self) { try verifier.verifyConnection(token.span, now: 1000) }
        var chance = SplitMix(seed: 11)
        for _ in 0..<20_000 {
            var changed = token
            for _ in 0...chance.next() % 3 {
                let place = Int(chance.next() % UInt64(changed.count))
                switch chance.next() % 4 {
                case 0: changed[place] ^= 1 << UInt8(chance.next() % 8)
                case 1: changed.remove(at: place)
                case 2: changed.insert(UInt8(truncatingIfNeeded: chance.next()), at: place)
                default: changed.removeSubrange(place...)
                }
                if changed.isEmpty { break }
            }
            guard changed != token else { continue }
            #expect(throws: TokenFault.self) { try verifier.verify(changed.span, now: 1000) }
            let explanation = TokenExplanation(changed.span, verifier, now: 1000)
            #expect(!explanation.isAccepted)
        }
    }

    @Test("J9 J12 any claims at all, rightly signed, are taken or refused the same in both ways, and never trap")
    func randomClaims() throws {
        let verifier = try verifier()
        let signer = try TokenSigner(secret: secret.span)
        var chance = SplitMix(seed: 9)
        let names = [
            "sub", "exp", "nbf", "iat", "aud", "iss", "jti", "info", "b64info", "channels", "subs", "meta", "expire_at",
            "rooms", "channel", "override", "data",
        ]
        let values = [
            "1", "-1", "1e999", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "0.1", "1e-400",
            "\"\"", "\"42\"", "null", "true",
            "[]", "[\"a\"]", "[1]", "{}", "{\"a\":{}}",
            "{\"a\":{\"info\":1,\"override\":{\"presence\":{\"value\":true}}}}", "\"YQ==\"", "253402300799", "1500",
        ]
        var outcomes: [String: Int] = [:]
        for _ in 0..<20_000 {
            var members: [String] = []
            for name in names where chance.next() % 6 == 0 {
                members.append("\"\(name)\":\(values[Int(chance.next() % UInt64(values.count))])")
            }
            let claims = Array("{\(members.joined(separator: ","))}".utf8)
            let token = signer.token(claims: claims.span)
            var fault: TokenFault?
            do throws(TokenFault) {
                if members.contains(where: { $0.hasPrefix("\"channel\":") }) {
                    _ = try verifier.verifySubscription(token.span, now: 1000)
                } else {
                    _ = try verifier.verifyConnection(token.span, now: 1000)
                }
            } catch {
                fault = error
            }
            outcomes[fault?.fixtureName ?? "taken", default: 0] += 1
            #expect(TokenExplanation(token.span, verifier, now: 1000).firstFault == fault)
        }
        for name in ["taken", "type", "date", "expired", "not-before", "claim-base64"] {
            #expect(outcomes[name, default: 0] > 20, "\(outcomes)")
        }
    }

    @Test("J4 a token names at most four keys to try, whatever its kid")
    func tries() throws {
        func key(_ byte: UInt8, _ name: String?) throws -> VerificationKey {
            let secret = [UInt8](repeating: byte, count: 32)
            return try .secret(secret.span, .hs256, identifier: name.map { Array($0.utf8) })
        }
        let claims = Array("{}".utf8)
        func fault(_ keys: [VerificationKey], kid: String?) throws -> TokenFault? {
            let token = try TokenSigner(secret: secret.span, identifier: kid).token(claims: claims.span)
            let verifier = TokenVerifier(keys: try KeySet(keys), rules: ClaimRules())
            do throws(TokenFault) {
                _ = try verifier.verify(token.span, now: 0)
                return nil
            } catch {
                return error
            }
        }
        let named = try (0..<64).map { try key(UInt8($0), "k\($0)") }
        #expect(try fault(named, kid: nil) == .ambiguousKey(count: 64))
        #expect(try fault(named, kid: "k7") == .wrongSignature(.hs256))
        for number in 0...100 {
            let unknown = try fault(named, kid: "x\(number)")
            #expect(unknown == .unknownKey(ShownValue("x\(number)")) && unknown?.mayBeNewKey == true)
        }
        let same = try (0..<5).map { try key(UInt8($0), "k") }
        #expect(try fault(same, kid: "k") == .ambiguousKey(count: 5))
        #expect(try fault(Array(same.prefix(4)), kid: "k") == .wrongSignature(.hs256))
        #expect(try fault([], kid: "k") == .noKeys)
        #expect(throws: KeyFault.tooManyKeys(count: 65)) { try KeySet(named + same.prefix(1)) }
    }
}
