import Foundation
import JWT
import TestSupport
import Testing

@Suite("RFC 7515, RFC 7519 and RFC 8725, tokens of other programs")
struct TokenFixtureTests {
    private static let cases = Fixture.load("jwt/tokens.jsonl")
    /// Those of one of these faults.
    private static func refused(_ names: String...) -> [Fixture] {
        cases.filter { names.contains($0.json["error"] as? String ?? "") }
    }

    @Test("a good token is taken, and says what is in it", arguments: cases.filter { $0.id.hasPrefix("accept-") })
    func accepted(_ fixture: Fixture) throws {
        var said = try TokenCase(fixture).said()
        let expected = try #require(fixture.json["expect"] as? [String: Any])
        if let hex = expected["info-hex"] as? String {
            let info = try #require(said["info"] as? String)
            #expect(Array(info.utf8) == Fixture.decodeHex(hex))
            said["info"] = nil
            said["info-hex"] = hex
        }
        #expect(NSDictionary(dictionary: said) == NSDictionary(dictionary: expected))
    }

    @Test(
        "J1 a token without a signature is refused, whatever it calls that",
        arguments: refused("none", "empty-signature"))
    func unsecured(_ fixture: Fixture) throws { try check(fixture) }

    @Test(
        "J2 a key serves its own algorithm only, so a public key is never a secret",
        arguments: refused("no-key", "wrong-algorithm", "algorithm", "no-algorithm", "header-type"))
    func algorithm(_ fixture: Fixture) throws { try check(fixture) }

    @Test(
        "J3 a key in the header is not read, and an extension is not understood",
        arguments: refused("signature", "unknown-key", "crit", "kid-length", "ambiguous"))
    func header(_ fixture: Fixture) throws { try check(fixture) }

    @Test(
        "J9 a claim of the wrong type or range is refused, not overlooked",
        arguments: refused("type", "date", "claim-base64", "channel", "empty-channel"))
    func malformed(_ fixture: Fixture) throws { try check(fixture) }

    @Test(
        "J10 times, issuer, audience and required claims are checked, the leeway is at most a minute",
        arguments: refused("expired", "not-before", "missing", "issuer", "audience", "lifetime"))
    func rules(_ fixture: Fixture) throws { try check(fixture) }

    @Test(
        "J11 a token has three parts and at most 8 KiB",
        arguments: refused("parts", "too-long", "header-length", "empty-header", "empty-claims"))
    func size(_ fixture: Fixture) throws { try check(fixture) }

    @Test(
        "J12 Base64url and JSON have one spelling",
        arguments: refused(
            "base64-header", "base64-claims", "base64-signature", "json-header", "json-claims", "object-header",
            "object-claims"))
    func encodings(_ fixture: Fixture) throws { try check(fixture) }

    private func check(_ fixture: Fixture) throws {
        let token = try TokenCase(fixture)
        let fault = token.fault
        #expect(fault?.fixtureName == fixture.json["error"] as? String, "\(String(describing: fault))")
        // Only time mends these.
        #expect(fault?.isExpired == ["expired", "not-before"].contains(fixture.json["error"] as? String ?? ""))
        try checkText("\(try #require(fault))", token)
        let explanation = TokenExplanation(token.token.span, token.verifier, now: token.now)
        // Which kind of token is wanted the explanation takes from the token.
        if !["channel", "empty-channel"].contains(fault?.fixtureName),
            token.isSubscription == fixture.id.contains("channel-") || !token.isSubscription
        {
            #expect(explanation.firstFault?.fixtureName == fault?.fixtureName, "\(explanation)")
        }
        try checkText("\(explanation)", token)
    }

    /// No text has the token, its signature or a key in it.
    private func checkText(_ text: String, _ token: TokenCase) throws {
        let parts = String(decoding: token.token, as: UTF8.self).split(separator: ".")
        for part in parts where part.count > 12 {
            #expect(!text.contains(part), "\(text)")
        }
    }

    @Test("every fixture is run by a test of its fault")
    func all() {
        let names = Set(TokenFixtureTests.cases.compactMap { $0.json["error"] as? String })
        let tested: Set = [
            "none", "empty-signature", "no-key", "wrong-algorithm", "algorithm", "no-algorithm", "header-type",
            "signature",
            "unknown-key", "crit", "kid-length", "ambiguous", "type", "date", "claim-base64", "channel",
            "empty-channel",
            "expired", "not-before", "missing", "issuer", "audience", "lifetime", "parts", "too-long", "header-length",
            "empty-header", "empty-claims", "base64-header", "base64-claims", "base64-signature", "json-header",
            "json-claims", "object-header", "object-claims",
        ]
        #expect(names == tested)
    }
}
