// Everything a node can be told about tokens. What files hold is read by `StartRules` into `files`, so that settings stay words and reading them
// twice gives the same.

import JWT

struct TokenSettings: Equatable, Sendable {
    /// The one that signs, and the one before or after it.
    static let secretsMax = 2
    static let lifetimeSecondsMax = 365 * 86_400
    /// Where secrets may stand in the environment.
    static let environmentNames = ["ROOKERY_TOKEN_SECRET", "ROOKERY_TOKEN_SECRET_2"]

    /// Each holds a secret on its first line.
    var secretFiles: [String] = []
    /// From `ROOKERY_TOKEN_SECRET` and `ROOKERY_TOKEN_SECRET_2`.
    var environmentSecrets: [Secret] = []
    /// PEM.
    var publicKeyFiles: [String] = []
    var keySet: KeySetSource?
    var hmacAlgorithm = TokenAlgorithm.hs256
    /// Of RSA keys that do not say.
    var rsaAlgorithm = TokenAlgorithm.rs256
    var allowsWeakSecret = false

    var issuer: String?
    var audience: String?
    var requiredClaims: [String] = []
    var leewaySeconds = 0
    /// 0: any, also none.
    var lifetimeSeconds = 0
    /// A token in a URL may hold so long at most; 0: none may stand there.
    var querySeconds = 300
    var denyFile: String?
    /// 0: half of the processors.
    var threads = 0

    /// What was found in the files.
    var files = TokenFiles()

    /// There is a key for tokens, so nobody comes in without one.
    var isAsked: Bool {
        !secretFiles.isEmpty || !environmentSecrets.isEmpty || !publicKeyFiles.isEmpty || keySet != nil
    }

    var rules: ClaimRules {
        ClaimRules(
            issuer: issuer, audience: audience, required: requiredClaims, leewaySeconds: Int64(leewaySeconds),
            lifetimeSecondsMax: lifetimeSeconds > 0 ? Int64(lifetimeSeconds) : nil)
    }

    /// A token may be taken that never ends.
    var takesEndlessTokens: Bool {
        lifetimeSeconds == 0 && !requiredClaims.contains { $0.utf8.elementsEqual("exp".utf8) }
    }
}

/// The contents of the files that the settings name.
struct TokenFiles: Equatable, Sendable {
    /// Those of the files, then those of the environment.
    var secrets: [Secret] = []
    var publicKeys: [[UInt8]] = []
    /// Only of a file.
    var keySet: [UInt8]?
    var denied: [UInt8]?
}
