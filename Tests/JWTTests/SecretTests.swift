import JWT
import TestSupport
import Testing

@Suite("RFC 7518 §3.2, secrets and tokens that are signed with them")
struct SecretTests {
    private let secret = Array("0123456789abcdef0123456789abcdef".utf8)

    private func fault(_ secret: [UInt8], _ algorithm: TokenAlgorithm = .hs256, allowsWeak: Bool = false) -> KeyFault? {
        do throws(KeyFault) {
            let key = try VerificationKey.secret(secret.span, algorithm, allowsWeak: allowsWeak)
            _ = try TokenSigner(secret: secret.span, algorithm, allowsWeak: allowsWeak)
            #expect(key.isWeak == (secret.count < 32))
            return nil
        } catch {
            #expect(throws: error) { try TokenSigner(secret: secret.span, algorithm, allowsWeak: allowsWeak) }
            return error
        }
    }

    @Test("J8 a secret has 32 bytes, or fewer when that is allowed, but never none")
    func strength() {
        #expect(fault(secret) == nil)
        #expect(fault(Array(secret.dropLast())) == .weakSecret(byteCount: 31))
        #expect(fault([1]) == .weakSecret(byteCount: 1))
        #expect(fault([1], allowsWeak: true) == nil)
        #expect(fault([]) == .emptySecret)
        #expect(fault([], allowsWeak: true) == .emptySecret)
        let empty = Array(#"{"kty":"oct","k":""}"#.utf8)
        #expect(throws: KeyFault.self) { try KeySet.reading(json: empty.span, allowsWeak: true) }
        let weak = Array(#"{"kty":"oct","k":"c2VjcmV0"}"#.utf8)
        #expect(throws: KeyFault.self) { try KeySet.reading(json: weak.span) }
        #expect((try? KeySet.reading(json: weak.span, allowsWeak: true))?.keys.keys.map(\.isWeak) == [true])
    }

    @Test("a secret signs with HMAC only")
    func algorithms() {
        for algorithm in TokenAlgorithm.allCases {
            let expected: KeyFault? = algorithm.keyKind == .secret ? nil : .wrongAlgorithm(algorithm, .secret)
            #expect(fault(secret, algorithm) == expected)
        }
    }

    @Test("a token that is signed is the one that other programs sign")
    func knownTokens() throws {
        let key = Array("secret".utf8)
        let signer = try TokenSigner(secret: key.span, allowsWeak: true)
        let ann = Array(#"{"sub":"42","info":{"name":"Ann"}}"#.utf8)
        let expected =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImluZm8iOnsibmFtZSI6IkFubiJ9fQ"
            + ".xBCO6OadkBEj3rE5YsNRl6Vn5MuukMMy6oyga1gsdvQ"
        let token = signer.token(claims: ann.span)
        #expect(String(decoding: token, as: UTF8.self) == expected)
    }

    @Test("what is signed is verified and says the same", arguments: [TokenAlgorithm.hs256, .hs384, .hs512])
    func roundTrip(_ algorithm: TokenAlgorithm) throws {
        let signer = try TokenSigner(secret: secret.span, algorithm, identifier: "our \"key\"")
        let key = try VerificationKey.secret(secret.span, algorithm, identifier: Array("our \"key\"".utf8))
        let verifier = TokenVerifier(
            keys: try KeySet([key]), rules: ClaimRules(issuer: "me", audience: "you", required: ["jti"]))
        var claims = NewClaims()
        claims.user = "a \"b\"\n\\"
        claims.issuer = "me"
        claims.audience = "you"
        claims.tokenIdentifier = "1"
        claims.issuedAt = 100
        claims.expiresAt = 200
        claims.channels = ["news", "chat:é"]
        claims.rooms = []
        claims.info = Array(#"{"a":1}"#.utf8)
        let token = signer.token(claims)
        let read = try verifier.verifyConnection(token.span, now: 150)
        #expect(read.user == claims.user)
        #expect(read.tokenIdentifier == "1")
        #expect(read.expiresAt == 200 && read.tokenExpiresAt == 200)
        #expect(read.subscriptions.map(\.channel) == ["news", "chat:é"])
        #expect(read.rooms == [])
        #expect(read.info == claims.info)
        #expect(throws: TokenFault.expired(at: 200, now: 200, leeway: 0)) {
            try verifier.verifyConnection(token.span, now: 200)
        }
        claims.channel = "chat:1"
        let subscription = signer.token(claims)
        #expect(throws: TokenFault.channelInConnectionToken(ShownValue("chat:1"))) {
            try verifier.verifyConnection(subscription.span, now: 150)
        }
        #expect(try verifier.verifySubscription(subscription.span, now: 150).channel == "chat:1")
    }

    @Test("J8 no text of a key or a signer has a byte of the secret")
    func texts() throws {
        let key = try VerificationKey.secret(secret.span, .hs256, identifier: Array("k".utf8))
        let signer = try TokenSigner(secret: secret.span)
        var dumped = ""
        dump(key, to: &dumped)
        dump(signer, to: &dumped)
        dump(TokenVerifier(keys: try KeySet([key]), rules: ClaimRules()), to: &dumped)
        let text = "\(key) \(signer) \(String(reflecting: key)) \(String(reflecting: signer)) \(dumped)"
        #expect(text.contains("HS256, kid \"k\""))
        #expect(!text.contains("0123456789"))
        // The words of a hasher would stand there as a list.
        #expect(!text.contains("limbs") && !text.contains("State") && !text.contains("block"))
    }
}
