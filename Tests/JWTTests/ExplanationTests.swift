import JWT
import TestSupport
import Testing

@Suite("A token explained claim by claim")
struct ExplanationTests {
    private let secret = Array("0123456789abcdef0123456789abcdef".utf8)

    private func explanation(_ claims: String, _ rules: ClaimRules = ClaimRules(), key: [UInt8]? = nil) throws
        -> TokenExplanation
    {
        let text = Array(claims.utf8)
        let signing = key ?? secret
        let token = try TokenSigner(secret: signing.span, identifier: "k").token(claims: text.span)
        let keys = try KeySet([try VerificationKey.secret(secret.span, .hs256, identifier: Array("k".utf8))])
        return TokenExplanation(token.span, TokenVerifier(keys: keys, rules: rules), now: 1000)
    }

    @Test("a good token is explained line by line")
    func good() throws {
        let explanation = try explanation(#"{"sub":"42","exp":1060,"iat":940,"info":{"a":1},"tenant":"x"}"#)
        #expect(
            explanation.description == """
                alg: HS256
                kid: "k"
                signature: 32 bytes
                sub: "42"
                iat: 940, 60 s ago
                exp: 1060, in 60 s
                "info": "{\\"a\\":1}"
                "tenant": "x" (not looked at)
                This token is taken.

                """)
        #expect(explanation.isAccepted)
    }

    @Test("J10 every fault is told, not the first alone, and each with what to do")
    func faults() throws {
        let rules = ClaimRules(issuer: "me", required: ["jti"])
        let other = secret.map { $0 ^ 1 }
        let explanation = try explanation(
            #"{"sub":42,"iss":"you","exp":900,"nbf":2000,"channels":["a",1]}"#, rules, key: other)
        #expect(
            explanation.lines.compactMap { line in
                if case .refused(let fault) = line.verdict { "\(line.subject): \(fault.fixtureName)" } else { nil }
            } == [
                "signature: signature", "iss: issuer", "sub: type", "nbf: not-before", "exp: expired", "jti: missing",
            ])
        #expect(explanation.firstFault == .wrongSignature(.hs256))
        #expect(explanation.description.hasSuffix("This token is refused.\n"))
    }

    @Test("J9 a fault of the protocol's claims is told when there is no other")
    func useOfToken() throws {
        let connection = try explanation(#"{"channels":["a",1]}"#)
        #expect(connection.lines.last?.subject == "connection")
        #expect(connection.firstFault?.fixtureName == "type")
        let subscription = try explanation(#"{"channel":""}"#)
        #expect(subscription.lines.last?.subject == "subscription")
        #expect(subscription.firstFault == .emptyChannel)
    }

    @Test("a value from a token is cut short, and cannot write a line of its own")
    func shownValues() {
        #expect(ShownValue("a\"b\\c").description == #""a\"b\\c""#)
        #expect(ShownValue("a\nb\u{1B}[2J\u{202E}é").description == #""a\u{a}b\u{1b}[2J\u{202e}\u{e9}""#)
        #expect(
            ShownValue(String(repeating: "x", count: 64)).description == "\"" + String(repeating: "x", count: 64) + "\""
        )
        #expect(
            ShownValue(String(repeating: "x", count: 65)).description == "\"" + String(repeating: "x", count: 64)
                + "…\"")
    }

    @Test("a subscription token fits one user, one channel and perhaps one connection")
    func mismatch() throws {
        let keys = try KeySet([try VerificationKey.secret(secret.span, .hs256)])
        let verifier = TokenVerifier(keys: keys, rules: ClaimRules())
        let text = Array(#"{"sub":"42","channel":"e\u0301","client":"c"}"#.utf8)
        let token = try TokenSigner(secret: secret.span).token(claims: text.span)
        let claims = try verifier.verifySubscription(token.span, now: 0)
        #expect(claims.mismatch(user: "42", channel: "e\u{301}", client: "c") == nil)
        #expect(claims.mismatch(user: "43", channel: "e\u{301}", client: "c")?.fixtureName == "other-user")
        #expect(claims.mismatch(user: "42", channel: "\u{E9}", client: "c")?.fixtureName == "other-channel")
        #expect(claims.mismatch(user: "42", channel: "e\u{301}", client: "d")?.fixtureName == "other-client")
    }
}
