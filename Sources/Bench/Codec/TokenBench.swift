// A token from its bytes to claims that can be believed: form, signature, claims. Each row has one algorithm; nearly all of its time is the
// signature. Also the only place where a build for speed runs every one of them: a figure stands only where all tokens come out right.

import JWT

enum TokenBench {
    /// After the tokens were issued, before they end.
    private static let now: Int64 = 1_763_740_860

    static func rows() -> [CodecBench] {
        [
            row("rs256", TokenSamples.rs256Key, TokenSamples.rs256Token, "RSA/RSAPublicKey.swift", target: 10_000),
            row("ps256", TokenSamples.ps256Key, TokenSamples.ps256Token, "RSA/PSS.swift"),
            row("es256", TokenSamples.es256Key, TokenSamples.es256Token, "ECDSA/Point.swift", target: 5_000),
            row("es384", TokenSamples.es384Key, TokenSamples.es384Token, "ECDSA/Point.swift"),
            row("eddsa", TokenSamples.eddsaKey, TokenSamples.eddsaToken, "EdDSA/EdwardsPoint.swift"),
            secret(),
        ]
    }

    private static func row(
        _ name: String, _ key: String, _ token: String, _ hotFile: String, target: Double? = nil
    ) -> CodecBench {
        let text = [UInt8](key.utf8)
        let keys = try? KeySet.reading(json: text.span).keys
        return row(
            name, "a token with \(name) verified", [UInt8](token.utf8), keys, "Signature/\(hotFile)", itemCount: 4,
            target)
    }

    private static func secret() -> CodecBench {
        let secret = [UInt8]("a secret of at least 32 bytes, as it should be".utf8)
        var claims = NewClaims()
        claims.issuer = TokenSamples.issuer
        claims.audience = TokenSamples.audience
        claims.user = "5f2b6c1e-7a43-4f0e-9a0e-2d6c3b1f8a90"
        claims.expiresAt = now + 60
        claims.info = [UInt8](#"{"name":"Ann"}"#.utf8)
        let token = (try? TokenSigner(secret: secret.span))?.token(claims) ?? []
        let keys = (try? VerificationKey.secret(secret.span, .hs256)).flatMap { try? KeySet([$0]) }
        return row("hs256", "a token with hs256 verified", token, keys, "Digest/SHA2State.swift", itemCount: 64, nil)
    }

    private static func row(
        _ name: String, _ summary: String, _ token: [UInt8], _ keys: KeySet?, _ hotFile: String, itemCount: Int,
        _ target: Double?
    ) -> CodecBench {
        let rules = ClaimRules(issuer: TokenSamples.issuer, audience: TokenSamples.audience)
        let verifier = keys.map { TokenVerifier(keys: $0, rules: rules) }
        return CodecBench(
            name: name, summary: summary, hotFile: hotFile, itemCount: itemCount, byteCount: token.count * itemCount,
            pass: {
                var found = 0
                for _ in 0..<itemCount {
                    do throws(TokenFault) {
                        if try verifier?.verifyConnection(token.span, now: now).expiresAt != nil { found &+= 1 }
                    } catch { return -1 }
                }
                return found
            },
            yardsticks: [Memcpy.yardstick(token, times: itemCount, itemCount: itemCount)],
            target: target.map { .itemsPerSecond($0) })
    }
}
