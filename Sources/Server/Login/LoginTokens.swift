// The token of who has logged in: signed with the node's first HMAC key, with the claims that the node's own rules ask for.

import Digest
import JWT

struct LoginTokens: Sendable {
    private let signer: TokenSigner
    private let issuer: String?
    private let audience: String?
    let seconds: Int

    /// Why tokens of logins could not be used. Setting and remedy.
    struct Problem: Error, Equatable {
        let flag: String
        let text: String
    }

    /// `settings` have their files read.
    init(_ settings: TokenSettings, seconds: Int) throws(Problem) {
        guard let secret = settings.files.secrets.first else {
            throw Problem(
                flag: "--users",
                text:
                    "--users: who logs in gets a token that is signed with an HMAC key, and there is none; name one with --token-secret-file, or leave --users out"
            )
        }
        do throws(KeyFault) {
            signer = try TokenSigner(
                secret: secret.bytes.span, settings.hmacAlgorithm, allowsWeak: settings.allowsWeakSecret)
        } catch {
            throw Problem(flag: "--token-secret-file", text: "--token-secret-file: \(error)")
        }
        issuer = settings.issuer
        audience = settings.audience
        self.seconds = seconds
        try check(settings, secret)
    }

    /// A token that this node would refuse helps nobody: one is made and looked at.
    private func check(_ settings: TokenSettings, _ secret: Secret) throws(Problem) {
        let now: Int64 = 1_000_000_000
        let token = token(user: "user", rooms: nil, identifier: [1], now: now)
        let verifier: TokenVerifier
        do throws(KeyFault) {
            let key = try VerificationKey.secret(
                secret.bytes.span, settings.hmacAlgorithm, allowsWeak: settings.allowsWeakSecret)
            verifier = TokenVerifier(keys: try KeySet([key]), rules: settings.rules)
        } catch {
            throw Problem(flag: "--token-secret-file", text: "--token-secret-file: \(error)")
        }
        do throws(TokenFault) {
            _ = try verifier.verifyConnection(token.span, now: now)
        } catch {
            throw Problem(
                flag: "--users",
                text: "--users: the tokens of logins would be refused: \(error); change that rule, or --login-time")
        }
    }

    /// `identifier`: random bytes, so that one token can be denied. `now`: seconds since 1970.
    func token(user: String, rooms: [String]?, identifier: [UInt8], now: Int64) -> [UInt8] {
        var claims = NewClaims()
        claims.user = user
        claims.issuer = issuer
        claims.audience = audience
        claims.issuedAt = now
        claims.expiresAt = now + Int64(seconds)
        claims.tokenIdentifier = String(decoding: Base64URL.encode(identifier.span), as: UTF8.self)
        claims.rooms = rooms
        return signer.token(claims)
    }
}
